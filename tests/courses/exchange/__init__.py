"""Courses and questions of other systems."""
