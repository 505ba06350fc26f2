"""Deciding about one lesson of one's path: pin it, skip it, or leave it to the engine again."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion, Module, Unit, VersionState
from hanmadang.curricula.models import Choice, StepChoice
from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account

_ACTS: Mapping[Choice | None, str] = {
    Choice.PINNED: "step.pinned",
    Choice.SKIPPED: "step.skipped",
    Choice.KNOWN: "step.known",
    None: "step.released",
}


def choose(
    session: Session, actor: Viewer, unit_id: int, wanted: Choice | None, *, today: date
) -> Choice | None:
    """Decide about a published lesson; returns what had been decided before.

    The one transition between the states of a lesson in a path: from any to any, and what is so
    already stays so without a trace. Raises NotFoundError for a lesson that is not on offer.
    """
    place = _place(session, unit_id)
    # Two tabs take turns, so that each is told what it really replaced.
    session.execute(select(Account.id).where(Account.id == actor.id).with_for_update())
    key = {"account_id": actor.id, **place}
    stored = session.scalar(select(StepChoice.choice).filter_by(**key))
    before = Choice(stored) if stored else None
    if wanted is before:
        return before
    if wanted is None:
        session.execute(delete(StepChoice).filter_by(**key))
    else:
        _put(session, key, {"choice": wanted.value, "chosen_on": today})
    audit.record(
        session, actor, _ACTS[wanted], kind="account", id=actor.id, subject_id=actor.id,
        detail=f"{place['course_id']}/{place['module_slug']}/{place['unit_slug']}",
    )  # fmt: skip
    session.flush()
    return before


def _place(session: Session, unit_id: int) -> dict[str, int | str]:
    row = session.execute(
        select(CourseVersion.course_id, Module.slug, Unit.slug)
        .join(Module, Module.version_id == CourseVersion.id)
        .join(Unit, Unit.module_id == Module.id)
        .where(Unit.id == unit_id, CourseVersion.state == VersionState.PUBLISHED.value)
    ).first()
    if row is None:
        raise NotFoundError
    return {"course_id": row[0], "module_slug": row[1], "unit_slug": row[2]}


def _put(session: Session, key: dict[str, int | str], values: dict[str, object]) -> None:
    dialect = sqlite if is_sqlite() else postgresql
    session.execute(
        dialect.insert(StepChoice)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=values),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
