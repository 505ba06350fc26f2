"""The competency graph as plain values: what stands in it, what is wrong with it, its picture.

Pure functions: no database, no clock. `domain/graph.py` reads and writes it.
"""
