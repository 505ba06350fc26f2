"""Courses and questions of other systems, in and out.

Each format is a folder with a pure function: bytes in, `Imported` out, and a report that names
everything met. Nothing here touches the database; `formats.read` is where to begin.
"""
