"""The room's routes hang here, and what several pages share."""

from collections.abc import Sequence

from flask import current_app, url_for

from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.rooms import Room
from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls.domain import BallotSet, Result
from hanmadang.polls.queries import PollPage, poll_page
from hanmadang.polls.rules import seen_token

room = Room("polls", __name__)
WRITER = "hanmadang.polls.writer"


def find(slug: str) -> PollPage:
    """The poll this viewer may see. Raises NotFoundError."""
    page = poll_page(db.session(), viewer(), slug)
    if page is None:
        raise NotFoundError
    return page


def cast(ballots: BallotSet) -> Result:
    """Hand ballots to the group writer; returns once they are durable."""
    return _writer().write(ballots)


def cast_all(ballots: Sequence[BallotSet]) -> list[Result | None]:
    """Many at once, in one commit; None for each whose writing failed."""
    return _writer().write_all(ballots) if ballots else []


def _writer() -> GroupWriter[BallotSet, Result]:
    found: GroupWriter[BallotSet, Result] = current_app.extensions[WRITER]
    return found


def live_urls(page: PollPage, *, has_answered: bool = False) -> tuple[str, str]:
    """Where live.js finds this poll's stream and snapshot."""
    stream, snapshot = live_urls_of(page.code)
    if not has_answered:
        return stream, snapshot
    seen = f"?seen={seen_token(str(current_app.secret_key), page.code)}"
    return stream + seen, snapshot + seen


def live_urls_of(code: str) -> tuple[str, str]:
    """The same for what everybody may see."""
    snapshot = url_for("polls.live_snapshot", code=code)
    return snapshot.removesuffix(".json"), snapshot
