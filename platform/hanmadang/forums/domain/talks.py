"""Building the programme: schedule, move, remove, publish."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events.domain.fields import InvalidFieldError
from hanmadang.events.models import Event, EventKind
from hanmadang.forums import rules
from hanmadang.forums.domain import notices
from hanmadang.forums.models import (
    HOLDS_A_PLACE,
    Call,
    Outcome,
    Proposal,
    ProposalState,
    Talk,
    TalkState,
)
from hanmadang.forums.steps import move_talk
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer

_NOTHING = Bilingual()


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkFields:
    """What organizers decide about a talk."""

    title: Bilingual
    starts: datetime
    """The wall clock of the forum, naive."""
    minutes: int
    room: str = ""
    speaker_label: Bilingual = _NOTHING
    proposal_id: int | None = None

    def __post_init__(self) -> None:
        """Check what no talk can be without. Raises InvalidFieldError."""
        if not self.title and self.proposal_id is None:
            raise InvalidFieldError("title_ko", lazy("Give the talk a title."))
        if self.minutes < 1:
            raise InvalidFieldError("minutes", lazy("Say how many minutes it lasts."))


def add_talk(
    session: Session, event_id: int, fields: TalkFields, *, actor: Viewer, now: datetime
) -> Talk:
    """Put a talk on the programme, not yet public.

    Raises NotFoundError for a forum one does not manage or a proposal of another forum,
    InvalidFieldError for a time outside the forum or taken in that room.
    """
    event = _forum(session, event_id, actor)
    talk = Talk(event_id=event.id, state=TalkState.PLANNED.value, sequence=0)
    proposal = _place_for(session, event.id, fields.proposal_id)
    talk.proposal_id, talk.updated_at = (proposal.id if proposal else None), now
    _write(session, talk, event, fields, proposal)
    session.add(talk)
    session.flush()
    audit.record(session, actor, "talk.scheduled", kind="talk", id=talk.id)
    _tell(session, talk, proposal, now)
    return talk


def change_talk(
    session: Session, talk_id: int, fields: TalkFields, *, actor: Viewer, now: datetime
) -> Talk:
    """Change a talk's time, room or title; raises as `add_talk` does."""
    talk, event = _talk(session, talk_id, actor)
    proposal = session.get(Proposal, talk.proposal_id) if talk.proposal_id else None
    before = (talk.starts_at, talk.minutes, talk.room)
    _write(session, talk, event, fields, proposal)
    moved = before != (talk.starts_at, talk.minutes, talk.room)
    talk.sequence, talk.updated_at = talk.sequence + moved, now
    session.flush()
    audit.record(session, actor, "talk.changed", kind="talk", id=talk.id)
    if moved:
        _tell(session, talk, proposal, now)
    return talk


def remove_talk(session: Session, talk_id: int, *, actor: Viewer) -> int:
    """Take a talk off the programme; returns the forum's id. Raises NotFoundError."""
    talk, event = _talk(session, talk_id, actor)
    session.delete(talk)
    session.flush()
    audit.record(session, actor, "talk.removed", kind="talk", id=talk_id)
    return event.id


def publish(session: Session, event_id: int, *, actor: Viewer) -> int:
    """Show every talk that may be shown: the invited, and those whose speaker confirmed.

    Returns how many became public. A withdrawal at the same time wins: it deletes its talk.
    """
    _forum(session, event_id, actor)
    confirmed = select(Proposal.id).where(Proposal.state == ProposalState.CONFIRMED.value)
    talks = session.scalars(
        select(Talk)
        .where(
            Talk.event_id == event_id,
            Talk.state == TalkState.PLANNED.value,
            Talk.proposal_id.is_(None) | Talk.proposal_id.in_(confirmed),
        )
        .order_by(Talk.id)
        .with_for_update()
    ).all()
    for talk in talks:
        move_talk(session, talk, TalkState.PUBLIC, actor)
    session.flush()
    return len(talks)


def _forum(session: Session, event_id: int, actor: Viewer) -> Event:
    """The forum, locked: two organizers never fill one room at once."""
    event = session.get(Event, event_id, with_for_update=True, populate_existing=True)
    if event is None or event.kind != EventKind.FORUM:
        raise NotFoundError
    if not rules.can_manage(actor, event.institution_id):
        raise NotFoundError
    return event


def _talk(session: Session, talk_id: int, actor: Viewer) -> tuple[Talk, Event]:
    event_id = session.scalar(select(Talk.event_id).where(Talk.id == talk_id))
    if event_id is None:
        raise NotFoundError
    event = _forum(session, event_id, actor)
    talk = session.get(Talk, talk_id, populate_existing=True)
    if talk is None:
        raise NotFoundError
    return talk, event


def _place_for(session: Session, event_id: int, proposal_id: int | None) -> Proposal | None:
    """The proposal, if it was accepted, in silence or aloud, and has no talk yet."""
    if proposal_id is None:
        return None
    proposal = session.scalars(
        select(Proposal)
        .join(Call, Call.id == Proposal.call_id)
        .outerjoin(Talk, Talk.proposal_id == Proposal.id)
        .where(Proposal.id == proposal_id, Call.event_id == event_id, Talk.id.is_(None))
    ).first()
    if proposal is None:
        raise NotFoundError
    if proposal.state not in HOLDS_A_PLACE and proposal.pending_decision != Outcome.ACCEPTED:
        raise InvalidFieldError("proposal", lazy("Only accepted proposals get a place."))
    return proposal


def _write(
    session: Session, talk: Talk, event: Event, fields: TalkFields, proposal: Proposal | None
) -> None:
    starts = Moment.at(fields.starts, event.zone)
    ends = starts.instant + timedelta(minutes=fields.minutes)
    if starts.instant < event.begins_at or ends > event.over_at:
        raise InvalidFieldError("starts", lazy("This lies outside the forum’s hours."))
    with session.no_autoflush:
        others = _in_room(session, event.id, fields.room)
    _refuse_overlap(talk, others, starts.instant, ends)
    talk.title = fields.title or _own_title(proposal)
    talk.speaker_label = fields.speaker_label
    talk.starts, talk.minutes, talk.room = starts, fields.minutes, fields.room


def _own_title(proposal: Proposal | None) -> Bilingual:
    if proposal is None:
        return _NOTHING
    return Bilingual.of(source=proposal.language, **{proposal.language: proposal.title})


def _in_room(session: Session, event_id: int, room: str) -> Sequence[Talk]:
    return session.scalars(select(Talk).where(Talk.event_id == event_id, Talk.room == room)).all()


def _refuse_overlap(talk: Talk, others: Sequence[Talk], starts: datetime, ends: datetime) -> None:
    for other in others:
        over = other.starts_at + timedelta(minutes=other.minutes)
        if other is not talk and other.starts_at < ends and starts < over:
            title = other.title.get(other.title.source)
            text = lazy("“%(title)s” is in this room at that time.", title=title)
            raise InvalidFieldError("starts", text)


def _tell(session: Session, talk: Talk, proposal: Proposal | None, now: datetime) -> None:
    """Speakers who know of their acceptance learn their time; the others learn it with it."""
    if proposal is not None and proposal.state in HOLDS_A_PLACE:
        key = f"talk-{talk.id}:{talk.sequence}"
        notices.tell(session, proposal, notices.SCHEDULED, key, now=now)
