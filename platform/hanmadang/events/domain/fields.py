"""What an organizer writes about an event, checked as a whole and copied into its row."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from hanmadang.events.models import (
    ClosedHoliday,
    Event,
    EventKind,
    EventTopic,
    MondayRule,
    OpeningRule,
)
from hanmadang.events.openings import Hours, whole_days
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.text import search_form

_NOTHING = Bilingual()


class InvalidFieldError(DomainError):
    """One field cannot be kept as it is; `field` names it, `text` says why."""

    status = 422

    def __init__(self, field_name: str, text: LazyText) -> None:
        super().__init__(field_name, text=text)
        self.field = field_name


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFields:
    """Everything an organizer decides about an event, whatever its kind."""

    kind: EventKind
    title: Bilingual
    venue: Bilingual
    summary: Bilingual = _NOTHING
    description: Bilingual = _NOTHING
    """Markdown."""
    address: Bilingual = _NOTHING
    audience: Bilingual = _NOTHING
    fee: Bilingual = _NOTHING
    phone: str = ""
    wheelchair: bool = False
    sign_language: bool = False
    languages: tuple[str, ...] = ("ko",)
    topics: tuple[str, ...] = ()
    zone: str = "Asia/Seoul"
    starts: Moment | None = None
    ends: Moment | None = None
    first_day: date | None = None
    last_day: date | None = None
    hours: tuple[Hours, ...] = ()
    closed_holidays: tuple[ClosedHoliday, ...] = ()
    monday_rule: MondayRule = MondayRule.AS_LISTED
    registration_opens: Moment | None = None
    registration_closes: Moment | None = None
    capacity: int | None = None
    """Seats to book; None where nobody needs to book."""
    span: tuple[datetime, datetime] = field(init=False)
    """Instants of beginning and end, derived for every kind."""

    def __post_init__(self) -> None:
        """Check what no event can be without. Raises InvalidFieldError."""
        if not self.title:
            raise InvalidFieldError("title_ko", lazy("Give the event a title."))
        if not self.venue:
            raise InvalidFieldError("venue_ko", lazy("Say where it takes place."))
        span = self._days() if self.kind is EventKind.EXHIBITION else self._evening()
        object.__setattr__(self, "span", span)
        self._check_registration()

    def _evening(self) -> tuple[datetime, datetime]:
        if self.starts is None:
            raise InvalidFieldError("starts", lazy("Say when it starts."))
        if self.ends is None:
            raise InvalidFieldError("ends", lazy("Say when it ends."))
        if self.ends.instant <= self.starts.instant:
            raise InvalidFieldError("ends", lazy("The end must come after the start."))
        return self.starts.instant, self.ends.instant

    def _days(self) -> tuple[datetime, datetime]:
        if self.first_day is None:
            raise InvalidFieldError("first_day", lazy("Say on which day it opens."))
        if self.last_day is None:
            raise InvalidFieldError("last_day", lazy("Say on which day it closes."))
        if self.last_day < self.first_day:
            raise InvalidFieldError(
                "last_day", lazy("The last day must not come before the first.")
            )
        if not self.hours:
            raise InvalidFieldError("hours", lazy("Give the opening hours."))
        return whole_days(self.first_day, self.last_day, self.zone)

    def _check_registration(self) -> None:
        if self.capacity is not None and self.capacity < 1:
            raise InvalidFieldError(
                "capacity", lazy("Offer at least one seat, or leave this empty.")
            )
        opens, closes = self.registration_opens, self.registration_closes
        if opens and closes and closes.instant <= opens.instant:
            raise InvalidFieldError(
                "registration_closes", lazy("Booking must close after it has opened.")
            )
        if closes and closes.instant > self.span[1]:
            raise InvalidFieldError(
                "registration_closes", lazy("Booking must close before the event is over.")
            )

    def incomplete(self) -> tuple[str, ...]:
        """Form fields that lack one of the house's languages: ``title_en``, …."""
        return missing_translations(self.title, self.summary, self.venue)


def missing_translations(title: Bilingual, summary: Bilingual, venue: Bilingual) -> tuple[str, ...]:
    """Which of the texts every visitor needs are missing, as ``<field>_<language>``."""
    named = {"title": title, "summary": summary, "venue": venue}
    return tuple(
        f"{name}_{language}"
        for name, text in named.items()
        for language in LANGUAGES
        if not text.get(language)
    )


_COPIED = (
    "title", "summary", "description", "venue", "address", "audience", "fee", "phone",
    "wheelchair", "sign_language", "zone",
)  # fmt: skip


def write(session: Session, event: Event, fields: EventFields) -> None:
    """Copy the fields into the row, its topics and its opening rules."""
    for name in _COPIED:
        setattr(event, name, getattr(fields, name))
    event.kind = fields.kind.value
    event.languages = list(fields.languages)
    event.begins_at, event.over_at = fields.span
    event.search_text = _search_text(fields)
    event.registration_opens = fields.registration_opens
    event.registration_closes = fields.registration_closes
    _write_time(event, fields)
    event.topics = [
        next(
            (kept for kept in event.topics if kept.topic_code == code), EventTopic(topic_code=code)
        )
        for code in dict.fromkeys(fields.topics)
    ]
    session.flush()


def _write_time(event: Event, fields: EventFields) -> None:
    """Only what belongs to the kind is kept, so that no stale hour survives a change of kind."""
    shown = fields.kind is EventKind.EXHIBITION
    event.starts = None if shown else fields.starts
    event.ends = None if shown else fields.ends
    event.first_day = fields.first_day if shown else None
    event.last_day = fields.last_day if shown else None
    event.closed_holidays = [day.value for day in fields.closed_holidays] if shown else []
    event.monday_rule = (fields.monday_rule if shown else MondayRule.AS_LISTED).value
    event.opening_rules = [
        OpeningRule(
            weekdays=hours.mask, opens=hours.opens, closes=hours.closes, last_entry=hours.last_entry
        )
        for hours in (fields.hours if shown else ())
    ]


def _search_text(fields: EventFields) -> str:
    texts = (fields.title, fields.summary, fields.venue, fields.address, fields.audience)
    return search_form(*(text.get(language) for text in texts for language in LANGUAGES))
