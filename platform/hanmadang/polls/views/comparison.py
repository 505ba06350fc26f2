"""Two closed polls of the same questions, side by side."""

from datetime import date, datetime

from flask import request
from flask.typing import ResponseReturnValue

from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts, texts_data
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.comparison import compare, in_order, waves
from hanmadang.polls.views.room import find, room


@room.page("/polls/<slug>/compare", needs=Permission.PUBLIC, endpoint="compare")
def show(slug: str) -> ResponseReturnValue:
    """The polls that asked the same, and the figures beside those of ``?with=<slug>``."""
    page = _closed(slug)
    chosen = request.args.get("with", "")
    before, after = in_order(_closed(chosen), page) if chosen else (None, page)
    return render(
        "polls/compare.html",
        poll=page,
        waves=waves(db.session(), page),
        chosen=chosen,
        before=before,
        after=after,
        compared=compare(before, after) if before else (),
        reasons=texts_data.APART,
        assurances=texts.ASSURANCES,
        local_day=_local_day,
    )


def _local_day(instant: datetime) -> date:
    return instant.astimezone(clock.zone(settings().zone)).date()


def _closed(slug: str) -> PollPage:
    page = find(slug)
    if not page.is_closed:
        raise NotFoundError
    return page
