"""Released tables: what rooms above and the public may know of a closed question.

No figure is published from fewer than `FEWEST_ANSWERS` people, and no cell holds fewer than
`SMALLEST_CELL`. Where one option is chosen, a point
of a scale and a band of numbers too, cells add up to the total, so hiding a single small
cell would give it back by subtraction: small cells are merged, and where the merged cell is
still small or stands alone, the next smallest is merged into it. Where several may be chosen,
a cell is hidden when it is small or when those outside it are. Tables by attributes of people are
another matter: `polls.survey.disclosure`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import (
    TELLING,
    TYPED,
    Assurance,
    Option,
    Poll,
    PollState,
    Question,
    QuestionKind,
    QuestionType,
    Tally,
)
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS, SMALLEST_CELL, merged

__all__ = [
    "FEWEST_ANSWERS", "SMALLEST_CELL", "ReleasedRow", "ReleasedTable", "merged",
    "released_questions", "released_table",
]  # fmt: skip
_SUMS = tuple(type_.value for type_ in TELLING | TYPED)
"""Not released as tables: the points of all options add up to a known sum, so the points of an
option that few people named would follow from the others. Typed answers have no options."""


@dataclass(frozen=True, slots=True)
class ReleasedRow:
    """One published cell: an option, or several small ones merged."""

    labels: tuple[Bilingual, ...]
    topic_codes: tuple[str, ...]
    count: int | None
    """None where the cell is hidden."""

    def share(self, n: int) -> float | None:
        """The share of `n` (0 to 1); None where the cell is hidden."""
        return None if self.count is None else self.count / n


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A question's published result."""

    question_id: int
    poll_slug: str
    poll_title: Bilingual
    kind: QuestionKind
    text: Bilingual
    competency_code: str | None
    correct: int | None
    """Of a knowledge question with one choice: how many chose the right option, if published."""
    n: int
    assurance: Assurance
    rows: tuple[ReleasedRow, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    label: Bilingual
    topic_code: str | None
    correct: bool
    count: int


def released_questions(
    session: Session, kinds: Sequence[QuestionKind] = tuple(QuestionKind), limit: int = 50
) -> list[int]:
    """Ids of questions whose table may be published, the latest closed poll first."""
    return list(
        session.scalars(
            select(Question.id)
            .join(Poll, Poll.id == Question.poll_id)
            .where(
                Poll.state == PollState.CLOSED.value,
                Question.answered >= FEWEST_ANSWERS,
                Question.kind.in_([kind.value for kind in kinds]),
                Question.type.not_in(_SUMS),
            )
            .order_by(Poll.closed_at.desc(), Question.position)
            .limit(limit)
        )
    )


def released_table(session: Session, question_id: int) -> ReleasedTable | None:
    """The published table; None while the poll runs or where too few answered."""
    head = session.execute(
        select(
            Question.kind, Question.type, Question.text, Question.competency_code,
            Question.answered, Poll.slug, Poll.title, Poll.assurance,
        )
        .join(Poll, Poll.id == Question.poll_id)
        .where(
            Question.id == question_id,
            Poll.state == PollState.CLOSED.value,
            Question.answered >= FEWEST_ANSWERS,
        )
    ).first()  # fmt: skip
    if head is None or head.type in _SUMS:
        return None
    cells = _cells(session, question_id)
    only_one = head.type != QuestionType.SEVERAL
    groups = merged([cell.count for cell in cells]) if only_one else _alone(cells)
    hides = not only_one
    rows = tuple(_row([cells[i] for i in group], head.answered, hides=hides) for group in groups)
    if len(rows) <= 1 or all(row.count is None for row in rows):
        return None
    return ReleasedTable(
        question_id, head.slug, head.title, QuestionKind(head.kind), head.text,
        head.competency_code, _correct(cells, groups) if only_one else None, head.answered,
        Assurance(head.assurance), rows,
    )  # fmt: skip


def _alone(cells: Sequence[object]) -> list[tuple[int, ...]]:
    return [(place,) for place in range(len(cells))]


def _cells(session: Session, question_id: int) -> list[_Cell]:
    rows = session.execute(
        select(Option.label, Option.topic_code, Option.correct, Tally.count)
        .join(Tally, Tally.option_id == Option.id)
        .where(Option.question_id == question_id)
        .order_by(Option.position)
    )
    return [_Cell(*row) for row in rows]


def _row(cells: Sequence[_Cell], n: int, *, hides: bool) -> ReleasedRow:
    count = sum(cell.count for cell in cells)
    hidden = hides and not SMALLEST_CELL <= count <= n - SMALLEST_CELL
    topics = tuple(cell.topic_code for cell in cells if cell.topic_code)
    return ReleasedRow(tuple(cell.label for cell in cells), topics, None if hidden else count)


def _correct(cells: Sequence[_Cell], groups: Sequence[tuple[int, ...]]) -> int | None:
    alone = [cells[group[0]] for group in groups if len(group) == 1]
    return next((cell.count for cell in alone if cell.correct), None)
