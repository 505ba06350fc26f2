"""One event with everything its page shows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from hanmadang.events import rules, texts
from hanmadang.events.models import (
    LIVE,
    Event,
    EventState,
    EventTopic,
    Registration,
    RegistrationState,
    Slot,
)
from hanmadang.events.openings import Opening, Season
from hanmadang.events.queries import cards, listing
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import db, read
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import NOBODY, Viewer
from hanmadang.kernel.vocabulary import Topic
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind, Institution


@dataclass(frozen=True, slots=True)
class Mine:
    """The viewer's own live booking of this event."""

    id: int
    state: RegistrationState
    ahead: int
    """People in front on the waiting list."""
    is_reminded: bool
    """Whether they agreed to reminders by e-mail."""

    @property
    def has_seat(self) -> bool:
        """Whether a seat is confirmed."""
        return self.state is RegistrationState.CONFIRMED


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event, its opening hours, its seats, and where the viewer stands."""

    facts: Row[*tuple[Any, ...]]
    """Every column of `Event`, with `host` (the institution's name), `capacity` and `taken`."""
    topics: tuple[tuple[str, Bilingual], ...]
    season: Season | None
    mine: Mine | None
    now: datetime
    booking: rules.Booking = field(init=False)

    def __post_init__(self) -> None:
        """Ask the booking desk once."""
        object.__setattr__(self, "booking", rules.booking(self.facts, self.seats, self.now))

    @property
    def id(self) -> int:
        """The event's id."""
        return int(self.facts.id)

    @property
    def title(self) -> Bilingual:
        """The event's title."""
        title: Bilingual = self.facts.title
        return title

    @property
    def seats(self) -> tuple[int, int] | None:
        """(capacity, taken), or None where nobody needs to book."""
        return None if self.facts.capacity is None else (self.facts.capacity, self.facts.taken)

    @property
    def when(self) -> str:
        """Date and time in the page's language."""
        return cards.when(self.facts)

    @property
    def status(self) -> tuple[str, str]:
        """The word that matters most now, and its tone."""
        return cards.status(self.facts, self.season, self.booking, self.now)

    @property
    def seats_left(self) -> str:
        """How many seats are left, in words; empty without seats or after the event."""
        return texts.seats_left(*self.seats) if self.seats and not self.is_over else ""

    @property
    def is_over(self) -> bool:
        """Whether the event has passed."""
        return bool(self.facts.over_at <= self.now)

    @property
    def is_cancelled(self) -> bool:
        """Whether the event was called off."""
        return bool(self.facts.state == EventState.CANCELLED)

    @property
    def is_draft(self) -> bool:
        """Whether only its organizers see it."""
        return bool(self.facts.state == EventState.DRAFT)

    @property
    def can_give_back(self) -> bool:
        """Whether the viewer's booking can still be given back."""
        return self.mine is not None and self.now < rules.last_call(self.facts)

    @property
    def registration_opens(self) -> Moment | None:
        """When booking opens, on the event's wall clock."""
        return self._moment("registration_opens")

    @property
    def registration_closes(self) -> Moment | None:
        """When booking closes, on the event's wall clock."""
        return self._moment("registration_closes")

    @property
    def next_opening(self) -> Opening | None:
        """The next day an exhibition opens its doors; None while it is open."""
        if self.season is None or self.season.open_at(self.now):
            return None
        return self.season.next_opening(self.now)

    @property
    def opening_status(self) -> tuple[str, str]:
        """Whether an exhibition is open now, and the tone of that word."""
        return cards.opening_status(self.season, self.now) if self.season else ("", "")

    @property
    def week(self) -> list[tuple[str, str]]:
        """The table of opening hours."""
        return texts.week(self.season) if self.season else []

    def _moment(self, name: str) -> Moment | None:
        at = getattr(self.facts, f"{name}_at")
        local = getattr(self.facts, f"{name}_local")
        return Moment(at, local, self.facts.zone) if at else None


def event_by_slug(
    slug: str,
    viewer: Viewer = NOBODY,
    *,
    session: Session | None = None,
    now: datetime | None = None,
) -> EventPage:
    """The event's page for this viewer; raises NotFoundError for drafts of others and unknowns.

    Two statements for a visitor, one more for an exhibition and for a signed-in viewer.
    """
    session, now = session or db.session(), now or clock.now()
    row = read(session, _PAGE, slug=slug).first()
    if row is None or not rules.can_see(viewer, row):
        raise NotFoundError
    season = listing.seasons(session, [row]).get(row.id)
    mine = _mine(session, row.slot_id, viewer) if row.slot_id and viewer.is_signed_in else None
    return EventPage(row, _topics(session, row.id), season, mine, now)


_PAGE = (
    select(
        *Event.__table__.columns, Institution.name.label("host"),
        Slot.id.label("slot_id"), Slot.capacity, Slot.taken,
    )
    .select_from(Event)
    .join(Institution, Institution.id == Event.institution_id)
    .outerjoin(Slot, Slot.event_id == Event.id)
    .where(Event.slug == bindparam("slug"))
)  # fmt: skip
_TOPICS = (
    select(Topic.code, Topic.name)
    .join(EventTopic, EventTopic.topic_code == Topic.code)
    .where(EventTopic.event_id == bindparam("event_id"))
    .order_by(Topic.position, Topic.code)
)


def _topics(session: Session, event_id: int) -> tuple[tuple[str, Bilingual], ...]:
    return tuple((code, name) for code, name in read(session, _TOPICS, event_id=event_id))


def _mine(session: Session, slot_id: int, viewer: Viewer) -> Mine | None:
    """The viewer's live booking and how many wait in front of it, in one statement."""
    other = aliased(Registration)
    ahead = (
        select(func.count(other.id))
        .where(other.slot_id == slot_id, other.position < Registration.position)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Registration.id,
            Registration.state,
            ahead.label("ahead"),
            consents.stands(viewer.account_id, ConsentKind.REMINDERS).label("is_reminded"),
        ).where(
            Registration.slot_id == slot_id,
            Registration.account_id == viewer.account_id,
            Registration.state.in_(LIVE),
        )
    ).first()
    if row is None:
        return None
    return Mine(row.id, RegistrationState(row.state), row.ahead, bool(row.is_reminded))
