"""What a helper raises when this machine lacks the program it would start."""


class Unavailable(Exception):  # noqa: N818  (a state of the machine, not a mistake)
    """The reason in one line; fixtures turn it into a skip, proofs into an exit."""
