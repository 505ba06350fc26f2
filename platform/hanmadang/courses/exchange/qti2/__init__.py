"""QTI 2.1 and 2.2: items and tests, alone or in a package."""
