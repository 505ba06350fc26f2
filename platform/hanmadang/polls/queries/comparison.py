"""Two closed polls side by side: the questions that both asked in the same words.

A second wave is a duplicate of the first, so its questions have the same text, type, settings
and options. Anything else is not set beside it: another wording is another question.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import TELLING, Poll, PollState, Question
from hanmadang.polls.queries.lists import PollCard, as_cards, cards
from hanmadang.polls.queries.pages import PollPage
from hanmadang.polls.queries.questions import QuestionPage
from hanmadang.polls.survey.intervals import Change, Share, change, wilson
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS

MOST_WAVES = 12
"""Other polls offered, the latest first."""


class Apart(StrEnum):
    """Why a question of the later poll has no figure beside it."""

    NOT_ASKED = "not-asked"
    """The earlier poll did not ask it, or asked in other words or on another scale."""
    FEW = "few"
    """One of the two has fewer than 30 answers."""
    KIND = "kind"
    """Rankings and points are no shares of people."""
    TYPED = "typed"
    """What people write is not the same choice twice."""


@dataclass(frozen=True, slots=True)
class Side:
    """One option, then and now."""

    label: Bilingual
    before: Share
    after: Share
    change: Change


@dataclass(frozen=True, slots=True)
class Compared:
    """A question of the later poll, with its counterpart or the reason why there is none."""

    question: QuestionPage
    before: QuestionPage | None = None
    sides: tuple[Side, ...] = ()
    apart: Apart | None = None


def waves(session: Session, page: PollPage) -> list[PollCard]:
    """Other closed polls that asked one of this poll's questions in the same words."""
    texts = [question.text for question in page.questions]
    asked = select(Question.poll_id).where(Question.text.in_(texts), Question.poll_id != page.id)
    closed = Poll.state == PollState.CLOSED.value
    found = cards().where(closed, Poll.id.in_(asked)).order_by(Poll.closed_at.desc())
    return as_cards(session, found.limit(MOST_WAVES))


def compare(before: PollPage, after: PollPage) -> list[Compared]:
    """Every question of `after` beside the same one of `before`."""
    return [_compared(question, before.questions) for question in after.questions]


def in_order(one: PollPage, other: PollPage) -> tuple[PollPage, PollPage]:
    """The earlier poll first, by the instant of closing."""
    first, second = sorted((one, other), key=lambda page: (page.closed_at, page.id))
    return first, second


def _compared(question: QuestionPage, others: Iterable[QuestionPage]) -> Compared:
    before = next((other for other in others if _is_same(question, other)), None)
    if before is None:
        return Compared(question, apart=Apart.NOT_ASKED)
    if question.is_typed:
        return Compared(question, before, apart=Apart.TYPED)
    if question.type in TELLING:
        return Compared(question, before, apart=Apart.KIND)
    if min(question.answered, before.answered) < FEWEST_ANSWERS:
        return Compared(question, before, apart=Apart.FEW)
    pairs = zip(before.options, question.options, strict=True)
    sides = (
        _side(then.label, (then.count, before.answered), (now.count, question.answered))
        for then, now in pairs
    )
    return Compared(question, before, tuple(sides))


def _is_same(one: QuestionPage, other: QuestionPage) -> bool:
    return _wording(one) == _wording(other)


def _wording(question: QuestionPage) -> tuple[object, ...]:
    shape = question.shape
    labels = tuple(option.label for option in question.options)
    return question.text, question.type, shape.least, shape.most, shape.settings, labels


def _side(label: Bilingual, before: tuple[int, int], after: tuple[int, int]) -> Side:
    then, now = (wilson(count / n, n) for count, n in (before, after))
    return Side(label, then, now, change(then, now))
