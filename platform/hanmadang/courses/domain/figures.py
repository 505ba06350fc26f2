"""Keeping a version's figures, counted by a job so that pages only read them.

The public's are counted anew only after at least ten people moved: between two states of a page
nobody can tell what one person did.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from hanmadang.courses.models import Audience, CourseFigures
from hanmadang.courses.queries.counting import Mark, count, mark_of, moved_since
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.disclosure import SMALLEST_CELL


@dataclass(frozen=True, slots=True)
class Counted:
    """A version's figures, on their way to being stored."""

    version_id: int
    audiences: tuple[Audience, ...]
    mark: Mark
    body: dict[str, Any]


def counted(session: Session, version_id: int, *, now: datetime) -> Counted | None:
    """Count a version where something is due. Only reads, for it may take many seconds."""
    mark = mark_of(session, version_id)
    wanted = tuple(each for each in Audience if _is_due(session, version_id, each, mark))
    if not wanted:
        return None
    body = count(session, version_id, zone=settings().zone, now=now).to_json()
    return Counted(version_id, wanted, mark, body)


def store(session: Session, made: Counted, *, now: datetime) -> None:
    """Keep what was counted; of two processes the later one is kept."""
    values = {
        "made_at": now, "body": made.body, "last_event_id": made.mark.last_event_id,
        "learners": made.mark.learners,
    }  # fmt: skip
    for each in made.audiences:
        key = {"version_id": made.version_id, "audience": each.value}
        if insert_once(session, CourseFigures, **key, **values) is None:
            session.execute(update(CourseFigures).filter_by(**key).values(**values))


def _is_due(session: Session, version_id: int, audience: Audience, mark: Mark) -> bool:
    held = session.get(CourseFigures, (version_id, audience.value))
    if held is None:
        return True
    if (held.last_event_id, held.learners) == (mark.last_event_id, mark.learners):
        return False
    if audience is Audience.STAFF:
        return True
    return moved_since(session, version_id, held.made_at) >= SMALLEST_CELL
