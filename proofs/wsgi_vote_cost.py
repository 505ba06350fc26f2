"""The house with its votes made dear: no short way, a commit each, and pages that recount."""

from typing import Any

from sqlalchemy import func, select

from hanmadang.factory import create_app
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls.models import Ballot
from hanmadang.polls.views import public, room
from hanmadang.polls.views.short import ShortVotes

_find = room.find


def _write_alone(self: Any, job: Any, _patience: float = 0) -> Any:
    return transact(lambda session: self._apply(session, [job]))[0]


def _recount(slug: str) -> Any:
    page = _find(slug)
    ids = [question.id for question in page.questions]
    rows = select(Ballot.choices).where(Ballot.question_id.in_(ids))
    db.session.scalar(select(func.count()).select_from(rows.subquery()))
    return page


ShortVotes.fits = lambda *_: False  # type: ignore[method-assign]
GroupWriter.write = _write_alone  # type: ignore[method-assign, assignment]
public.find = _recount  # type: ignore[attr-defined]
app = create_app()
