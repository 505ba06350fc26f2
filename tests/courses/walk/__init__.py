"""A person who does anything in any order, and a model that says what must come of it.

Used by the property tests with `hypothesis`, and by ``make prove NAME=progress`` with chance.
"""
