"""Events as calendar entries, for feeds, downloads and mails."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events import texts
from hanmadang.events.ics import Entry
from hanmadang.events.models import Event, EventState
from hanmadang.events.openings import Season
from hanmadang.events.queries import listing
from hanmadang.events.queries.listing import Filters
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import external_url


def entries_of(session: Session, filters: Filters, now: datetime) -> list[Entry]:
    """The events of a list, and those of the last month, so that calendars see them move."""
    rows = session.execute(
        select(*Event.__table__.columns)
        .where(*listing.conditions(filters.shape))
        .order_by(Event.begins_at, Event.id)
        .limit(listing.MOST),
        filters.values(now, look_back=True),
    ).all()
    seasons = listing.seasons(session, rows)
    return [entry(row, seasons.get(row.id)) for row in rows]


def entry(row: Any, season: Season | None) -> Entry:
    """One event (an `Event` or a row with its columns) in the current language."""
    language = current_locale()
    title = row.title.shown(language)
    cancelled = row.state == EventState.CANCELLED
    place = (row.venue.shown(language).text, row.address.shown(language).text)
    return Entry(
        uid=f"event-{row.id}@{settings().host}",
        title=_("[Cancelled] %(title)s", title=title.text) if cancelled else title.text,
        language=title.language,
        place=", ".join(part for part in place if part),
        text=_text(row, season, language),
        url=external_url("events.show", lang=language, slug=row.slug),
        zone=row.zone,
        starts=row.starts_at,
        ends=row.ends_at,
        first_day=row.first_day,
        last_day=row.last_day,
        created=row.created_at,
        updated=row.updated_at,
        sequence=row.sequence,
        cancelled=cancelled,
    )


def _text(row: Any, season: Season | None, language: str) -> str:
    parts = [row.summary.shown(language).text]
    if season:
        parts += ["", *(f"{day} {hours}" for day, hours in texts.week(season))]
    if row.phone:
        parts += ["", _("Enquiries: %(phone)s", phone=row.phone)]
    return "\n".join(parts).strip()
