"""What experts do with their proposals: save, submit, edit, withdraw, confirm."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.events.domain.fields import InvalidFieldError
from hanmadang.events.models import Event
from hanmadang.forums import rules
from hanmadang.forums.domain import notices
from hanmadang.forums.models import Call, Proposal, ProposalState, Talk
from hanmadang.forums.queries import experts
from hanmadang.forums.steps import move_proposal
from hanmadang.kernel import audit
from hanmadang.kernel.errors import ConflictError, DomainError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer


class WindowClosedError(DomainError):
    """The call does not take proposals now."""

    text = lazy("This call is not open now, so the proposal was not sent. Your text is kept here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFields:
    """What an expert writes; anything but the language may be empty in a draft."""

    language: str
    title: str = ""
    abstract: str = ""
    format: str = ""
    minutes: int = 0
    notes: str = ""

    def check_against(self, call: Call) -> None:
        """Whether this can be submitted to the call. Raises InvalidFieldError."""
        if not self.title:
            raise InvalidFieldError("title", lazy("Give your proposal a title."))
        if not self.abstract:
            raise InvalidFieldError("abstract", lazy("Describe what you propose."))
        if self.language not in call.languages:
            raise InvalidFieldError("language", lazy("Choose one of this call’s languages."))
        if self.format not in call.formats:
            raise InvalidFieldError("format", lazy("Choose one of this call’s formats."))
        if self.minutes not in call.minutes:
            raise InvalidFieldError("minutes", lazy("Choose one of this call’s lengths."))


def start(  # noqa: PLR0913  (who, when and in which version are named at each call)
    session: Session,
    call_id: int,
    fields: ProposalFields,
    *,
    locale: str,
    actor: Viewer,
    now: datetime,
) -> Proposal:
    """Save a new draft. Raises WindowClosedError, or NotFoundError without call or profile."""
    call = _open_call(session, call_id, actor, now)
    if experts.profile_of(session, actor.id) is None:
        raise NotFoundError
    proposal = Proposal(
        key=new_key(), call_id=call.id, account_id=actor.id, locale=locale, created_at=now,
        state=ProposalState.DRAFT.value,
    )  # fmt: skip
    _write(proposal, fields, now)
    session.add(proposal)
    session.flush()
    audit.record(
        session, actor, "proposal.drafted", kind="proposal", id=proposal.id, subject_id=actor.id
    )
    return proposal


def edit(  # noqa: PLR0913  (who, when and in which version are named at each call)
    session: Session,
    key: str,
    fields: ProposalFields,
    *,
    version: int,
    actor: Viewer,
    now: datetime,
) -> Proposal:
    """Change the text. A submitted proposal must stay complete.

    Raises ConflictError when the text changed since `version`, WindowClosedError after the
    deadline, InvalidFieldError, NotFoundError for somebody else's.
    """
    proposal, call = _mine(session, key, actor)
    if not rules.can_edit(actor, proposal, call, now):
        raise WindowClosedError
    if proposal.version != version:
        raise ConflictError
    if proposal.state == ProposalState.SUBMITTED:
        fields.check_against(call)
    _write(proposal, fields, now)
    proposal.version += 1
    session.flush()
    audit.record(
        session, actor, "proposal.edited", kind="proposal", id=proposal.id, subject_id=actor.id
    )
    return proposal


def submit(session: Session, key: str, *, actor: Viewer, now: datetime) -> Proposal:
    """Hand a draft in, or again what organizers sent back; acknowledged by mail.

    Raises WindowClosedError, InvalidFieldError, NotAllowedNowError, NotFoundError.
    """
    proposal, call = _mine(session, key, actor)
    if proposal.state == ProposalState.DRAFT:
        _open_call(session, call.id, actor, now)
    fields_of(proposal).check_against(call)
    move_proposal(session, proposal, ProposalState.SUBMITTED, actor)
    proposal.submitted_at = now
    session.flush()
    key = f"v{proposal.version}:{now.isoformat()}"
    notices.tell(session, proposal, notices.RECEIVED, key, now=now)
    return proposal


def withdraw(session: Session, key: str, *, actor: Viewer) -> Proposal:
    """Take a proposal back; its talk leaves the programme. Raises NotAllowedNowError."""
    proposal, _call = _mine(session, key, actor)
    move_proposal(session, proposal, ProposalState.WITHDRAWN, actor)
    notices.take_back(session, proposal)
    drop_talk(session, proposal, actor)
    return proposal


def take_up_again(session: Session, key: str, *, actor: Viewer, now: datetime) -> Proposal:
    """Make a withdrawn proposal a draft again. Raises WindowClosedError, NotAllowedNowError."""
    proposal, call = _mine(session, key, actor)
    _open_call(session, call.id, actor, now)
    move_proposal(session, proposal, ProposalState.DRAFT, actor)
    return proposal


def confirm(session: Session, key: str, *, actor: Viewer, now: datetime) -> Proposal:
    """Promise to come. Raises NotAllowedNowError unless it was accepted."""
    proposal, _call = _mine(session, key, actor)
    move_proposal(session, proposal, ProposalState.CONFIRMED, actor)
    notices.tell(session, proposal, notices.CONFIRMED, "confirmed", now=now)
    return proposal


def fields_of(proposal: Proposal) -> ProposalFields:
    """What the expert wrote."""
    return ProposalFields(
        language=proposal.language, title=proposal.title, abstract=proposal.abstract,
        format=proposal.format, minutes=proposal.minutes, notes=proposal.notes,
    )  # fmt: skip


def drop_talk(session: Session, proposal: Proposal, actor: Viewer) -> None:
    """Take the proposal's talk, if any, off the programme."""
    dropped = session.execute(
        delete(Talk).where(Talk.proposal_id == proposal.id).returning(Talk.id),
        execution_options={"synchronize_session": "fetch"},
    ).first()
    if dropped:
        audit.record(session, actor, "talk.removed", kind="talk", id=dropped.id)


def _open_call(session: Session, call_id: int, actor: Viewer, now: datetime) -> Call:
    found = session.execute(
        select(Call, Event.state)
        .join(Event, Event.id == Call.event_id)
        .where(Call.id == call_id, rules.visible_to(actor))
    ).first()
    if found is None:
        raise NotFoundError
    if not rules.can_propose(actor, found.Call, found.state, now):
        raise WindowClosedError
    call: Call = found.Call
    return call


def _mine(session: Session, key: str, actor: Viewer) -> tuple[Proposal, Call]:
    """The actor's own proposal, locked, and its call. Raises NotFoundError for any other."""
    proposal = session.scalars(
        select(Proposal)
        .where(Proposal.key == key, Proposal.account_id == actor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if proposal is None:
        raise NotFoundError
    return proposal, session.get_one(Call, proposal.call_id)


def _write(proposal: Proposal, fields: ProposalFields, now: datetime) -> None:
    proposal.language, proposal.title = fields.language, fields.title
    proposal.abstract, proposal.notes = fields.abstract, fields.notes
    proposal.format, proposal.minutes = fields.format, fields.minutes
    proposal.updated_at = now
