"""The changing code of a hall, for the screen of whoever moderates the poll."""

from dataclasses import dataclass

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import external_url, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import hall
from hanmadang.polls.domain import entering
from hanmadang.polls.models import Assurance, Poll, PollState
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.views.qr import qr_code
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE


@dataclass(frozen=True, slots=True)
class HallCode:
    """What the hall's screen shows just now."""

    digits: str
    """In two groups, to be read aloud."""
    url: str
    qr: Markup


def hall_code(page: PollPage) -> HallCode | None:
    """For a moderator's own screen; None for everybody else, or where the level needs none.

    The screen's address is public: without this, anybody at home could read the code from it.
    """
    if page.assurance is not Assurance.ROOM or not viewer().may(NEEDS):
        return None
    poll = find_moderated(db.session(), viewer(), page.id)
    return _now(poll) if poll is not None and not page.is_closed else None


def _now(poll: Poll) -> HallCode | None:
    if poll.secret is None:
        return None
    now = clock.now()
    wanted = entering.digits_wanted(db.session(), poll.id, now)
    digits = hall.digits_at(poll.secret, now, length=wanted)
    shown = hall.link_at(poll.secret, now)
    url = external_url("polls.enter_by_hall_short", code=poll.code, shown=shown)
    return HallCode(f"{digits[: wanted // 2]} {digits[wanted // 2 :]}", url, qr_code(url))


@room.page("/desk/polls/<int(max=2147483647):poll_id>/hall.json", needs=NEEDS, localised=False)
def hall_json(poll_id: int) -> ResponseReturnValue:
    """The same for `static/js/hall.js`, which asks every 20 seconds."""
    poll = find_moderated(db.session(), viewer(), poll_id)
    running = poll is not None and poll.state in (PollState.OPEN, PollState.PAUSED)
    shown = _now(poll) if poll and running and poll.assurance == Assurance.ROOM else None
    if shown is None:
        raise NotFoundError
    response: Response = jsonify(digits=shown.digits, qr=str(shown.qr))
    response.headers["Cache-Control"] = "private, no-store"
    return response
