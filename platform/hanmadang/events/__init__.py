"""Events: concerts, exhibitions and forums, their opening hours, their seats.

Nouns: Event, OpeningRule, Slot, Registration. Verbs: create, edit, publish, cancel, book,
give back a seat, promote from the waiting list.
"""
