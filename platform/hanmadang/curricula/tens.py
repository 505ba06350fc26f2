"""People in whole tens: how figures are told that somebody could be counted out of."""

TENS = 10


def full_tens(people: int) -> int:
    """The tens that are full."""
    return people // TENS * TENS


def in_whole_tens(people: int) -> int:
    """The nearest whole ten; a half goes up."""
    return full_tens(people + TENS // 2)
