"""What must hold before a course's certificate exists.

A version asks that each unit is done and each question was answered right once; of a quiz that
counts, as many as one attempt asks, or that it was passed. Rooms above may
add conditions of their own (a concert attended, say): they register a question here, and whatever
makes its answer yes calls `courses.domain.certify` in the same transaction.
"""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from hanmadang.courses.attempts import policy_of
from hanmadang.courses.models import CourseVersion, Unit, UnitProgress, UnitState

Condition = Callable[[Session, int, int], bool]
"""(session, account id, version id) to whether that person meets it."""
_more: dict[str, Condition] = {}


def condition(name: str) -> Callable[[Condition], Condition]:
    """Register one more condition of every certificate."""

    def add(function: Condition) -> Condition:
        _more[name] = function
        return function

    return add


def are_met(session: Session, account_id: int, version_id: int) -> bool:
    """Whether that person met every condition of that version."""
    mine = complete_versions(UnitProgress.account_id == account_id, CourseVersion.id == version_id)
    learned = session.execute(mine).first()
    return learned is not None and all(
        met(session, account_id, version_id) for met in _more.values()
    )


def is_known(unit: Unit, reached: UnitProgress) -> bool:
    """Whether that person owes the unit nothing: it is done, and its questions are known."""
    passed = policy_of(unit.quiz).pass_share is not None
    return reached.completed_at is not None and (passed or reached.right >= unit.question_count)


def complete_versions(*where: ColumnElement[bool]) -> Select[int, int]:
    """(account, version) pairs that owe no unit anything; each is as `is_known` says."""
    passed = Unit.quiz["pass_share"].as_float().is_not(None)
    return (
        select(UnitProgress.account_id, CourseVersion.id.label("version_id"))
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(
            UnitProgress.state == UnitState.DONE.value,
            or_(passed, UnitProgress.right >= Unit.question_count),
            *where,
        )
        .group_by(UnitProgress.account_id, CourseVersion.id, CourseVersion.unit_count)
        .having(func.count() == CourseVersion.unit_count)
    )
