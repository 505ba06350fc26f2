"""Which events a list holds: the filters, the rows, the exhibitions' seasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    case,
    exists,
    func,
    select,
)
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
from hanmadang.kernel.db import UtcDateTime, read
from hanmadang.kernel.text import like_pattern
from hanmadang.kernel.vocabulary import Topic

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
    Event.registration_closes_at, Slot.capacity, Slot.taken,
)  # fmt: skip


_NOW = bindparam("now", type_=UtcDateTime)
_TOPICS = select(Topic.code, Topic.name).order_by(Topic.position)


_OPENINGS = (
    select(
        Event.id, Event.first_day, Event.last_day, Event.zone, Event.closed_holidays,
        Event.monday_rule, OpeningRule.weekdays, OpeningRule.opens, OpeningRule.closes,
        OpeningRule.last_entry,
    )
    .outerjoin(OpeningRule, OpeningRule.event_id == Event.id)
    .where(Event.id.in_(bindparam("events", expanding=True)))
    .order_by(OpeningRule.id)
)  # fmt: skip


class Shape(NamedTuple):
    """Which parts a filter has: lists of one shape are one statement with other values."""

    when: str
    kind: bool
    topic: bool
    words: int


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
    def shape(self) -> Shape:
        """Which parts are asked for, whatever their values."""
        return Shape(self.when, bool(self.kind), bool(self.topic), len(self._patterns))

    def values(self, now: datetime, *, look_back: bool = False) -> dict[str, Any]:
        """What the statement of this shape is filled with; feeds look back a month."""
        values: dict[str, Any] = {"now": now}
        if self.when == "today":
            today = now.astimezone(zone(_HOUSE)).date()
            values["morning"], values["midnight"] = whole_days(today, today, _HOUSE)
        elif self.when != "past":
            values["since"] = now - _LOOK_BACK if look_back else now
        asked = {name: value for name in ("kind", "topic") if (value := getattr(self, name))}
        words = {f"word_{place}": each for place, each in enumerate(self._patterns)}
        return values | asked | words

    @property
    def _patterns(self) -> list[str]:
        return [like_pattern(word) for word in self.q.split()[:_WORDS]]

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
    values = filters.values(now)
    start = (number - 1) * PER_PAGE
    found = _page(filters.shape)
    rows = read(session, found, **values, most=PER_PAGE, start=start).all()
    total = start + len(rows)
    if number > 1 or len(rows) == PER_PAGE:
        total = read(session, _total(filters.shape), **values).scalar_one()
    return Listing(rows, seasons(session, rows), total if rows else 0, number)


@lru_cache(maxsize=64)
def _page(shape: Shape) -> Select[*tuple[Any, ...]]:
    """Sorts ids out of the narrow index first, so that only the page's own rows are read."""
    ids = (
        select(Event.id)
        .where(*conditions(shape))
        .order_by(*order(shape))
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("start", type_=Integer))
        .correlate(None)
    )
    return (
        select(*COLUMNS)
        .outerjoin(Slot, Slot.event_id == Event.id)
        .where(Event.id.in_(ids))
        .order_by(*order(shape))
    )


@lru_cache(maxsize=64)
def _total(shape: Shape) -> Select[int]:
    """Counting apart costs a tenth of a window over every row of the page's statement."""
    return select(func.count()).select_from(Event).where(*conditions(shape))


def _open_today(session: Session, filters: Filters, number: int, now: datetime) -> Listing:
    """Opening rules are not SQL's business: the few candidates of a day are sieved here."""
    values = filters.values(now)
    rows = read(session, _page(filters.shape), **values, most=MOST, start=0).all()
    found = seasons(session, rows)
    kept = [row for row in rows if row.id not in found or _opens_today(found[row.id], now)]
    start = (number - 1) * PER_PAGE
    return Listing(kept[start : start + PER_PAGE], found, len(kept), number)


def _opens_today(season: Season, now: datetime) -> bool:
    return season.hours_on(now.astimezone(zone(season.zone)).date()) is not None


def conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """The filters as SQL over `Filters.values`; drafts never match."""
    found = [Event.state != EventState.DRAFT.value, *_time(shape)]
    if shape.kind:
        found.append(Event.kind == bindparam("kind"))
    if shape.topic:
        linked = (EventTopic.event_id == Event.id) & (EventTopic.topic_code == bindparam("topic"))
        found.append(exists().where(linked))
    found += [
        Event.search_text.like(bindparam(f"word_{place}", type_=String), escape="!")
        for place in range(shape.words)
    ]
    return found


def _time(shape: Shape) -> list[ColumnElement[bool]]:
    if shape.when == "past":
        return [Event.over_at <= _NOW]
    if shape.when == "today":
        return [
            Event.begins_at < bindparam("midnight", type_=UtcDateTime),
            Event.over_at > bindparam("morning", type_=UtcDateTime),
            Event.state == EventState.PUBLISHED.value,
        ]
    return [Event.over_at > bindparam("since", type_=UtcDateTime)]


def order(shape: Shape) -> list[Any]:
    """Next first; what already runs stands where it ends. The past runs backwards."""
    if shape.when == "past":
        return [Event.over_at.desc(), Event.id]
    return [case((Event.begins_at > _NOW, Event.begins_at), else_=Event.over_at), Event.id]


def topics_of_list(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:
    """(code, name) of every topic, in their order."""
    return read(session, _TOPICS).all()


def seasons(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, Season]:
    """The seasons of the exhibitions among `rows`, in one statement or none."""
    shown = [row.id for row in rows if row.kind == EventKind.EXHIBITION]
    if not shown:
        return {}
    found: dict[int, Any] = {}
    hours: dict[int, list[Hours]] = {key: [] for key in shown}
    for row in read(session, _OPENINGS, events=shown):
        found[row.id] = row
        if row.weekdays is not None:
            hours[row.id].append(Hours.stored(row.weekdays, row.opens, row.closes, row.last_entry))
    return {key: season_of(row, hours[key]) for key, row in found.items()}


def season_of(row: Any, hours: Sequence[Hours]) -> Season:
    """The season of one exhibition; `row` is an `Event` or has its columns."""
    return Season(
        row.first_day, row.last_day, row.zone, tuple(hours), frozenset(row.closed_holidays),
        MondayRule(row.monday_rule),
    )  # fmt: skip
