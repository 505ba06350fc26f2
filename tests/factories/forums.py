"""Forums, calls, experts and proposals for tests: complete, bilingual, every field can be given."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events.domain import EventFields
from hanmadang.events.models import Event, EventKind
from hanmadang.forums.domain import CallFields, TalkFields, add_talk, create_call
from hanmadang.forums.domain import decisions as deciding
from hanmadang.forums.domain import proposals as proposing
from hanmadang.forums.domain.experts import ProfileFields, save_profile
from hanmadang.forums.domain.proposals import ProposalFields
from hanmadang.forums.models import Attendance, Call, Format, Outcome, Proposal, Talk
from hanmadang.forums.queries import proposals as reading
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Account, Institution, RoleGrant
from tests.factories.events import NOW, evening, make_event, viewer_of
from tests.factories.people import make_account

__all__ = ["NOW"]

_ADMIN = "admin@example.org"
STARTS = Moment.at(datetime(2026, 12, 20, 14), "Asia/Seoul")
"""Four weeks after `NOW`; the forum lasts four hours."""
OPENS = Moment.at(datetime(2026, 11, 11, 9), "Asia/Seoul")
CLOSES = Moment.at(datetime(2026, 12, 11, 18), "Asia/Seoul")


def admin(session: Session) -> Viewer:
    """The administrator of this database."""
    found = session.scalars(select(Account).where(Account.login == _ADMIN)).first()
    account = found or make_account(session, Role.ADMINISTRATOR, email=_ADMIN, name="Admin")
    return viewer_of(account, second_factor=True)


def forum_fields(starts: Moment = STARTS, **changes: Any) -> EventFields:
    """A forum of four hours without seats to book."""
    values: dict[str, Any] = {
        "kind": EventKind.FORUM,
        "title": Bilingual.of(ko="도시가 할 수 있는 일", en="What Cities Can Do"),
        "summary": Bilingual.of(ko="도시 교류 포럼", en="A forum on exchange between cities"),
        "venue": Bilingual.of(ko="한마당시청 다목적홀", en="Hanmadang City Hall"),
        "capacity": None,
        "hours": 4,
    }
    hours = changes.pop("lasts", values.pop("hours"))
    return evening(starts, hours=hours, **(values | changes))


def make_forum(session: Session, starts: Moment = STARTS, **options: Any) -> Event:
    """A published forum."""
    fields = forum_fields(starts, **options.pop("fields", {}))
    return make_event(session, fields, **options)


def call_fields(**changes: Any) -> CallFields:
    """A call for talks and workshops in both languages."""
    values: dict[str, Any] = {
        "text": Bilingual.of(ko="**경험**을 나누어 주세요.", en="Share your **experience**."),
        "formats": (Format.TALK, Format.WORKSHOP),
        "minutes": (20, 40),
        "languages": ("ko", "en"),
        "opens": OPENS,
        "closes": CLOSES,
    }
    return CallFields(**(values | changes))


def make_call(session: Session, event: Event | None = None, **changes: Any) -> Call:
    """An open call of a published forum."""
    forum = event or make_forum(session)
    return create_call(session, forum.id, call_fields(**changes), actor=admin(session), now=NOW)


def profile_fields(**changes: Any) -> ProfileFields:
    """An expert in Berlin."""
    values: dict[str, Any] = {
        "name": "Anja Winter",
        "affiliation": "City of Lindenfurt",
        "country": "DE",
        "zone": "Europe/Berlin",
        "attendance": Attendance.REMOTE,
        "languages": ("de", "en"),
    }
    return ProfileFields(**(values | changes))


def make_expert(session: Session, account: Account | None = None, **changes: Any) -> Viewer:
    """A citizen who registered to speak."""
    person = account or make_account(session, locale=changes.pop("locale", "en"))
    viewer = viewer_of(person)
    save_profile(session, profile_fields(**changes), actor=viewer, now=NOW)
    return viewer


def proposal_fields(**changes: Any) -> ProposalFields:
    """A complete talk of 20 minutes in English."""
    values: dict[str, Any] = {
        "language": "en",
        "title": "Twinned towns before 1989",
        "abstract": "What town twinning could and could not do.",
        "format": "talk",
        "minutes": 20,
        "notes": "I need a projector.",
    }
    return ProposalFields(**(values | changes))


def make_draft(session: Session, call: Call, expert: Viewer, **changes: Any) -> Proposal:
    """A draft."""
    locale = expert.locale or "en"
    fields = proposal_fields(**changes)
    return proposing.start(session, call.id, fields, locale=locale, actor=expert, now=NOW)


def make_proposal(
    session: Session, call: Call, expert: Viewer | None = None, **changes: Any
) -> Proposal:
    """A submitted proposal."""
    author = expert or make_expert(session)
    draft = make_draft(session, call, author, **changes)
    return proposing.submit(session, draft.key, actor=author, now=NOW)


def decide(session: Session, proposal: Proposal, outcome: Outcome | None) -> Proposal:
    """An administrator decides, in silence."""
    return deciding.decide(
        session, proposal.key, outcome, desk_version=proposal.desk_version,
        actor=admin(session), now=NOW,
    )  # fmt: skip


def release(session: Session, call_id: int, actor: Viewer | None = None) -> int:
    """Everything decided for the call is told."""
    session.expire_all()
    boss = actor or admin(session)
    found = reading.on_desk(session, call_id, boss)
    waiting = [each for each in found if each.pending]
    seen = deciding.fingerprint(waiting)
    return deciding.release(session, waiting, seen, actor=boss, now=NOW)


def make_decided(
    session: Session,
    call: Call,
    outcome: Outcome = Outcome.ACCEPTED,
    expert: Viewer | None = None,
    **changes: Any,
) -> Proposal:
    """A proposal whose decision was released."""
    proposal = make_proposal(session, call, expert, **changes)
    decide(session, proposal, outcome)
    release(session, call.id)
    session.refresh(proposal)
    return proposal


def make_confirmed(
    session: Session, call: Call, expert: Viewer | None = None, **changes: Any
) -> Proposal:
    """A proposal whose expert promised to come."""
    author = expert or make_expert(session)
    accepted = make_decided(session, call, expert=author, **changes)
    return proposing.confirm(session, accepted.key, actor=author, now=NOW)


def talk_fields(**changes: Any) -> TalkFields:
    """An invited talk of half an hour at the forum's beginning."""
    values: dict[str, Any] = {
        "title": Bilingual.of(ko="여는 발표", en="Opening talk"),
        "speaker_label": Bilingual.of(ko="도시연구원", en="City Research Institute"),
        "starts": STARTS.local,
        "minutes": 30,
    }
    return TalkFields(**(values | changes))


def make_talk(session: Session, event: Event, **changes: Any) -> Talk:
    """An invited talk, not yet public."""
    return add_talk(session, event.id, talk_fields(**changes), actor=admin(session), now=NOW)


def place(session: Session, call: Call, proposal: Proposal, after: int = 0, **changes: Any) -> Talk:
    """The talk of a proposal, `after` minutes into the forum."""
    values: dict[str, Any] = {
        "title": Bilingual(),
        "speaker_label": Bilingual(),
        "starts": STARTS.local + timedelta(minutes=after),
        "minutes": proposal.minutes,
        "proposal_id": proposal.id,
    }
    fields = TalkFields(**(values | changes))
    return add_talk(session, call.event_id, fields, actor=admin(session), now=NOW)


def make_staff(session: Session, role: Role, institution: Institution | None = None) -> Viewer:
    """An organizer or reviewer, of an institution where that is given."""
    account = make_account(session, role)
    if institution is not None:
        belong(session, account, institution)
    return viewer_of(account, institution_id=institution.id if institution else None)


def belong(session: Session, account: Account, institution: Institution) -> None:
    """Make the account one of the institution's."""
    grant = next(iter(account.grants), None) or RoleGrant(role=Role.CITIZEN.value)
    grant.institution_id = institution.id
    session.flush()
