"""What moderators read."""

from collections.abc import Sequence

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Institution
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.queries.lists import PollCard, as_cards, cards
from hanmadang.polls.rules import moderated_by

_ORDER = case(
    {state.value: place for place, state in enumerate(
        (PollState.OPEN, PollState.PAUSED, PollState.DRAFT, PollState.CLOSED)
    )},
    value=Poll.state,
)  # fmt: skip


def desk_polls(session: Session, viewer: Viewer, limit: int = 100) -> Sequence[PollCard]:
    """The polls this viewer moderates: running, drafts, closed; each newest first."""
    mine = cards().where(moderated_by(viewer))
    return as_cards(session, mine.order_by(_ORDER, Poll.id.desc()).limit(limit))


def find_moderated(session: Session, viewer: Viewer, poll_id: int) -> Poll | None:
    """The poll, if this viewer moderates it."""
    return session.scalars(select(Poll).where(Poll.id == poll_id, moderated_by(viewer))).first()


def institutions(session: Session) -> Sequence[Institution]:
    """Every institution, in whose name a poll may run."""
    return session.scalars(select(Institution).order_by(Institution.id)).all()
