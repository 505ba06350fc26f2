"""When the night begins, how much is read to fit the engine's numbers, and how much is needed."""

MOST_PEOPLE, MOST_ANSWERS = 20_000, 200
"""Of more people an even share is read, and of each the first answers."""
FEWEST_PEOPLE, FEWEST_ANSWERS = 30, 300
"""With fewer the defaults hold; nobody's answers alone should move anybody's path."""
BEGINS = 3
"""O'clock in the city. After a night without a scheduler it begins when there is one again."""
