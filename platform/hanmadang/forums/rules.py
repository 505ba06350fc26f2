"""Who may do what with calls, proposals and reviews.

Experts reach their own proposals, organizers those of their institution's forums, reviewers what
waits for a decision and is neither their own nor their colleagues'. Proposing needs an account and
a profile, no role: a role would outdate every session of the person who registers to speak.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from hanmadang.events.models import Event, EventKind, EventState
from hanmadang.forums.models import (
    ExpertProfile,
    Proposal,
    ProposalState,
    Review,
)
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Permission, Role, Viewer
from hanmadang.people.models import RoleGrant


class Phase(StrEnum):
    """Where a call stands in its window."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


class Window(Protocol):
    """What decides about a call's phase."""

    @property
    def opens(self) -> Moment:
        """The first moment at which one may submit."""

    @property
    def closes(self) -> Moment:
        """The deadline."""


def phase(window: Window, now: datetime) -> Phase:
    """Before, within or after the window; the deadline itself is too late."""
    if now < window.opens.instant:
        return Phase.UPCOMING
    return Phase.OPEN if now < window.closes.instant else Phase.CLOSED


def can_propose(viewer: Viewer, window: Window, event_state: str, now: datetime) -> bool:
    """Anybody signed in, while the call of a published forum is open."""
    return (
        viewer.is_signed_in
        and event_state == EventState.PUBLISHED
        and phase(window, now) is Phase.OPEN
    )


class Editable(Protocol):
    """What decides whether an expert may still edit; never a pending decision."""

    @property
    def account_id(self) -> int:
        """Whose it is."""

    @property
    def state(self) -> str:
        """Where it stands."""


def can_edit(viewer: Viewer, proposal: Editable, window: Window, now: datetime) -> bool:
    """Drafts and submissions until the deadline; after it only what organizers sent back."""
    if proposal.account_id != viewer.account_id:
        return False
    if proposal.state == ProposalState.CHANGES_REQUESTED:
        return True
    early = proposal.state in {ProposalState.DRAFT, ProposalState.SUBMITTED}
    return early and phase(window, now) is Phase.OPEN


def can_manage(viewer: Viewer, institution_id: int) -> bool:
    """Organizers reach their institution's forums, administrators all."""
    if not viewer.may(Permission.FORUMS_ORGANIZE):
        return False
    return Role.ADMINISTRATOR in viewer.roles or viewer.institution_id == institution_id


def managed_by(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_manage`, for forums."""
    if not viewer.may(Permission.FORUMS_ORGANIZE):
        return false()
    if Role.ADMINISTRATOR in viewer.roles:
        return Event.kind == EventKind.FORUM.value
    return and_(
        Event.kind == EventKind.FORUM.value, Event.institution_id == (viewer.institution_id or 0)
    )


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Forums the viewer may know of: all but drafts of others."""
    listed = and_(Event.kind == EventKind.FORUM.value, Event.state != EventState.DRAFT.value)
    return or_(listed, managed_by(viewer))


def can_decide(viewer: Viewer, proposal: Editable) -> bool:
    """Nobody decides about their own proposal."""
    return proposal.account_id != viewer.account_id


def reviewable_by(viewer: Viewer, institution_names: tuple[str, ...]) -> ColumnElement[bool]:
    """Proposals that wait for a decision and with which the viewer has no known conflict.

    `institution_names` are the names of the viewer's institution: an affiliation that reads like
    one of them is a conflict, as is an account of the same institution.
    """
    if not viewer.may(Permission.FORUMS_REVIEW):
        return false()
    colleagues = select(RoleGrant.account_id).where(
        RoleGrant.institution_id == (viewer.institution_id or 0)
    )
    names = [name.lower() for name in institution_names]
    namesakes = select(ExpertProfile.account_id).where(
        or_(
            ExpertProfile.affiliation.in_(institution_names),
            func.lower(ExpertProfile.affiliation).in_(names),
        )
    )
    return and_(
        Proposal.state == ProposalState.SUBMITTED.value,
        Proposal.account_id != viewer.id,
        Proposal.account_id.not_in(colleagues),
        Proposal.account_id.not_in(namesakes),
        ~declared_conflict(viewer),
    )


def declared_conflict(viewer: Viewer) -> ColumnElement[bool]:
    """Proposals with which the viewer declared a conflict of interest."""
    mine = aliased(Review)
    return exists(
        select(mine.id).where(
            mine.proposal_id == Proposal.id, mine.reviewer_id == viewer.id, mine.conflict.is_(True)
        )
    )
