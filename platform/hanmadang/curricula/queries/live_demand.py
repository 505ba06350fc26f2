"""What a running poll asks for, in whole tens of people, for editors only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hanmadang.curricula.demand_rules import Rules, share
from hanmadang.curricula.models import LiveFigure, Wanted
from hanmadang.curricula.queries.public_demand import Covered, covered
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.tens import in_whole_tens
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import (
    TELLING,
    TYPED,
    Mode,
    Poll,
    PollState,
    Question,
    QuestionKind,
)
from hanmadang.polls.queries.running import running_cells
from hanmadang.polls.survey.intervals import Share
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS, SMALLEST_CELL

_RUNNING = (PollState.OPEN.value, PollState.PAUSED.value)
_ASKING = (QuestionKind.INTEREST.value, QuestionKind.KNOWLEDGE.value)
_SUMS = [type_.value for type_ in TELLING | TYPED]


@dataclass(frozen=True, slots=True)
class LiveCell:
    """About so many of so many people, both in whole tens."""

    wanted: Wanted
    codes: tuple[str, ...]
    count: int
    n: int
    covered: Covered
    asks: bool
    """Whether the rule would be passed if the poll closed with these figures."""

    @property
    def share(self) -> Share:
        """With its interval."""
        return share(self.count, self.n)


@dataclass(frozen=True, slots=True)
class LivePoll:
    """A running poll on the editors' desk."""

    id: int
    code: str
    slug: str
    title: Bilingual
    version: int
    answered: int
    """Of its most answered question: what everybody sees."""
    cells: Sequence[LiveCell]
    """Empty below the threshold."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A question whose shown figures lie ten people or more behind."""

    question_id: int
    answered: int
    competency: str


def running(session: Session, shelf: Shelf, rules: Rules) -> list[LivePoll]:
    """The running polls that ask about topics or knowledge, the latest first; one statement."""
    rows = session.execute(
        select(
            Poll.id, Poll.code, Poll.slug, Poll.title, Poll.version, Question.kind,
            Question.answered, LiveFigure.n, LiveFigure.cells,
        )
        .join(Question, Question.poll_id == Poll.id)
        .join(LiveFigure, LiveFigure.question_id == Question.id, isouter=True)
        .where(Poll.state.in_(_RUNNING), Poll.mode != Mode.SECRET.value, *_asks())
        .order_by(Poll.opened_at.desc(), Poll.id.desc(), Question.position)
    ).all()  # fmt: skip
    polls: dict[int, list[Row[Any]]] = {}
    for row in rows:
        polls.setdefault(row.id, []).append(row)
    return [_poll(found, shelf, rules) for found in polls.values()]


def _poll(rows: Sequence[Row[Any]], shelf: Shelf, rules: Rules) -> LivePoll:
    cells = [
        _cell(row, codes, people, shelf, rules) for row in rows for codes, people in row.cells or ()
    ]
    head = rows[0]
    return LivePoll(
        head.id, head.code, head.slug, head.title, head.version,
        max(row.answered for row in rows),
        sorted(cells, key=lambda cell: -cell.share.low),
    )  # fmt: skip


def _cell(row: Row[Any], codes: list[str], people: int, shelf: Shelf, rules: Rules) -> LiveCell:
    wanted = Wanted.GAP if row.kind == QuestionKind.KNOWLEDGE else Wanted.WISH
    asks = len(codes) == 1 and rules.of(wanted).asks(people, row.n)
    return LiveCell(wanted, tuple(codes), people, row.n, covered(shelf, wanted, codes), asks)


def stale(session: Session) -> list[Stale]:
    """The questions that moved on by ten people since they were shown; one statement."""
    rows = session.execute(
        select(
            Question.id, Question.answered, Question.competency_code,
            LiveFigure.answered.label("shown"),
        )
        .join(Poll, Poll.id == Question.poll_id)
        .join(LiveFigure, LiveFigure.question_id == Question.id, isouter=True)
        .where(
            Poll.state.in_(_RUNNING), Poll.mode != Mode.SECRET.value,
            Question.answered >= FEWEST_ANSWERS, *_asks(),
        )
    )  # fmt: skip
    return [
        Stale(row.id, row.answered, row.competency_code or "")
        for row in rows
        if row.shown is None or row.answered >= row.shown + SMALLEST_CELL
    ]


def cells_of(session: Session, question: Stale) -> list[tuple[list[str], int]]:
    """The cells that may be shown, in whole tens."""
    found: list[tuple[list[str], int]] = []
    for cell in running_cells(session, question.question_id):
        codes, people = list(cell.topics), cell.people
        if question.competency:
            codes = [question.competency] if cell.is_right else []
            people = question.answered - people
        if codes and SMALLEST_CELL <= people <= question.answered - SMALLEST_CELL:
            found.append((codes, in_whole_tens(people)))
    return found


def _asks() -> tuple[Any, ...]:
    return (Question.kind.in_(_ASKING), Question.type.not_in(_SUMS))
