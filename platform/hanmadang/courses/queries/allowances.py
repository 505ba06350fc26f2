"""Who of a class, or of a course, has more time or more attempts, and finding one of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Enrolment, QuizAllowance
from hanmadang.courses.queries.teaching import Held
from hanmadang.people.models import Account, AccountState

MOST_FOUND, MOST_LISTED = 20, 500
_HAS_MORE = QuizAllowance.account_id.is_not(None)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the class, with what they have beyond the policy."""

    account_id: int
    name: str
    factor: float | None
    """None without an allowance; so are the other two."""
    extra_attempts: int | None
    reason: str | None


def allowances(session: Session, within: Held) -> Sequence[PersonRow]:
    """Those of the class who have more than others; one statement."""
    return _people(session, within.course_id, within.people(), MOST_LISTED, _HAS_MORE)


def of_course(session: Session, course_id: int) -> Sequence[PersonRow]:
    """Those who take the course, in a class or alone, and have more than others."""
    return _people(session, course_id, _takers(course_id), MOST_LISTED, _HAS_MORE)


def found_by_name(session: Session, within: Held, words: str) -> Sequence[PersonRow]:
    """People of the class whose names hold these words; 20 at most, one statement."""
    if not words:
        return ()
    pattern = "%" + re.sub(r"([!%_])", r"!\1", words) + "%"
    which = Account.name.ilike(pattern, escape="!")
    return _people(session, within.course_id, within.people(), MOST_FOUND, which)


def person(session: Session, within: Held, account_id: int) -> PersonRow | None:
    """One of the class; None for anybody else."""
    which = Account.id == account_id
    return next(iter(_people(session, within.course_id, within.people(), 1, which)), None)


def by_address(session: Session, course_id: int, login_key: str) -> PersonRow | None:
    """Who takes the course and signs in with exactly this address, as compared.

    Whoever takes a course alone has agreed to be looked for by nobody, so no part of a name or an
    address finds them: they tell it.
    """
    which = Account.login == login_key
    return next(iter(_people(session, course_id, _takers(course_id), 1, which)), None)


def _takers(course_id: int) -> Select[Any]:
    return select(Enrolment.account_id).where(Enrolment.course_id == course_id)


def _people(
    session: Session, course_id: int, people: Select[Any], most: int, which: ColumnElement[bool]
) -> Sequence[PersonRow]:
    rows = session.execute(
        select(
            Account.id, Account.name, QuizAllowance.factor, QuizAllowance.extra_attempts,
            QuizAllowance.reason,
        )
        .outerjoin(
            QuizAllowance,
            and_(
                QuizAllowance.account_id == Account.id,
                QuizAllowance.course_id == course_id,
            ),
        )
        .where(
            Account.id.in_(people), Account.state == AccountState.ACTIVE.value, which
        )
        .order_by(Account.name, Account.id)
        .limit(most)
    )  # fmt: skip
    return [PersonRow(*row) for row in rows]
