"""When a poll may have outcomes and followers, and how the links of followers are made."""

from datetime import datetime, timedelta

from hanmadang.kernel import mailed
from hanmadang.polls.models import PollState

FOLLOWED_FOR = timedelta(days=365)
"""How long after the close addresses are kept."""
_FAMILY = "follower"


def has_outcomes(state: str) -> bool:
    """Whether anything can have come of it: it was opened once."""
    return state != PollState.DRAFT


def can_follow(state: str, closed_at: datetime | None, now: datetime) -> bool:
    """Whether addresses are taken for this poll."""
    return has_outcomes(state) and (closed_at is None or closed_at > now - FOLLOWED_FOR)


def link_token(house_secret: str, purpose: str, seed: str) -> str:
    """What stands in a link mailed to a follower."""
    return mailed.link_token(house_secret, _FAMILY, purpose, seed)


def seed_of(house_secret: str, purpose: str, token: str) -> str | None:
    """The seed in a follower's link that we made for that purpose; None for any other text."""
    return mailed.seed_of(house_secret, _FAMILY, purpose, token)
