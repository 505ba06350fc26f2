"""What the room's forms send, one file for each kind of page."""
