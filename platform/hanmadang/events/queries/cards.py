"""Events as cards: everything phrased once, so that a template only places it."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from hanmadang.events import rules, texts
from hanmadang.events.models import Event, EventState, Slot
from hanmadang.events.openings import Season
from hanmadang.events.queries import listing
from hanmadang.events.queries.listing import COLUMNS, Filters, Shape
from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import db, read
from hanmadang.kernel.i18n import _, current_locale, format_day, machine_time, use_locale
from hanmadang.kernel.pages import address


class Card(NamedTuple):
    """The shape of the `event_card` macro, in one language; the macro unpacks it in this order."""

    id: int
    kind: str
    title: str
    lang: str
    """Set where the title is not in the reader's language."""
    url: str
    date_top: str
    date_main: str
    date_sub: str
    when: str
    when_iso: str
    place: str
    price: str
    seats: str
    status: str
    tone: str
    reason: str = ""
    image: str = ""
    image_alt: str = ""


def upcoming(
    kind: str | None = None,
    *,
    limit: int = 3,
    locale: str = "",
    session: Session | None = None,
    now: datetime | None = None,
) -> list[Card]:
    """The next published events, in `locale` (or the page's language); two statements."""
    session, now = session or db.session(), now or clock.now()
    filters = Filters(kind=kind or "")
    rows = read(session, _upcoming(filters.shape), **filters.values(now), most=limit).all()
    with use_locale(locale or current_locale()):
        return cards(rows, listing.seasons(session, rows), now)


@lru_cache(maxsize=8)
def _upcoming(shape: Shape) -> Select[*tuple[Any, ...]]:
    return (
        select(*COLUMNS)
        .outerjoin(Slot, Slot.event_id == Event.id)
        .where(*listing.conditions(shape), Event.state == EventState.PUBLISHED.value)
        .order_by(*listing.order(shape))
        .limit(bindparam("most", type_=Integer))
    )


def cards(rows: Any, seasons: Mapping[int, Season], now: datetime) -> list[Card]:
    """The rows of a list as cards in the current language."""
    language = current_locale()
    base = address("events.show", slug="-")[:-1]
    return [_card(row, seasons.get(row.id), base, language, now) for row in rows]


def _card(row: Any, season: Season | None, base: str, language: str, now: datetime) -> Card:
    title = row.title.shown(language)
    desk = rules.booking(row, None if row.capacity is None else (row.capacity, row.taken), now)
    word, tone = status(row, season, desk, now)
    top, main, sub = _date(row, season, now, language)
    return Card(
        id=row.id,
        kind=row.kind,
        title=title.text,
        lang="" if title.language == language else title.language,
        url=base + quote(row.slug),
        date_top=top,
        date_main=main,
        date_sub=sub,
        when=when(row),
        when_iso=machine_time(row.starts_at) if row.starts_at else "",
        place=row.venue.shown(language).text,
        price=row.fee.shown(language).text,
        seats=_seats(row.capacity, row.taken, language) if desk is rules.Booking.OPEN else "",
        status=word,
        tone=tone,
    )


def when(row: Any) -> str:
    """Date and time of a row, whatever its kind."""
    if row.starts_at is None:
        return texts.days(row.first_day, row.last_day)
    return _evening(
        row.starts_at, row.starts_local, row.ends_at, row.ends_local, row.zone, current_locale()
    )


@lru_cache(maxsize=4096)
def _evening(
    starts_at: datetime, starts: datetime, ends_at: datetime | None, ends: datetime, zone: str,
    _language: str,
) -> str:  # fmt: skip
    over = Moment(ends_at, ends, zone) if ends_at else None
    return texts.evening(Moment(starts_at, starts, zone), over)


@lru_cache(maxsize=4096)
def _seats(capacity: int, taken: int, _language: str) -> str:
    return texts.seats_left(capacity, taken)


def status(row: Any, season: Season | None, desk: rules.Booking, now: datetime) -> tuple[str, str]:
    """The one word that matters most now, and its tone."""
    if row.state != EventState.CANCELLED and row.over_at <= now:
        return _("Over"), "plain"
    if season and desk is rules.Booking.FREE_ENTRY:
        return opening_status(season, now)
    word, tone = texts.BOOKING[desk]
    return str(word), tone


def opening_status(season: Season, now: datetime) -> tuple[str, str]:
    """Whether an exhibition is open now, opens today, or rests."""
    here = now.astimezone(clock.zone(season.zone))
    if season.open_at(now):
        return _("Open now"), "good"
    if here.date() < season.first_day:
        return _("Opens soon"), "note"
    hours = season.hours_on(here.date())
    if hours and here.time() < hours.opens:
        return _("Opens later today"), "note"
    return (_("Closed for today"), "plain") if hours else (_("Closed today"), "plain")


def _date(row: Any, season: Season | None, now: datetime, language: str) -> tuple[str, str, str]:
    """Month, day and weekday of the calendar leaf: the start, or the end of what already runs."""
    if season is None:
        return _leaf(row.starts_local.date(), language)
    if now < row.begins_at:
        return _leaf(season.first_day, language)
    month, day, _weekday = _leaf(season.last_day, language)
    return month, day, _("last day")


@lru_cache(maxsize=1024)
def _leaf(day: date, language: str) -> tuple[str, str, str]:
    month = format_day(day, "month", language)
    return month, str(day.day), str(texts.SHORT_WEEKDAYS[day.weekday()])
