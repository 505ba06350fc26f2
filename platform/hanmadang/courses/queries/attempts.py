"""A person's attempts at a quiz that counts, as its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import attempts
from hanmadang.courses.attempts import USUAL, Allowed
from hanmadang.courses.models import AttemptState, QuizAllowance, QuizAttempt, Unit
from hanmadang.courses.specs import QuizSpec
from hanmadang.people.models import Account


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt."""

    number: int
    started_at: datetime
    deadline: datetime | None
    submitted_at: datetime | None
    score: float | None
    seed: str
    drawn: Sequence[int]
    saved: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether it was not handed in."""
        return self.submitted_at is None


@dataclass(frozen=True, slots=True)
class QuizStanding:
    """How a person stands with a quiz that counts."""

    quiz: QuizSpec
    asked: int
    """Questions in an attempt."""
    tries: tuple[AttemptRow, ...]
    allowed: Allowed
    zone: str
    """The reader's, for the instants shown."""
    now: datetime

    @property
    def open(self) -> AttemptRow | None:
        """The attempt under way, if there is one."""
        return self.tries[-1] if self.tries and self.tries[-1].is_open else None

    @property
    def overdue(self) -> bool:
        """Whether the attempt under way ended by itself and is still to be settled."""
        return self.open is not None and attempts.is_over(self.open.deadline, self.now)

    @property
    def seconds_left(self) -> int:
        """Of the attempt under way, where its time is limited."""
        ends = self.open.deadline if self.open else None
        return max(0, int((ends - self.now).total_seconds())) if ends else 0

    @property
    def shown(self) -> AttemptRow | None:
        """The attempt whose questions the page shows: the latest."""
        return self.tries[-1] if self.tries else None

    @property
    def handed_in(self) -> tuple[AttemptRow, ...]:
        """Finished attempts, oldest first."""
        return tuple(each for each in self.tries if not each.is_open)

    @property
    def best(self) -> float | None:
        """The best score: the one that counts."""
        return max((each.score or 0.0 for each in self.handed_in), default=None)

    @property
    def next_number(self) -> int:
        """The attempt that would begin now."""
        return len(self.tries) + 1

    @property
    def left(self) -> int | None:
        """Attempts left; None for as many as one likes."""
        return attempts.left(self.quiz, self.allowed, len(self.tries))

    @property
    def minutes(self) -> int | None:
        """The time an attempt has, for this person."""
        limit = self.quiz.time_limit_minutes
        return None if limit is None else round(limit * self.allowed.factor)

    @property
    def opens_at(self) -> datetime | None:
        """When the next attempt may begin, where that lies ahead."""
        last = self.tries[-1].submitted_at if self.tries else None
        opens = attempts.opens_at(self.quiz, last)
        return opens if opens is not None and opens > self.now else None


def allowed_to(session: Session, account_id: int, course_id: int) -> Allowed:
    """What staff allowed that person in that course."""
    found = session.execute(
        select(QuizAllowance.factor, QuizAllowance.extra_attempts).where(
            QuizAllowance.account_id == account_id, QuizAllowance.course_id == course_id
        )
    ).first()
    return USUAL if found is None else Allowed(*found)


def quiz_standing(  # noqa: PLR0913, PLR0917  (a person, a unit, its policy, and the time)
    session: Session,
    account_id: int,
    course_id: int,
    unit_id: int,
    quiz: QuizSpec,
    asked: int,
    now: datetime,
) -> QuizStanding:
    """How that person stands with the unit's quiz; three statements."""
    rows = session.execute(
        select(
            QuizAttempt.number, QuizAttempt.started_at, QuizAttempt.deadline,
            QuizAttempt.submitted_at, QuizAttempt.score, QuizAttempt.seed, QuizAttempt.drawn,
            QuizAttempt.saved,
        )
        .where(QuizAttempt.account_id == account_id, QuizAttempt.unit_id == unit_id)
        .order_by(QuizAttempt.number)
    )  # fmt: skip
    return QuizStanding(
        quiz,
        asked,
        tuple(AttemptRow(*row) for row in rows),
        allowed_to(session, account_id, course_id),
        session.scalar(select(Account.zone).where(Account.id == account_id)) or "Asia/Seoul",
        now,
    )


def has_overdue(session: Session, account_id: int, version_id: int, now: datetime) -> bool:
    """Whether a time ran out in that version and nobody has settled it."""
    deadline = session.scalar(
        select(QuizAttempt.deadline)
        .join(Unit, Unit.id == QuizAttempt.unit_id)
        .where(
            QuizAttempt.account_id == account_id,
            QuizAttempt.state == AttemptState.OPEN.value,
            QuizAttempt.deadline.is_not(None),
            Unit.version_id == version_id,
        )
        .order_by(QuizAttempt.deadline)
        .limit(1)
    )
    return attempts.is_over(deadline, now)
