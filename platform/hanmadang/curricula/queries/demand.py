"""What the rooms asked for: topics and knowledge gaps, from released tables only.

Nothing here reads a ballot or a tally: a figure exists once the poll is closed, at least 30
people answered and its cells hold at least 10 (`polls.queries.released_table`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Poll, PollState, Question, QuestionKind
from hanmadang.polls.queries import ReleasedTable, released_table
from hanmadang.polls.queries.release import FEWEST_ANSWERS
from hanmadang.polls.rules import is_text_public
from hanmadang.polls.staging import Gate

LATEST = 40
"""How many questions the page looks back on."""


class Standing(StrEnum):
    """Whether a question has a figure to show."""

    RELEASED = "released"
    OPEN = "open"
    """Its poll is not closed yet."""
    TOO_FEW = "too_few"
    """Fewer answers than the threshold."""
    HIDDEN = "hidden"
    """Enough answers, but the cells that matter are too small to publish."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the courses offer on a topic or competency."""

    lessons: Sequence[CatalogueUnit]
    lacking: Sequence[Bilingual]
    """Titles of the courses that hold no lesson on it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One topic, or several whose cells were too small alone."""

    topics: tuple[str, ...]
    count: int | None
    """None where the cell is hidden."""
    share: float | None
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a poll, and what it tells about demand."""

    question_id: int
    kind: QuestionKind
    poll_slug: str
    poll_title: Bilingual
    text: Bilingual
    competency: str
    """Empty for a question about interests."""
    standing: Standing
    answered: int
    wishes: Sequence[Wish] = ()
    missed: int | None = None
    """How many did not answer right."""
    coverage: Coverage | None = None

    @property
    def missed_share(self) -> float | None:
        """The share of people who did not answer right."""
        return None if self.missed is None else self.missed / self.answered


@dataclass(frozen=True, slots=True)
class Demand:
    """The page of public demand."""

    interests: Sequence[Asked]
    gaps: Sequence[Asked]
    threshold: int = FEWEST_ANSWERS


def demand(session: Session, shelf: Shelf) -> Demand:
    """The latest questions on topics and knowledge, of opened polls; never those on opinions."""
    asked = [_asked(session, row, shelf) for row in _questions(session)]
    return Demand(
        [row for row in asked if row.kind is QuestionKind.INTEREST],
        [row for row in asked if row.kind is QuestionKind.KNOWLEDGE],
    )


def _questions(session: Session) -> Sequence[tuple[Question, Poll]]:
    rows = session.execute(
        select(Question, Poll)
        .join(Poll, Poll.id == Question.poll_id)
        .where(
            Poll.state != PollState.DRAFT.value,
            Question.kind.in_((QuestionKind.INTEREST.value, QuestionKind.KNOWLEDGE.value)),
        )
        .order_by(Poll.opened_at.desc(), Poll.id.desc(), Question.position)
        .limit(LATEST)
    )
    return [
        (question, poll)
        for question, poll in rows
        if is_text_public(PollState(poll.state), Gate.of(poll.gate), question.id)
    ]


def _asked(session: Session, row: tuple[Question, Poll], shelf: Shelf) -> Asked:
    question, poll = row
    closed = poll.state == PollState.CLOSED
    enough = question.answered >= FEWEST_ANSWERS
    table = released_table(session, question.id) if closed and enough else None
    kind, code = QuestionKind(question.kind), question.competency_code or ""
    missed = table.n - table.correct if table and table.correct is not None else None
    wishes = _wishes(table, shelf) if table and kind is QuestionKind.INTEREST else ()
    shown = bool(wishes) or missed is not None
    return Asked(
        question.id, kind, poll.slug, poll.title, question.text, code,
        _standing(closed=closed, enough=enough, shown=shown), question.answered, wishes, missed,
        teaching(shelf, code) if code else None,
    )  # fmt: skip


def _standing(*, closed: bool, enough: bool, shown: bool) -> Standing:
    if shown:
        return Standing.RELEASED
    if not enough:
        return Standing.TOO_FEW
    return Standing.HIDDEN if closed else Standing.OPEN


def _wishes(table: ReleasedTable, shelf: Shelf) -> list[Wish]:
    """The most wished-for first; options that stand for no topic are left out."""
    wishes = [
        Wish(row.topic_codes, row.count, row.share(table.n), about(shelf, row.topic_codes))
        for row in table.rows
        if row.topic_codes
    ]
    return sorted(wishes, key=lambda wish: -(wish.count or 0))


def about(shelf: Shelf, topics: Sequence[str]) -> Coverage:
    """The lessons on any of these topics."""
    return _coverage(shelf, [x for x in shelf.lessons.values() if set(topics) & set(x.topics)])


def teaching(shelf: Shelf, competency: str) -> Coverage:
    """The lessons that teach this competency, or the one it was merged into."""
    competency = shelf.told_as(competency)
    return _coverage(shelf, [x for x in shelf.lessons.values() if competency in dict(x.teaches)])


def _coverage(shelf: Shelf, lessons: Sequence[CatalogueUnit]) -> Coverage:
    courses: Mapping[int, Bilingual] = {
        lesson.course_id: lesson.course_title for lesson in shelf.lessons.values()
    }
    having = {lesson.course_id for lesson in lessons}
    return Coverage(lessons, [title for id_, title in courses.items() if id_ not in having])
