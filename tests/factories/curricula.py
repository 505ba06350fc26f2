"""Small worlds for curricula: engine catalogues, lessons on several topics, evidence, links."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Answer,
    CourseVersion,
    EventKind,
    LearningEvent,
    Question,
    Unit,
)
from hanmadang.courses.specs import Teaching, UnitSpec
from hanmadang.curricula import domain
from hanmadang.curricula.brought import Brought, Kept, Knowledge
from hanmadang.curricula.engine.inputs import (
    Catalogue,
    Competency,
    InterestEvidence,
    KnowledgeEvidence,
    Needs,
    Source,
)
from hanmadang.curricula.engine.inputs import Unit as Lesson
from hanmadang.curricula.engine.tracing import Skill
from hanmadang.curricula.models import DemandFigure, DemandSuggestion
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Competency as CompetencyRow
from hanmadang.kernel.vocabulary import CompetencyNeed, Topic
from hanmadang.polls.models import Poll
from tests.factories import courses

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
"""Saturday noon in Seoul."""
TODAY = date(2026, 11, 21)
TOPICS = ("history", "culture", "economy", "security")


def lesson(number: int, code: str = "", strength: float = 0.7, **fields: Any) -> Lesson:
    """A lesson of the engine: ten minutes on history, teaching one competency."""
    fields["needs"] = all_of(*fields.get("needs", ()))
    usual: dict[str, Any] = {
        "id": number,
        "minutes": 10,
        "topics": ("history",),
        "teaches": ((code or f"c{number}", strength),),
    }
    return Lesson(**usual | fields)


def all_of(*needs: str | tuple[str, ...]) -> Needs:
    """Each of these; of a tuple one is enough."""
    return tuple((need,) if isinstance(need, str) else need for need in needs)


def shelf_of(*lessons: Lesson, **needs: tuple[str | tuple[str, ...], ...]) -> Catalogue:
    """A catalogue with every competency that is taught, needed or named by keyword."""
    grouped = {code: all_of(*found) for code, found in needs.items()}
    asked = [*grouped.values(), *(each.needs for each in lessons)]
    codes = {code for each in lessons for code in each.taught()} | set(grouped)
    codes |= {code for groups in asked for group in groups for code in group}
    return Catalogue(
        tuple(Competency(code, 0.8, grouped.get(code, ())) for code in sorted(codes)), lessons
    )


def knows(code: str, right: int, of: int, source: Source = Source.POLL) -> KnowledgeEvidence:
    """Answers on a competency."""
    return KnowledgeEvidence(code, right, of, source)


def likes(topic: str, source: Source = Source.POLL) -> InterestEvidence:
    """A chosen topic."""
    return InterestEvidence(topic, source)


def both(name: str) -> Bilingual:
    """A name in both languages."""
    return Bilingual.of(ko=f"{name} 주제", en=f"Name of {name}")


def add_words(session: Session) -> None:
    """Four topics; `war` before `armistice` before `peace`, and `songs` on its own."""
    for place, code in enumerate(TOPICS):
        if session.get(Topic, code) is None:
            session.add(Topic(code=code, position=place, name=both(code)))
    session.flush()
    for code, topic in (
        ("war", "history"), ("armistice", "security"), ("armistice-contents", "security"),
        ("peace", "security"), ("songs", "culture"), ("families", "history"),
    ):  # fmt: skip
        if session.get(CompetencyRow, code) is None:
            session.add(CompetencyRow(code=code, topic_code=topic, name=both(code)))
    session.flush()
    for code, need in (("armistice", "war"), ("peace", "armistice")):
        session.add(CompetencyNeed(competency_code=code, needs_code=need))
    session.flush()


def taught(slug: str, teaches: str, topic: str, minutes: int = 8, **fields: Any) -> UnitSpec:
    """A lesson of a course that teaches one competency."""
    return courses.unit(
        slug, topics=(topic,), teaches=(Teaching(teaches, 0.7),), minutes_ko=minutes,
        minutes_en=minutes + 1, **fields,
    )  # fmt: skip


def publish_shelf(session: Session, *more: UnitSpec) -> CourseVersion:
    """Words, and one course: the war, the armistice, peace and songs."""
    add_words(session)
    units = (
        taught("war", "war", "history"),
        taught("line", "armistice", "security", questions=(courses.question(),)),
        taught("peace", "peace", "security"),
        taught("songs", "songs", "culture", minutes=6),
        *more,
    )
    return courses.publish(session, courses.course(*units))


def unit_id(session: Session, slug: str) -> int:
    """The lesson with that slug."""
    found = select(Unit.id).where(Unit.slug == slug).order_by(Unit.id.desc())
    return session.scalars(found).first() or 0


def module_id(session: Session, slug: str = "war") -> int:
    """The module that holds that lesson."""
    return session.scalars(select(Unit.module_id).where(Unit.slug == slug)).one()


def brought(
    poll_id: int, *knowledge: tuple[str, int, int], topics: tuple[str, ...] = ()
) -> Brought:
    """Derived evidence as it travels."""
    return Brought(poll_id, tuple(Knowledge(*piece) for piece in knowledge), topics)


def bring(session: Session, account_id: int, what: Brought) -> int:
    """The person's own act, with its consent."""
    kept = Kept(what, TODAY)
    return domain.take_evidence(session, Viewer(account_id), kept, consent=True, now=NOW)


def answered_by_a_lesson(session: Session, poll_id: int) -> list[Base]:
    """A wish that the poll's people had, and the lesson that answers it."""
    question = session.get_one(Poll, poll_id).questions[1]
    course_id = session.scalar(select(CourseVersion.course_id))
    shared = {"poll_id": poll_id, "wanted": "wish", "count": 120, "n": 200}
    return [
        DemandFigure(question_id=question.id, place=0, codes=["culture"], **shared),
        DemandSuggestion(
            code="culture", low=0.5, bar=0.25, state="accepted", created_at=NOW, reply="follow_up",
            decided_at=NOW, course_id=course_id, module_slug="start", unit_slug="songs", **shared,
        ),
    ]  # fmt: skip


def answers_of(person: int, skill: Skill, number: int = 8) -> list[tuple[str, bool]]:
    """Somebody who learns one competency `c` as knowledge tracing says, told by a seed."""
    dice = random.Random(person)
    known, answers = dice.random() < skill.prior, []
    for _ in range(number):
        answers.append(("c", dice.random() < (1 - skill.slip if known else skill.guess)))
        known = known or dice.random() < skill.learn
    return answers


def answers_by(session: Session, account_id: int, *, right: tuple[bool, ...]) -> None:
    """Tries of a person at the question of the lesson on the armistice, in that order."""
    question = session.scalars(
        select(Question).where(Question.competency_code == "armistice").order_by(Question.id.desc())
    ).first()
    assert question is not None
    for place, is_right in enumerate(right):
        at = NOW + timedelta(minutes=place)
        event = LearningEvent(
            account_id=account_id, key=f"{account_id}-{place}", kind=EventKind.ANSWERED.value,
            unit_id=question.unit_id, at=at,
        )  # fmt: skip
        session.add(event)
        session.flush()
        session.add(
            Answer(
                event_id=event.id, account_id=account_id, question_id=question.id,
                response=[0], correct=is_right, score=float(is_right), at=at,
            )
        )  # fmt: skip
    session.flush()
