"""The room of courses, as its users and neighbours see it."""
