"""OLX, Open edX's courses in an archive: reading, and writing what it can say of ours."""
