"""Who of a class has more time or more attempts, and finding somebody in it by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import QuizAllowance
from hanmadang.courses.queries.teaching import Held
from hanmadang.people.models import Account, AccountState

MOST_FOUND, MOST_LISTED = 20, 500


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
    has_more = QuizAllowance.account_id.is_not(None)
    return _people(session, within, MOST_LISTED, has_more)


def found_by_name(session: Session, within: Held, words: str) -> Sequence[PersonRow]:
    """People of the class whose names hold these words; 20 at most, one statement."""
    if not words:
        return ()
    pattern = "%" + re.sub(r"([!%_])", r"!\1", words) + "%"
    return _people(session, within, MOST_FOUND, Account.name.ilike(pattern, escape="!"))


def person(session: Session, within: Held, account_id: int) -> PersonRow | None:
    """One of the class; None for anybody else."""
    return next(iter(_people(session, within, 1, Account.id == account_id)), None)


def _people(
    session: Session, within: Held, most: int, which: ColumnElement[bool]
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
                QuizAllowance.course_id == within.course_id,
            ),
        )
        .where(
            Account.id.in_(within.people()), Account.state == AccountState.ACTIVE.value, which
        )
        .order_by(Account.name, Account.id)
        .limit(most)
    )  # fmt: skip
    return [PersonRow(*row) for row in rows]
