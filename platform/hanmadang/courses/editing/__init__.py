"""The file form of a course in an author's hands: its fields, what was typed, what is wrong.

`schema` says which fields a part has; `typed` reads a sent form into a draft's content; `file`
makes the file of it; `complaints` collects everything that keeps it from being read; `difference`
compares two files, and `merging` two people's work.
"""
