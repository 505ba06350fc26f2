"""One poll with its questions, options and counts, in two statements."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Institution
from hanmadang.polls.models import (
    Option,
    Poll,
    PollState,
    Question,
    QuestionKind,
    QuestionType,
    ResultsShown,
    Tally,
)
from hanmadang.polls.models_audience import Sitting, SittingState
from hanmadang.polls.queries.live import share
from hanmadang.polls.rules import are_results_shown, visible_to


@dataclass(frozen=True, slots=True)
class OptionPage:
    """An option and how often it was chosen."""

    id: int
    label: Bilingual
    correct: bool
    topic_code: str | None
    count: int


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question as pages show it."""

    id: int
    kind: QuestionKind
    type: QuestionType
    most: int
    """How many options may be chosen."""
    text: Bilingual
    explanation: Bilingual
    competency_code: str | None
    shown: ResultsShown
    answered: int
    options: tuple[OptionPage, ...]

    def shares(self) -> list[tuple[OptionPage, float | None]]:
        """Each option with its percent of those who answered."""
        return [(option, share(option.count, self.answered)) for option in self.options]


@dataclass(frozen=True, slots=True)
class PollPage:
    """A poll as pages show it. The secret is not part of it."""

    id: int
    slug: str
    code: str
    title: Bilingual
    intro: Bilingual
    state: PollState
    version: int
    institution: Bilingual | None
    opened_at: datetime | None
    closed_at: datetime | None
    has_audience: bool
    """Whether audience questions belong to it, asked now or earlier."""
    questions: tuple[QuestionPage, ...]

    @property
    def is_open(self) -> bool:
        """Whether it can be answered now."""
        return self.state is PollState.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether the result is final."""
        return self.state is PollState.CLOSED

    def shows(self, question: QuestionPage, *, has_answered: bool) -> bool:
        """Whether the question's counts may be seen now."""
        return are_results_shown(question.shown, self.state, has_answered=has_answered)


_HAS_AUDIENCE = func.coalesce(Sitting.state, SittingState.OFF.value) != SittingState.OFF.value


def poll_page(session: Session, viewer: Viewer, slug: str) -> PollPage | None:
    """The poll with that slug, if this viewer may know of it."""
    row = session.execute(
        select(
            Poll.id, Poll.slug, Poll.code, Poll.title, Poll.intro, Poll.state, Poll.version,
            Institution.name, Poll.opened_at, Poll.closed_at, _HAS_AUDIENCE,
        )
        .join(Institution, Institution.id == Poll.institution_id, isouter=True)
        .join(Sitting, Sitting.poll_id == Poll.id, isouter=True)
        .where(Poll.slug == slug, visible_to(viewer))
    ).first()  # fmt: skip
    if row is None:
        return None
    head: tuple[Any, ...] = tuple(row)
    values = (*head[:5], PollState(head[5]), *head[6:], _questions(session, head[0]))
    return PollPage(*values)


def _questions(session: Session, poll_id: int) -> tuple[QuestionPage, ...]:
    rows = session.execute(
        select(
            Question.id, Question.kind, Question.type, Question.max_choices, Question.text,
            Question.explanation, Question.competency_code, Question.results_shown,
            Question.answered, Option.id, Option.label, Option.correct, Option.topic_code,
            Tally.count,
        )
        .join(Option, Option.question_id == Question.id)
        .join(Tally, Tally.option_id == Option.id)
        .where(Question.poll_id == poll_id)
        .order_by(Question.position, Option.position)
    ).all()  # fmt: skip
    options: dict[int, list[OptionPage]] = defaultdict(list)
    heads: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        heads[row[0]] = tuple(row[:9])
        options[row[0]].append(OptionPage(*tuple[Any, ...](row[9:])))
    return tuple(_question(head, options[id_]) for id_, head in heads.items())


def _question(head: tuple[Any, ...], options: list[OptionPage]) -> QuestionPage:
    id_, kind, type_, most, text, explanation, competency, shown, answered = head
    return QuestionPage(
        id_,
        QuestionKind(kind),
        QuestionType(type_),
        1 if type_ == QuestionType.ONE else most,
        text,
        explanation,
        competency,
        ResultsShown(shown),
        answered,
        tuple(options),
    )
