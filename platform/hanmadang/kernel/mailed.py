"""Links in mails that prove themselves: what stands in one is stored nowhere as it is.

The database keeps a seed; the link adds a mark that only the house's secret makes, so that a copy
of the database alone opens nothing.
"""

from hanmadang.kernel.ids import keyed, same

_MARK = 32


def link_token(house_secret: str, family: str, purpose: str, seed: str) -> str:
    """What stands in a mailed link."""
    return f"{seed}.{_mark(house_secret, family, purpose, seed)}"


def seed_of(house_secret: str, family: str, purpose: str, token: str) -> str | None:
    """The seed in a link that we made for that purpose; None for any other text."""
    seed, _dot, mark = token.partition(".")
    return seed if same(mark, _mark(house_secret, family, purpose, seed)) else None


def _mark(house_secret: str, family: str, purpose: str, seed: str) -> str:
    return keyed(house_secret, family, purpose, seed)[:_MARK]
