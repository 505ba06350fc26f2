"""What a closed poll lets everybody check: its seal, its receipts, and its published tables."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Poll, PollState, Question, QuestionType, Receipt, Seal
from hanmadang.polls.queries.release import ReleasedTable, released_table

FORMAT = "hanmadang-poll-record/1"


@dataclass(frozen=True, slots=True)
class Sealed:
    """The seal of a closed poll."""

    root: str
    receipts: int
    """How many devices' answers were counted."""
    holds: bool | None
    """Whether the receipt asked for is among them; None where none was asked for."""


def sealed(session: Session, poll_id: int, receipt: str = "") -> Sealed | None:
    """The seal; None while the poll runs."""
    found = session.get(Seal, poll_id)
    if found is None:
        return None
    typed = "".join(receipt.split()).lower()
    return Sealed(found.root, found.receipts, _holds(session, poll_id, typed) if typed else None)


def _holds(session: Session, poll_id: int, receipt: str) -> bool:
    asked = exists().where(Receipt.poll_id == poll_id, Receipt.receipt == receipt)
    return bool(session.scalar(select(asked)))


def record(session: Session, slug: str) -> dict[str, Any] | None:
    """Everything `docs/verify-poll.py` needs; None while the poll runs."""
    poll = session.execute(
        select(Poll.id, Poll.closed_at, Seal.root)
        .join(Seal, Seal.poll_id == Poll.id)
        .where(Poll.slug == slug, Poll.state == PollState.CLOSED.value)
    ).first()
    if poll is None:
        return None
    receipts = select(Receipt.receipt).where(Receipt.poll_id == poll.id).order_by(Receipt.receipt)
    asked = select(Question).where(Question.poll_id == poll.id).order_by(Question.position)
    return {
        "format": FORMAT,
        "poll": slug,
        "closed_at": poll.closed_at.isoformat(),
        "root": poll.root,
        "receipts": list(session.scalars(receipts)),
        "questions": [_question(session, each) for each in session.scalars(asked)],
    }


def _question(session: Session, question: Question) -> dict[str, Any]:
    table = released_table(session, question.id)
    if table is None:
        return {"id": question.id, "published": False}
    one = question.type == QuestionType.ONE
    return {"id": question.id, "published": True, "one": one, **_table(table)}


def _table(table: ReleasedTable) -> dict[str, Any]:
    return {
        "kind": table.kind.value,
        "text": table.text.to_json(),
        "answered": table.n,
        "rows": [
            {"labels": [label.to_json() for label in row.labels], "count": row.count}
            for row in table.rows
        ],
    }
