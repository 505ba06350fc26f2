"""Lists of polls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.people.models import Institution
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.models_secret import Box

_RUNNING = (PollState.OPEN.value, PollState.PAUSED.value)


@dataclass(frozen=True, slots=True)
class PollCard:
    """A poll in a list."""

    id: int
    slug: str
    code: str
    title: Bilingual
    intro: Bilingual
    state: PollState
    institution: Bilingual | None
    opened_at: datetime | None
    closed_at: datetime | None
    questions: int
    answers: int
    """Answers to all questions together; of a running secret poll, who took part."""


def cards() -> Select[Any]:
    """Everything a card needs, in one statement."""
    mine = Question.poll_id == Poll.id
    questions = select(func.count()).select_from(Question).where(mine).scalar_subquery()
    answers = select(func.coalesce(func.sum(Question.answered), 0)).where(mine).scalar_subquery()
    took_part = select(Box.participants).where(Box.poll_id == Poll.id).scalar_subquery()
    return select(
        Poll.id, Poll.slug, Poll.code, Poll.title, Poll.intro, Poll.state, Institution.name,
        Poll.opened_at, Poll.closed_at, questions, func.coalesce(took_part, answers),
    ).join(Institution, Institution.id == Poll.institution_id, isouter=True)  # fmt: skip


def as_cards(session: Session, statement: Select[Any]) -> list[PollCard]:
    """The rows of a `cards()` statement."""
    return [_card(tuple(row)) for row in session.execute(statement)]


def _card(row: tuple[Any, ...]) -> PollCard:
    values = (*row[:5], PollState(row[5]), *row[6:])
    return PollCard(*values)


def open_polls(session: Session, limit: int = 20) -> Sequence[PollCard]:
    """Polls that run now, the newest first; paused ones after those that can be answered."""
    order = (Poll.state == PollState.PAUSED.value, Poll.opened_at.desc(), Poll.id.desc())
    statement = cards().where(Poll.state.in_(_RUNNING)).order_by(*order).limit(limit)
    return as_cards(session, statement)


def closed_polls(session: Session, limit: int = 20, skip: int = 0) -> Sequence[PollCard]:
    """Closed polls, the latest first."""
    order = (Poll.closed_at.desc(), Poll.id.desc())
    closed = Poll.state == PollState.CLOSED.value
    return as_cards(session, cards().where(closed).order_by(*order).limit(limit).offset(skip))


def find_by_code(session: Session, code: str) -> str | None:
    """The slug of the public poll with that code, however it was typed."""
    wanted = "".join(letter for letter in code.upper() if letter.isalnum())
    public = Poll.state != PollState.DRAFT.value
    return session.scalar(select(Poll.slug).where(Poll.code == wanted, public))
