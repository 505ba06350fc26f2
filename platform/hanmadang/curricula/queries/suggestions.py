"""Suggestions as editors read them, and as the public reads what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.demand_rules import percent
from hanmadang.curricula.models import (
    LESSONS,
    DemandSuggestion,
    Reply,
    SuggestionSignature,
    SuggestionState,
    Wanted,
)
from hanmadang.curricula.queries.public_demand import Covered, covered
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.queries.taking import takers
from hanmadang.curricula.tens import full_tens
from hanmadang.events.models import Event, EventState
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.people.models import Institution
from hanmadang.polls.models import Poll

LATEST = 40


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One suggestion, what was made of it, and how many took that."""

    id: int
    wanted: Wanted
    code: str
    count: int
    n: int
    low: float
    bar: float
    state: SuggestionState
    reply: Reply | None
    reason: Bilingual | None
    decided_at: datetime | None
    poll_slug: str
    poll_title: Bilingual
    created_at: datetime
    covered: Covered
    lesson: CatalogueUnit | None
    """That was chosen, while it is published."""
    course_id: int | None
    """Of a lesson that is being written."""
    event: tuple[int, str, Bilingual] | None
    """(id, slug, title) of the event it belongs to, once it is public or for editors."""
    event_is_public: bool
    signed: Sequence[Bilingual]
    takers: int
    """In whole tens they are published (`taken`)."""

    @property
    def percent(self) -> int:
        """As reasons tell it."""
        return percent(self.count, self.n)

    @property
    def taken(self) -> int | None:
        """At least so many took it; None for fewer than ten."""
        return full_tens(self.takers) or None

    @property
    def brings_lesson(self) -> bool:
        """Whether a published lesson answers it."""
        return self.reply in LESSONS


def suggestions(
    session: Session, shelf: Shelf, *states: SuggestionState, poll_slug: str = ""
) -> list[SuggestionRow]:
    """Those in these states, the latest first; four statements."""
    chosen = (
        select(
            DemandSuggestion, Poll.slug, Poll.title, Event.slug.label("event_slug"),
            Event.title.label("event_title"), Event.state.label("event_state"),
        )
        .join(Poll, Poll.id == DemandSuggestion.poll_id)
        .join(Event, Event.id == DemandSuggestion.event_id, isouter=True)
        .where(DemandSuggestion.state.in_([state.value for state in states]))
        .order_by(DemandSuggestion.created_at.desc(), DemandSuggestion.id.desc())
        .limit(LATEST)
    )  # fmt: skip
    if poll_slug:
        chosen = chosen.where(Poll.slug == poll_slug)
    rows = session.execute(chosen).all()
    signed, taken = (_signed(session), takers(session)) if rows else ({}, {})
    return [_row(row, shelf, signed, taken) for row in rows]


def count_suggestions(session: Session, poll_id: int) -> int:
    """How many a poll brought; one statement."""
    of_poll = DemandSuggestion.poll_id == poll_id
    return session.scalar(select(func.count()).select_from(DemandSuggestion).where(of_poll)) or 0


def _row(
    row: Any, shelf: Shelf, signed: Mapping[int, list[Bilingual]], taken: Mapping[int, int]
) -> SuggestionRow:
    held: DemandSuggestion = row[0]
    wanted = Wanted(held.wanted)
    event = (held.event_id, row.event_slug, row.event_title) if held.event_id else None
    return SuggestionRow(
        held.id, wanted, held.code, held.count, held.n, held.low, held.bar,
        SuggestionState(held.state), Reply(held.reply) if held.reply else None, held.reason,
        held.decided_at, row.slug, row.title, held.created_at, covered(shelf, wanted, [held.code]),
        lesson_of(held, shelf), held.course_id, event,
        row.event_state == EventState.PUBLISHED.value, signed.get(held.id, ()),
        taken.get(held.id, 0),
    )  # fmt: skip


def lesson_of(held: DemandSuggestion, shelf: Shelf) -> CatalogueUnit | None:
    """The lesson that was chosen, while it is published."""
    place = (held.course_id, held.module_slug, held.unit_slug)
    return next(
        (
            lesson
            for lesson in shelf.lessons.values()
            if (lesson.course_id, lesson.module_slug, lesson.unit_slug) == place
        ),
        None,
    )


def _signed(session: Session) -> Mapping[int, list[Bilingual]]:
    found: dict[int, list[Bilingual]] = {}
    for id_, name in session.execute(
        select(SuggestionSignature.suggestion_id, Institution.name)
        .join(Institution, Institution.id == SuggestionSignature.institution_id)
        .order_by(SuggestionSignature.at, SuggestionSignature.institution_id)
    ):
        found.setdefault(id_, []).append(name)
    return found
