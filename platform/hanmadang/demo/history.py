"""What many invented people did in their courses, written in a few statements.

The rows are those that `courses.domain.learning` would have written one by one; `flask fsck` holds
them against each other.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Answer,
    Enrolment,
    EventKind,
    LearningEvent,
    QuestionProgress,
    UnitProgress,
    UnitState,
)

_WITHOUT_SYNC = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Try:
    """One answer to one question."""

    question_id: int
    response: list[int]
    is_right: bool
    at: datetime


@dataclass(slots=True)
class History:
    """Rows on their way to the tables."""

    events: list[dict[str, Any]] = field(default_factory=list)
    tries: dict[int, Try] = field(default_factory=dict)
    """By the place of their event."""
    units: list[dict[str, Any]] = field(default_factory=list)
    places: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    """{account: (unit to go on with, last instant)}."""

    def unit(  # noqa: PLR0913  (who, where, when, what)
        self,
        account_id: int,
        unit_id: int,
        opened: datetime,
        tries: list[Try],
        *,
        done_at: datetime | None,
        next_unit: int,
    ) -> None:
        """Somebody opened a unit, tried its questions, and perhaps got it done."""
        self._happened(account_id, unit_id, EventKind.OPENED, "", opened)
        for number, each in enumerate(tries):
            self.tries[len(self.events)] = each
            key = f"{number}:{each.question_id}"
            self._happened(account_id, unit_id, EventKind.ANSWERED, key, each.at)
        if done_at:
            self._happened(account_id, unit_id, EventKind.COMPLETED, "", done_at)
        self.units.append(
            {
                "account_id": account_id,
                "unit_id": unit_id,
                "state": (UnitState.DONE if done_at else UnitState.STARTED).value,
                "last_block": 1,
                "last_question": tries[-1].question_id if tries else None,
                "answered": len({each.question_id for each in tries}),
                "right": len({each.question_id for each in tries if each.is_right}),
                "completed_at": done_at,
            }
        )
        last = max([opened, *(each.at for each in tries), *([done_at] if done_at else [])])
        self.places[account_id] = next_unit if done_at else unit_id, last

    def _happened(
        self, account_id: int, unit_id: int, kind: EventKind, key: str, at: datetime
    ) -> None:
        self.events.append(
            {
                "account_id": account_id,
                "unit_id": unit_id,
                "kind": kind.value,
                "key": f"{unit_id}:{kind.value}:{key}",
                "at": at,
            }
        )

    def write(self, session: Session, course_id: int) -> None:
        """Write it all; everybody takes the course already."""
        if not self.events:
            return
        session.flush()
        events = insert(LearningEvent).returning(LearningEvent.id, sort_by_parameter_order=True)
        ids = session.scalars(events, self.events).all()
        if self.tries:
            session.execute(
                insert(Answer), [self._answer(place, ids[place]) for place in self.tries]
            )
            session.execute(insert(QuestionProgress), self._standings())
        session.execute(insert(UnitProgress), self.units)
        for account_id, (unit_id, at) in self.places.items():
            session.execute(
                update(Enrolment)
                .where(Enrolment.account_id == account_id, Enrolment.course_id == course_id)
                .values(resume_unit_id=unit_id, touched_at=at),
                execution_options=_WITHOUT_SYNC,
            )
        session.expire_all()

    def _answer(self, place: int, event_id: int) -> dict[str, Any]:
        each = self.tries[place]
        return {
            "event_id": event_id,
            "account_id": self.events[place]["account_id"],
            "question_id": each.question_id,
            "response": each.response,
            "correct": each.is_right,
            "score": float(each.is_right),
            "at": each.at,
        }

    def _standings(self) -> list[dict[str, Any]]:
        found: dict[tuple[int, int], dict[str, Any]] = {}
        for place, each in self.tries.items():
            account_id = self.events[place]["account_id"]
            held = found.setdefault(
                (account_id, each.question_id),
                {
                    "account_id": account_id,
                    "question_id": each.question_id,
                    "tries": 0,
                    "score": 0.0,
                    "right_at": None,
                },
            )
            held["tries"] += 1
            held["response"] = each.response
            if each.is_right:
                held["score"], held["right_at"] = 1.0, held["right_at"] or each.at
        return list(found.values())
