"""What the city offers: events, when exhibitions are open, and the seats people book.

A concert or forum has agreed wall clocks (`starts`, `ends`); an exhibition has local days and
opening rules. `begins_at` and `over_at` are derived for both, so that lists sort and filter alike.
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Self, overload

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import Base, WallClock, state_check

LIVE_ROWS = text("state IN ('confirmed', 'waitlisted')")
"""The predicate of the partial index; an upsert must repeat it to the letter."""
_WAITING = text("state = 'waitlisted'")


class EventKind(StrEnum):
    """What an event is."""

    CONCERT = "concert"
    EXHIBITION = "exhibition"
    FORUM = "forum"


class EventState(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class MondayRule(StrEnum):
    """What an exhibition does on Mondays."""

    AS_LISTED = "as_listed"
    CLOSED = "closed"
    MOVES = "moves"
    """Closed, but open on a public holiday and then closed on the next day that is none."""


class ClosedHoliday(StrEnum):
    """Public holidays on which an exhibition may stay closed."""

    NEW_YEAR = "new_year"
    SEOLLAL = "seollal"
    CHUSEOK = "chuseok"
    EVERY = "every"


class RegistrationState(StrEnum):
    """Where a person's booking stands."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED_BY_USER = "cancelled_by_user"
    CANCELLED_BY_ORGANIZER = "cancelled_by_organizer"


class Agreed:
    """A `Moment` kept in the columns ``<name>_at``, ``<name>_local`` and the event's `zone`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._at, self._local = f"{name}_at", f"{name}_local"

    @overload
    def __get__(self, event: None, owner: type) -> Self: ...
    @overload
    def __get__(self, event: "Event", owner: type) -> Moment | None: ...
    def __get__(self, event: "Event | None", owner: type) -> "Moment | Self | None":
        if event is None:
            return self
        at = getattr(event, self._at)
        return Moment(at, getattr(event, self._local), event.zone) if at else None

    def __set__(self, event: "Event", value: Moment | None) -> None:
        setattr(event, self._at, value.instant if value else None)
        setattr(event, self._local, value.local if value else None)


class Event(Base):
    """A concert, an exhibition or a forum."""

    __tablename__ = "event"
    __table_args__ = (
        state_check("kind", EventKind),
        state_check("state", EventState),
        state_check("monday_rule", MondayRule),
        CheckConstraint("begins_at < over_at", name="ends_after_start"),
        Index(None, "state", "over_at", "begins_at"),
        Index(None, "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=EventState.DRAFT.value)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    title: Mapped[Bilingual]
    summary: Mapped[Bilingual]
    description: Mapped[Bilingual]
    """Markdown."""
    venue: Mapped[Bilingual]
    address: Mapped[Bilingual]
    audience: Mapped[Bilingual]
    fee: Mapped[Bilingual]
    phone: Mapped[str] = mapped_column(default="")
    wheelchair: Mapped[bool] = mapped_column(default=False)
    sign_language: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[list[Any]]
    """Codes of the languages spoken on the spot."""
    single_language: Mapped[bool] = mapped_column(default=False)
    """Published on purpose although a translation is missing."""
    zone: Mapped[str]
    """IANA zone in which every wall clock of this event holds."""
    starts_at: Mapped[datetime | None]
    starts_local: Mapped[datetime | None] = mapped_column(WallClock)
    ends_at: Mapped[datetime | None]
    ends_local: Mapped[datetime | None] = mapped_column(WallClock)
    registration_opens_at: Mapped[datetime | None]
    registration_opens_local: Mapped[datetime | None] = mapped_column(WallClock)
    registration_closes_at: Mapped[datetime | None]
    registration_closes_local: Mapped[datetime | None] = mapped_column(WallClock)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    closed_holidays: Mapped[list[Any]]
    monday_rule: Mapped[str] = mapped_column(default=MondayRule.AS_LISTED.value)
    begins_at: Mapped[datetime]
    """The start, or the first midnight of an exhibition."""
    over_at: Mapped[datetime]
    """The end, or the midnight after an exhibition's last day."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every edit; an edit of an older version is refused."""
    sequence: Mapped[int] = mapped_column(default=0)
    """iCalendar's SEQUENCE: raised when time, place or state changes."""
    search_text: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    starts = Agreed()
    ends = Agreed()
    registration_opens = Agreed()
    registration_closes = Agreed()

    topics: Mapped[list["EventTopic"]] = relationship(cascade="all, delete-orphan")
    opening_rules: Mapped[list["OpeningRule"]] = relationship(
        cascade="all, delete-orphan", order_by="OpeningRule.id"
    )
    slot: Mapped["Slot | None"] = relationship(cascade="all, delete-orphan")

    @property
    def mail_subject(self) -> str:
        """How the outbox names this event."""
        return f"event:{self.id}"


class EventTopic(Base):
    """What an event is about."""

    __tablename__ = "event_topic"
    __table_args__ = (Index(None, "topic_code"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"), primary_key=True)


class OpeningRule(Base):
    """Hours of an exhibition on some weekdays, as its place's wall clock reads them."""

    __tablename__ = "opening_rule"
    __table_args__ = (
        CheckConstraint("weekdays > 0 AND weekdays < 128", name="weekdays_known"),
        CheckConstraint("opens < closes", name="closes_after_opening"),
        Index(None, "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    weekdays: Mapped[int]
    """Bit 0 is Monday."""
    opens: Mapped[time]
    closes: Mapped[time]
    last_entry: Mapped[time | None]


class Slot(Base):
    """The seats of an event. `taken` is moved only by conditional updates."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="seats_within_capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    waiting_seq: Mapped[int] = mapped_column(default=0)
    """The last waiting number handed out."""
    accepting: Mapped[bool] = mapped_column(default=False)
    """Whether the event is published; guards bookings in the same statement as the seats."""


class Registration(Base):
    """One person's booking, or place on the waiting list; cancelled ones stay as history."""

    __tablename__ = "registration"
    __table_args__ = (
        state_check("state", RegistrationState),
        CheckConstraint("qty > 0", name="some_seats"),
        CheckConstraint(
            "(state = 'waitlisted') = (position IS NOT NULL)", name="waiting_has_position"
        ),
        Index(
            "uq_registration_live", "slot_id", "account_id", unique=True,
            sqlite_where=LIVE_ROWS, postgresql_where=LIVE_ROWS,
        ),
        Index(
            "uq_registration_position", "slot_id", "position", unique=True,
            sqlite_where=_WAITING, postgresql_where=_WAITING,
        ),
        Index(None, "account_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    qty: Mapped[int] = mapped_column(default=1)
    state: Mapped[str]
    position: Mapped[int | None]
    """Waiting number while waitlisted; gaps are people who left."""
    locale: Mapped[str]
    """Language of this booking's mails."""
    created_at: Mapped[datetime]


LIVE = (RegistrationState.CONFIRMED.value, RegistrationState.WAITLISTED.value)
"""States of a booking that still counts."""
