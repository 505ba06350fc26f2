"""Which lesson answers a demand best, which event it belongs to, and who took it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    CourseVersion,
    LearningEvent,
    Module,
    Unit,
)
from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import DemandSuggestion, Evidence, Wanted
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.events.models import Event, EventState, EventTopic
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.people import consents
from hanmadang.people.models import Account, AccountState, ConsentKind
from hanmadang.polls.models import Poll
from hanmadang.polls.models_audience import Sitting


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who brought a poll's evidence into their path, and may be written to."""

    account_id: int
    email: str
    locale: str
    zone: str


def lessons_on(shelf: Shelf, wanted: Wanted, code: str) -> list[CatalogueUnit]:
    """The lessons that answer it, the best first: in most languages, most learned per minute."""
    if wanted is Wanted.GAP:
        code = shelf.told_as(code)
    found = [lesson for lesson in shelf.lessons.values() if _answers(lesson, wanted, code)]
    return sorted(found, key=lambda lesson: _rank(lesson, code, shelf.language))


def _answers(lesson: CatalogueUnit, wanted: Wanted, code: str) -> bool:
    return code in (lesson.topics if wanted is Wanted.WISH else dict(lesson.teaches))


def _rank(lesson: CatalogueUnit, code: str, language: str) -> tuple[int, float, int, int]:
    spoken = sum(bool(lesson.title.get(each)) for each in LANGUAGES)
    taught = dict(lesson.teaches)
    strength = taught.get(code, sum(taught.values()))
    return -spoken, -strength / lesson.minutes[language], lesson.course_id, lesson.position


def event_of(session: Session, poll_id: int) -> Event | None:
    """The forum at which the poll was held, of its own institution or of a poll of the house."""
    return session.scalars(
        select(Event)
        .join(Sitting, Sitting.event_slug == Event.slug)
        .join(Poll, Poll.id == Sitting.poll_id)
        .where(
            Sitting.poll_id == poll_id,
            Event.state == EventState.PUBLISHED.value,
            (Poll.institution_id == Event.institution_id) | Poll.institution_id.is_(None),
        )
    ).first()


def event_ahead(session: Session, poll_id: int, topic: str, now: datetime) -> Event | None:
    """The event for which a lesson would prepare: the poll's own, or the next on the topic."""
    own = event_of(session, poll_id)
    if own is not None and own.begins_at > now:
        return own
    return session.scalars(
        select(Event)
        .join(EventTopic, EventTopic.event_id == Event.id)
        .where(
            EventTopic.topic_code == topic,
            Event.state == EventState.PUBLISHED.value,
            Event.begins_at > now,
        )
        .order_by(Event.begins_at, Event.id)
        .limit(1)
    ).first()


def participants(session: Session, poll_id: int) -> Sequence[Participant]:
    """Who brought this poll's evidence under a standing consent, and wants reminders; three
    statements.

    A ballot names nobody: only evidence that people brought in themselves tells who was there.
    """
    rows = session.execute(
        select(Account.id, Account.email, Account.locale, Account.zone)
        .where(
            Account.id.in_(select(Evidence.account_id).where(_of_poll(poll_id))),
            Account.state == AccountState.ACTIVE.value,
            Account.verified_at.is_not(None),
        )
        .order_by(Account.id)
    ).all()
    ids = [row.id for row in rows]
    agreed = consents.consenting(session, ids, ConsentKind.REMINDERS)
    agreed &= consents.consenting(session, ids, ConsentKind.PATH)
    return [Participant(*row) for row in rows if row.id in agreed]


def _of_poll(poll_id: int) -> ColumnElement[bool]:
    return and_(Evidence.source_kind == Source.POLL.value, Evidence.source_ref == str(poll_id))


def takers(session: Session) -> dict[int, int]:
    """How many people began the lesson of each decided suggestion after its decision."""
    return _counted(session, None)


def taken_by(session: Session, suggestion_id: int) -> int:
    """The same for one suggestion."""
    return _counted(session, suggestion_id).get(suggestion_id, 0)


def _counted(session: Session, suggestion_id: int | None) -> dict[int, int]:
    one = () if suggestion_id is None else (DemandSuggestion.id == suggestion_id,)
    rows = session.execute(
        select(DemandSuggestion.id, func.count(LearningEvent.account_id.distinct()))
        .join(CourseVersion, CourseVersion.course_id == DemandSuggestion.course_id)
        .join(Module, and_(
            Module.version_id == CourseVersion.id, Module.slug == DemandSuggestion.module_slug
        ))
        .join(Unit, and_(
            Unit.module_id == Module.id, Unit.slug == DemandSuggestion.unit_slug
        ))
        .join(LearningEvent, and_(
            LearningEvent.unit_id == Unit.id, LearningEvent.at >= DemandSuggestion.decided_at
        ))
        .where(*one)
        .group_by(DemandSuggestion.id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}
