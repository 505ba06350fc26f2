"""Deciding about one lesson of one's path: pin it, skip it, or leave it to the engine again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion, Module, Unit, VersionState
from hanmadang.curricula.domain.paths import one_at_a_time, upsert
from hanmadang.curricula.models import Choice, StepChoice
from hanmadang.kernel import audit
from hanmadang.kernel.clock import zone
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer

_ACTS: Mapping[Choice | None, str] = {
    Choice.PINNED: "step.pinned",
    Choice.SKIPPED: "step.skipped",
    Choice.KNOWN: "step.known",
    None: "step.released",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lesson stands, whatever version of its course is on offer."""

    course_id: int
    module_slug: str
    unit_slug: str

    @property
    def ref(self) -> str:
        """As one text."""
        return f"{self.course_id}/{self.module_slug}/{self.unit_slug}"


def day_of(now: datetime) -> date:
    """The calendar day it is in the city."""
    return now.astimezone(zone(settings().zone)).date()


def choose(
    session: Session, actor: Viewer, unit_id: int, wanted: Choice | None, *, now: datetime
) -> Choice | None:
    """Decide about a published lesson; returns what had been decided before.

    The one transition between the states of a lesson in a path: from any to any, and what is so
    already stays so without a trace. Raises NotFoundError for a lesson that is not on offer.
    """
    place = place_of(session, unit_id)
    # Two tabs take turns, so that each is told what it really replaced.
    one_at_a_time(session, actor.id)
    key = {"account_id": actor.id, **asdict(place)}
    stored = session.scalar(select(StepChoice.choice).filter_by(**key))
    before = Choice(stored) if stored else None
    if wanted is before:
        return before
    if wanted is None:
        session.execute(delete(StepChoice).filter_by(**key))
    else:
        row = {**key, "choice": wanted.value, "chosen_on": day_of(now)}
        upsert(session, StepChoice, tuple(key), [row])
    audit.record(
        session, actor, _ACTS[wanted], kind="account", id=actor.id, subject_id=actor.id,
        detail=place.ref,
    )  # fmt: skip
    session.flush()
    return before


def place_of(session: Session, unit_id: int) -> Place:
    """Where a published lesson stands. Raises NotFoundError."""
    row = session.execute(
        select(CourseVersion.course_id, Module.slug, Unit.slug)
        .join(Module, Module.version_id == CourseVersion.id)
        .join(Unit, Unit.module_id == Module.id)
        .where(Unit.id == unit_id, CourseVersion.state == VersionState.PUBLISHED.value)
    ).first()
    if row is None:
        raise NotFoundError
    return Place(*row)


def unclaim(session: Session, account_id: int, ref: str) -> None:
    """Take "I know this" back where the answers it rested on were deleted."""
    course_id, module_slug, unit_slug = ref.split("/")
    session.execute(
        delete(StepChoice).where(
            StepChoice.account_id == account_id,
            StepChoice.course_id == int(course_id),
            StepChoice.module_slug == module_slug,
            StepChoice.unit_slug == unit_slug,
            StepChoice.choice == Choice.KNOWN.value,
        )
    )
