"""Which events a list holds: the filters, the rows, the exhibitions' seasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, case, exists, func, select
from sqlalchemy.orm import Session

from hanmadang.events.models import (
    Event,
    EventKind,
    EventState,
    EventTopic,
    MondayRule,
    OpeningRule,
    Slot,
)
from hanmadang.events.openings import Hours, Season, whole_days
from hanmadang.kernel.clock import zone
from hanmadang.kernel.text import like_pattern

PER_PAGE = 24
MOST = 500
"""No list or feed reads more rows than this."""
_WORDS = 5
_LOOK_BACK = timedelta(days=30)
_WHENS = ("upcoming", "today", "past")
_QUERY_LENGTH = 80
_HOUSE = "Asia/Seoul"

COLUMNS = (
    Event.id, Event.slug, Event.kind, Event.state, Event.title, Event.venue, Event.fee, Event.zone,
    Event.starts_at, Event.starts_local, Event.ends_at, Event.ends_local, Event.begins_at,
    Event.over_at, Event.first_day, Event.last_day, Event.registration_opens_at,
    Event.registration_closes_at, Event.closed_holidays, Event.monday_rule,
    Slot.capacity, Slot.taken,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What a visitor asked the list for; every combination is an address, a page and a feed."""

    kind: str = ""
    when: str = "upcoming"
    topic: str = ""
    q: str = ""

    @classmethod
    def asked(cls, args: Mapping[str, str]) -> "Filters":
        """From an address; what nobody could mean is left out."""
        kind, when = args.get("kind", ""), args.get("when", "")
        return cls(
            kind if kind in set(EventKind) else "",
            when if when in _WHENS else _WHENS[0],
            args.get("topic", "")[:_QUERY_LENGTH],
            args.get("q", "").strip()[:_QUERY_LENGTH],
        )

    def address(self, **changes: str) -> dict[str, str]:
        """The arguments of this list's address, some of them changed; defaults are left out."""
        values = {"kind": self.kind, "when": self.when, "topic": self.topic, "q": self.q} | changes
        return {k: v for k, v in values.items() if v and (k, v) != ("when", _WHENS[0])}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the time was asked for."""
        return bool(self.kind or self.topic or self.q)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    seasons: Mapping[int, Season]
    """Opening seasons of the exhibitions among the rows, by event id."""
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PER_PAGE))


def page_of(session: Session, filters: Filters, number: int, now: datetime) -> Listing:
    """Page `number` (from 1) of the list; three statements at most."""
    if filters.when == "today":
        return _open_today(session, filters, number, now)
    statement = (
        select(*COLUMNS, func.count().over().label("total"))
        .outerjoin(Slot, Slot.event_id == Event.id)
        .where(*conditions(filters, now))
        .order_by(*order(filters, now))
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    rows = session.execute(statement).all()
    return Listing(rows, seasons(session, rows), rows[0].total if rows else 0, number)


def _open_today(session: Session, filters: Filters, number: int, now: datetime) -> Listing:
    """Opening rules are not SQL's business: the few candidates of a day are sieved here."""
    statement = (
        select(*COLUMNS)
        .outerjoin(Slot, Slot.event_id == Event.id)
        .where(*conditions(filters, now))
        .order_by(*order(filters, now))
        .limit(MOST)
    )
    rows = session.execute(statement).all()
    found = seasons(session, rows)
    kept = [row for row in rows if row.id not in found or _opens_today(found[row.id], now)]
    start = (number - 1) * PER_PAGE
    return Listing(kept[start : start + PER_PAGE], found, len(kept), number)


def _opens_today(season: Season, now: datetime) -> bool:
    return season.hours_on(now.astimezone(zone(season.zone)).date()) is not None


def conditions(
    filters: Filters, now: datetime, *, look_back: bool = False
) -> list[ColumnElement[bool]]:
    """The filters as SQL; drafts never match. Feeds look back a month over what has passed."""
    found = [Event.state != EventState.DRAFT.value, *_time(filters, now, look_back=look_back)]
    if filters.kind:
        found.append(Event.kind == filters.kind)
    if filters.topic:
        linked = (EventTopic.event_id == Event.id) & (EventTopic.topic_code == filters.topic)
        found.append(exists().where(linked))
    words = (like_pattern(word) for word in filters.q.split()[:_WORDS])
    return [*found, *(Event.search_text.like(word, escape="!") for word in words)]


def _time(filters: Filters, now: datetime, *, look_back: bool) -> list[ColumnElement[bool]]:
    if filters.when == "past":
        return [Event.over_at <= now]
    if filters.when == "today":
        today = now.astimezone(zone(_HOUSE)).date()
        morning, midnight = whole_days(today, today, _HOUSE)
        return [
            Event.begins_at < midnight,
            Event.over_at > morning,
            Event.state == EventState.PUBLISHED.value,
        ]
    return [Event.over_at > (now - _LOOK_BACK if look_back else now)]


def order(filters: Filters, now: datetime) -> list[Any]:
    """Next first; what already runs stands where it ends. The past runs backwards."""
    if filters.when == "past":
        return [Event.over_at.desc(), Event.id]
    return [case((Event.begins_at > now, Event.begins_at), else_=Event.over_at), Event.id]


def seasons(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, Season]:
    """The seasons of the exhibitions among `rows`, in one statement or none."""
    shown = {row.id: row for row in rows if row.kind == EventKind.EXHIBITION}
    if not shown:
        return {}
    hours: dict[int, list[Hours]] = {key: [] for key in shown}
    for rule in session.execute(
        select(
            OpeningRule.event_id, OpeningRule.weekdays, OpeningRule.opens, OpeningRule.closes,
            OpeningRule.last_entry,
        ).where(OpeningRule.event_id.in_(shown)).order_by(OpeningRule.id)
    ):  # fmt: skip
        hours[rule.event_id].append(
            Hours.stored(rule.weekdays, rule.opens, rule.closes, rule.last_entry)
        )
    return {key: season_of(row, hours[key]) for key, row in shown.items()}


def season_of(row: Any, hours: Sequence[Hours]) -> Season:
    """The season of one exhibition; `row` is an `Event` or has its columns."""
    return Season(
        row.first_day, row.last_day, row.zone, tuple(hours), frozenset(row.closed_holidays),
        MondayRule(row.monday_rule),
    )  # fmt: skip
