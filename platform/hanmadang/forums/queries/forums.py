"""Forums and their calls, as visitors and organizers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from hanmadang.events.models import Event, EventState
from hanmadang.forums import rules
from hanmadang.forums.models import Call, Proposal, ProposalState, Talk, TalkState
from hanmadang.forums.rules import Phase
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment, zone
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import NOBODY, Viewer

_PAST = 12
"""Past forums on the list."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A call for speakers."""

    id: int
    text: Bilingual
    formats: tuple[str, ...]
    minutes: tuple[int, ...]
    languages: tuple[str, ...]
    zone: str
    opens: Moment
    closes: Moment
    version: int

    def phase(self, now: datetime) -> Phase:
        """Where the call stands in its window."""
        return rules.phase(self, now)

    def days_left(self, now: datetime) -> int:
        """Midnights, in the call's zone, until the deadline's day; 0 means today."""
        return (self.closes.day - now.astimezone(zone(self.zone)).date()).days

    def days_to_wait(self, now: datetime) -> int:
        """Midnights, in the call's zone, until the opening day."""
        return (self.opens.day - now.astimezone(zone(self.zone)).date()).days


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum with its call, if there is one."""

    id: int
    slug: str
    institution_id: int
    title: Bilingual
    summary: Bilingual
    venue: Bilingual
    zone: str
    starts: Moment
    ends: Moment
    state: str
    has_programme: bool
    call: CallView | None

    @property
    def is_cancelled(self) -> bool:
        """Whether the forum will not take place."""
        return self.state == EventState.CANCELLED

    def takes_proposals(self, now: datetime) -> bool:
        """Whether the call of this published forum is open."""
        published = self.state == EventState.PUBLISHED
        return bool(published and self.call and self.call.phase(now) is Phase.OPEN)


@dataclass(frozen=True, slots=True)
class ForumList:
    """Everything on the list of forums, in the order of the page."""

    open: list[Forum]
    """With an open call, the nearest deadline first."""
    coming: list[Forum]
    past: list[Forum]


_EVENT = (
    Event.id, Event.slug, Event.institution_id, Event.title, Event.summary, Event.venue,
    Event.zone, Event.starts_at, Event.starts_local, Event.ends_at, Event.ends_local, Event.state,
)  # fmt: skip
_CALL = (
    Call.id.label("call_id"), Call.text, Call.formats, Call.minutes, Call.languages,
    Call.zone.label("call_zone"), Call.opens_at, Call.opens_local, Call.closes_at,
    Call.closes_local, Call.version,
)  # fmt: skip
_HAS_PROGRAMME = exists(
    select(Talk.id).where(Talk.event_id == Event.id, Talk.state == TalkState.PUBLIC.value)
).label("has_programme")


def _forums() -> Select[*tuple[Any, ...]]:
    return select(*_EVENT, *_CALL, _HAS_PROGRAMME).outerjoin(Call, Call.event_id == Event.id)


def _forum(row: Row[*tuple[Any, ...]]) -> Forum:
    return Forum(
        row.id, row.slug, row.institution_id, row.title, row.summary, row.venue, row.zone,
        Moment(row.starts_at, row.starts_local, row.zone),
        Moment(row.ends_at, row.ends_local, row.zone),
        row.state, row.has_programme, _call(row) if row.call_id else None,
    )  # fmt: skip


def _call(row: Row[*tuple[Any, ...]]) -> CallView:
    return CallView(
        row.call_id, row.text, tuple(row.formats), tuple(row.minutes), tuple(row.languages),
        row.call_zone, Moment(row.opens_at, row.opens_local, row.call_zone),
        Moment(row.closes_at, row.closes_local, row.call_zone), row.version,
    )  # fmt: skip


def index(session: Session, viewer: Viewer, now: datetime) -> ForumList:
    """The list of forums: open calls, then what comes, then what was."""
    rows = session.execute(
        _forums().where(rules.visible_to(viewer), Event.over_at > now).order_by(Event.begins_at)
    )
    coming = [_forum(row) for row in rows]
    is_open = [forum for forum in coming if forum.takes_proposals(now)]
    return ForumList(
        sorted(is_open, key=_deadline),
        [forum for forum in coming if not forum.takes_proposals(now)],
        past(session, viewer, now),
    )


def past(session: Session, viewer: Viewer, now: datetime) -> list[Forum]:
    """Forums that are over, the latest first."""
    rows = session.execute(
        _forums()
        .where(rules.visible_to(viewer), Event.over_at <= now)
        .order_by(Event.over_at.desc())
        .limit(_PAST)
    )
    return [_forum(row) for row in rows]


def open_calls(session: Session, now: datetime, limit: int = 3) -> list[Forum]:
    """Published forums whose call is open, the nearest deadline first."""
    rows = session.execute(
        _forums()
        .where(
            rules.visible_to(NOBODY),
            and_(Event.state == EventState.PUBLISHED.value, Event.over_at > now),
            and_(Call.opens_at <= now, Call.closes_at > now),
        )
        .order_by(Call.closes_at, Event.id)
        .limit(limit)
    )
    return [_forum(row) for row in rows]


def by_slug(session: Session, slug: str, viewer: Viewer) -> Forum:
    """The forum at that address. Raises NotFoundError for what the viewer may not know."""
    return _one(session, Event.slug == slug, rules.visible_to(viewer))


def by_call(session: Session, call_id: int, viewer: Viewer) -> Forum:
    """The forum of that call. Raises NotFoundError for what the viewer may not know."""
    return _one(session, Call.id == call_id, rules.visible_to(viewer))


def managed(session: Session, event_id: int, viewer: Viewer) -> Forum:
    """The forum, for those who manage it. Raises NotFoundError for anybody else."""
    return _one(session, Event.id == event_id, rules.managed_by(viewer))


def managed_call(session: Session, call_id: int, viewer: Viewer) -> Forum:
    """The forum of a call, for those who manage it. Raises NotFoundError for anybody else."""
    return _one(session, Call.id == call_id, rules.managed_by(viewer))


def _one(session: Session, *where: Any) -> Forum:
    row = session.execute(_forums().where(*where)).first()
    if row is None:
        raise NotFoundError
    return _forum(row)


def _deadline(forum: Forum) -> datetime:
    assert forum.call is not None  # noqa: S101  (the caller filtered)
    return forum.call.closes.instant


@dataclass(frozen=True, slots=True)
class DeskForum:
    """A forum on the organizers' desk, with how many proposals stand where."""

    forum: Forum
    counts: dict[str, int]
    """By state, drafts left out; ``pending`` counts decisions not yet released."""


def desk(session: Session, viewer: Viewer) -> list[DeskForum]:
    """The forums the viewer manages, the latest first."""
    rows = session.execute(
        _forums().where(rules.managed_by(viewer)).order_by(Event.begins_at.desc())
    )
    forums = [_forum(row) for row in rows]
    counts = _counts(session, [forum.call.id for forum in forums if forum.call])
    return [
        DeskForum(forum, counts.get(forum.call.id, {}) if forum.call else {}) for forum in forums
    ]


def _counts(session: Session, calls: Sequence[int]) -> dict[int, dict[str, int]]:
    rows = session.execute(
        select(
            Proposal.call_id, Proposal.state, func.count().label("n"),
            func.count(Proposal.pending_decision).label("pending"),
        )
        .where(Proposal.call_id.in_(calls), Proposal.state != ProposalState.DRAFT.value)
        .group_by(Proposal.call_id, Proposal.state)
    )  # fmt: skip
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        counts = found.setdefault(row.call_id, {"pending": 0})
        counts[row.state] = row.n
        counts["pending"] += row.pending
    return found
