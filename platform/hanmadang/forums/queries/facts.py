"""What letters tell about a proposal; whether it may be told is for the letter's composer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hanmadang.events.models import Event
from hanmadang.forums.models import Call, ExpertProfile, Proposal, Talk
from hanmadang.forums.queries.talks import ProgrammeTalk
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment


@dataclass(frozen=True, slots=True)
class Facts:
    """A proposal, its forum, its expert and, if scheduled, its time."""

    id: int
    key: str
    state: str
    title: str
    language: str
    request: str
    name: str
    zone: str
    """The expert's."""
    forum: Bilingual
    slug: str
    venue: Bilingual
    talk: ProgrammeTalk | None
    sequence: int
    scheduled_at: datetime | None


def of(session: Session, proposal_ids: list[int]) -> dict[int, Facts]:
    """The facts about these proposals, by id."""
    rows = session.execute(
        select(
            Proposal.id, Proposal.key, Proposal.state, Proposal.title, Proposal.language,
            Proposal.request, ExpertProfile.name, ExpertProfile.zone.label("own_zone"),
            Event.title.label("forum"), Event.slug, Event.venue, Event.zone.label("forum_zone"),
            Talk.id.label("talk_id"), Talk.title.label("talk_title"), Talk.starts_at,
            Talk.starts_local, Talk.minutes, Talk.room, Talk.state.label("talk_state"),
            Talk.sequence, Talk.updated_at,
        )
        .join(Call, Call.id == Proposal.call_id)
        .join(Event, Event.id == Call.event_id)
        .outerjoin(ExpertProfile, ExpertProfile.account_id == Proposal.account_id)
        .outerjoin(Talk, Talk.proposal_id == Proposal.id)
        .where(Proposal.id.in_(proposal_ids))
    )  # fmt: skip
    return {row.id: _facts(row) for row in rows}


def _facts(row: Row[*tuple[Any, ...]]) -> Facts:
    return Facts(
        row.id, row.key, row.state, row.title, row.language, row.request, row.name or "",
        row.own_zone or row.forum_zone, row.forum, row.slug, row.venue,
        _talk(row) if row.talk_id else None, row.sequence or 0, row.updated_at,
    )  # fmt: skip


def _talk(row: Row[*tuple[Any, ...]]) -> ProgrammeTalk:
    nothing = Bilingual()
    starts = Moment(row.starts_at, row.starts_local, row.forum_zone)
    return ProgrammeTalk(
        row.talk_id, row.talk_title, nothing, nothing, starts, row.minutes, row.room, "",
        row.talk_state,
    )  # fmt: skip
