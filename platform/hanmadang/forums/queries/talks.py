"""The programme of a forum: who speaks when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from hanmadang.forums.models import (
    Availability,
    AvailabilityBlock,
    Call,
    ExpertProfile,
    Proposal,
    ProposalState,
    Talk,
    TalkState,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment


@dataclass(frozen=True, slots=True)
class ProgrammeTalk:
    """A talk on the programme."""

    id: int
    title: Bilingual
    abstract: Bilingual
    """In the language of its proposal; empty for invited talks."""
    speaker: Bilingual
    """Name and affiliation, as the speaker wants them printed."""
    starts: Moment
    minutes: int
    room: str
    format: str
    """Empty for invited talks."""
    state: str

    @property
    def ends(self) -> Moment:
        """When it is over."""
        return Moment.from_instant(
            self.starts.instant + timedelta(minutes=self.minutes), self.starts.zone
        )

    def starts_in(self, zone_name: str) -> Moment:
        """The start on the wall clocks of another zone."""
        return Moment.from_instant(self.starts.instant, zone_name)


def _talks() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Talk.id, Talk.title, Talk.speaker_label, Talk.starts_at, Talk.starts_local, Talk.zone,
            Talk.minutes, Talk.room, Talk.state, Talk.event_id, Talk.proposal_id, Proposal.abstract,
            Proposal.language, Proposal.format, Proposal.account_id,
            Proposal.state.label("standing"), ExpertProfile.name, ExpertProfile.affiliation,
            ExpertProfile.id.label("profile_id"),
        )
        .outerjoin(Proposal, Proposal.id == Talk.proposal_id)
        .outerjoin(ExpertProfile, ExpertProfile.account_id == Proposal.account_id)
        .order_by(Talk.starts_at, Talk.room, Talk.id)
    )  # fmt: skip


def programme(session: Session, event_id: int) -> list[ProgrammeTalk]:
    """The public talks of a forum, in order of time."""
    rows = session.execute(
        _talks().where(Talk.event_id == event_id, Talk.state == TalkState.PUBLIC.value)
    )
    return [_talk(row) for row in rows]


def _talk(row: Row[*tuple[Any, ...]]) -> ProgrammeTalk:
    return ProgrammeTalk(
        row.id, row.title, _in_one(row.language, row.abstract), _speaker(row),
        Moment(row.starts_at, row.starts_local, row.zone), row.minutes, row.room,
        row.format or "", row.state,
    )  # fmt: skip


def _in_one(language: str | None, text: str | None) -> Bilingual:
    return Bilingual.of(source=language, **{language: text or ""}) if language else Bilingual()


def _speaker(row: Row[*tuple[Any, ...]]) -> Bilingual:
    if not row.name:
        label: Bilingual = row.speaker_label
        return label
    printed = f"{row.name} ({row.affiliation})" if row.affiliation else row.name
    return Bilingual.of(ko=printed, en=printed)


@dataclass(frozen=True, slots=True)
class PlannedTalk:
    """A talk on the organizers' desk, with what speaks against its time."""

    talk: ProgrammeTalk
    proposal_id: int | None
    confirmed: bool
    """Whether nothing but a click keeps it from the public."""
    account_id: int | None
    away: bool
    """The speaker painted other times."""
    twice: bool
    """The speaker has another talk at the same time."""

    @property
    def warned(self) -> bool:
        """Whether something speaks against its time."""
        return self.away or self.twice


def plan(session: Session, event_id: int) -> list[PlannedTalk]:
    """Every talk of a forum, public or not, with warnings."""
    rows = session.execute(_talks().where(Talk.event_id == event_id)).all()
    free = _painted(session, event_id)
    talks = [_talk(row) for row in rows]
    return [
        PlannedTalk(
            talk, row.proposal_id, row.standing in (None, ProposalState.CONFIRMED),
            row.account_id, _is_away(talk, free.get(row.profile_id)), _is_twice(row, talk, rows),
        )
        for row, talk in zip(rows, talks, strict=True)
    ]  # fmt: skip


Spans = Sequence[tuple[datetime, datetime]]


def _painted(session: Session, event_id: int) -> dict[int, list[tuple[datetime, datetime]]]:
    """By profile: when each expert of this forum can speak."""
    rows = session.execute(
        select(Availability.profile_id, AvailabilityBlock.starts_at, AvailabilityBlock.ends_at)
        .join(Call, Call.id == Availability.call_id)
        .outerjoin(AvailabilityBlock, AvailabilityBlock.availability_id == Availability.id)
        .where(Call.event_id == event_id)
        .order_by(AvailabilityBlock.starts_at)
    )
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for row in rows:
        spans = found.setdefault(row.profile_id, [])
        if row.starts_at:
            spans.append((row.starts_at, row.ends_at))
    return found


def _is_away(talk: ProgrammeTalk, free: Spans | None) -> bool:
    """Who painted nothing is not known to be away."""
    return free is not None and not covered(free, talk.starts.instant, talk.ends.instant)


def covered(free: Spans, start: datetime, end: datetime) -> bool:
    """Whether the spans, sorted by their start, cover everything from `start` to `end`."""
    reached = start
    for begins, ends in free:
        if begins <= reached < ends:
            reached = ends
    return reached >= end


def _is_twice(
    row: Row[*tuple[Any, ...]], talk: ProgrammeTalk, rows: Sequence[Row[*tuple[Any, ...]]]
) -> bool:
    return any(
        other.id != row.id
        and other.account_id is not None
        and other.account_id == row.account_id
        and other.starts_at < talk.ends.instant
        and talk.starts.instant < other.starts_at + timedelta(minutes=other.minutes)
        for other in rows
    )
