"""What must hold before a course's certificate exists.

A version asks that each unit is done and each question was answered right once. Rooms above may
add conditions of their own (a concert attended, say): they register a question here, and whatever
makes its answer yes calls `courses.domain.certify` in the same transaction.
"""

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

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


def complete_versions(*where: ColumnElement[bool]) -> Select[int, int]:
    """(account, version) pairs in which each unit is done and each question was once right."""
    return (
        select(UnitProgress.account_id, CourseVersion.id.label("version_id"))
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(UnitProgress.state == UnitState.DONE.value, *where)
        .group_by(
            UnitProgress.account_id,
            CourseVersion.id,
            CourseVersion.unit_count,
            CourseVersion.question_count,
        )
        .having(
            func.count() == CourseVersion.unit_count,
            func.sum(UnitProgress.right) == CourseVersion.question_count,
        )
    )
