"""What a person decided about single lessons, whatever version they decided it in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion, Module, Unit, VersionState
from hanmadang.curricula.models import Choice, StepChoice
from hanmadang.curricula.wishes import Decided

_BY_PERSON = (
    select(Unit.id, StepChoice.choice)
    .select_from(StepChoice)
    .join(CourseVersion, CourseVersion.course_id == StepChoice.course_id)
    .join(Module, (Module.version_id == CourseVersion.id) & (Module.slug == StepChoice.module_slug))
    .join(Unit, (Unit.module_id == Module.id) & (Unit.slug == StepChoice.unit_slug))
    .where(CourseVersion.state == VersionState.PUBLISHED.value)
    .order_by(StepChoice.chosen_on, Unit.id)
)


def decided_by(session: Session, account_id: int) -> Decided:
    """Their decisions about lessons on offer now; one statement."""
    rows = session.execute(_BY_PERSON.where(StepChoice.account_id == account_id)).all()
    chosen = {choice: tuple(row.id for row in rows if row.choice == choice) for choice in Choice}
    return Decided(chosen[Choice.PINNED], chosen[Choice.SKIPPED], chosen[Choice.KNOWN])
