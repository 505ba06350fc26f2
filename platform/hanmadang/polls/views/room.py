"""The room's routes hang here, and what several pages share."""

from collections.abc import Sequence

from flask import current_app, request, url_for

from hanmadang.kernel.db import db
from hanmadang.kernel.device import cookie_name, known_device
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.rooms import Room
from hanmadang.kernel.writer import GroupWriter
from hanmadang.people.logins import mailbox_of
from hanmadang.polls.domain import BallotSet, Result
from hanmadang.polls.entry import Visitor, ticket_cookie
from hanmadang.polls.models import Assurance, PollState
from hanmadang.polls.queries import Mine, PollPage, answers_of, poll_page
from hanmadang.polls.rules import seen_token

room = Room("polls", __name__)
WRITER = "hanmadang.polls.writer"


def find(slug: str) -> PollPage:
    """The poll this viewer may see. Raises NotFoundError."""
    page = poll_page(db.session(), viewer(), slug)
    if page is None:
        raise NotFoundError
    return page


def this_visitor(poll_id: int) -> Visitor:
    """What this request tells about who asks, for `entry.voter_of`."""
    ticket = request.cookies.get(cookie_name(ticket_cookie(poll_id)), "")
    who = viewer()
    return Visitor(known_device(), ticket, mailbox_of(who.login) if who.verified else "")


def mine_in(page: PollPage) -> Mine:
    """What this visitor answered; no statement for somebody who carries nothing."""
    visitor = this_visitor(page.id)
    if visitor == Visitor():
        return Mine(is_let_in=page.is_closed or page.assurance is Assurance.LINK)
    return answers_of(db.session(), page.id, visitor)


def is_kept_out(page: PollPage, mine: Mine) -> bool:
    """Whether something is missing to answer this running poll: a code, a mail, signing in."""
    return not (mine.is_let_in or page.is_closed or page.state is PollState.DRAFT)


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
