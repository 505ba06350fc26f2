"""What a person decided about single lessons, whatever version they decided it in."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion, Module, Unit, VersionState
from hanmadang.curricula.models import Choice, StepChoice
from hanmadang.curricula.wishes import Decided

_DECIDED = (
    select(StepChoice.account_id, Unit.id, StepChoice.choice)
    .select_from(StepChoice)
    .join(CourseVersion, CourseVersion.course_id == StepChoice.course_id)
    .join(Module, (Module.version_id == CourseVersion.id) & (Module.slug == StepChoice.module_slug))
    .join(Unit, (Unit.module_id == Module.id) & (Unit.slug == StepChoice.unit_slug))
    .where(CourseVersion.state == VersionState.PUBLISHED.value)
    .order_by(StepChoice.chosen_on, Unit.id)
)


def decided_by(session: Session, account_ids: Collection[int]) -> Mapping[int, Decided]:
    """{person: their decisions about lessons on offer now}; one statement."""
    found: dict[int, dict[str, list[int]]] = {}
    for row in session.execute(_DECIDED.where(StepChoice.account_id.in_(account_ids))):
        found.setdefault(row.account_id, {}).setdefault(row.choice, []).append(row.id)
    return {id_: Decided(*(tuple(rows.get(c, ())) for c in Choice)) for id_, rows in found.items()}
