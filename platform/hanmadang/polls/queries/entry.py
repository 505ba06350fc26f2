"""What must be known of a running poll to let somebody in."""

from dataclasses import dataclass

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Assurance, Poll, PollState

_RUNNING = (PollState.OPEN.value, PollState.PAUSED.value)


@dataclass(frozen=True, slots=True)
class EntryPoll:
    """A running poll with its secret; never handed to a template."""

    id: int
    slug: str
    title: Bilingual
    secret: str
    assurance: Assurance


_FIELDS = select(Poll.id, Poll.slug, Poll.title, Poll.secret, Poll.assurance).where(
    Poll.state.in_(_RUNNING)
)


def entry_poll(session: Session, *, slug: str = "", code: str = "") -> EntryPoll | None:
    """The running poll with that slug or code."""
    named = Poll.slug == slug if slug else Poll.code == code.upper()
    return _first(session, _FIELDS.where(named))


def entry_poll_by_id(session: Session, poll_id: int) -> EntryPoll | None:
    """The same by its number."""
    return _first(session, _FIELDS.where(Poll.id == poll_id))


def _first(session: Session, statement: Executable) -> EntryPoll | None:
    row = session.execute(statement).first()
    if row is None:
        return None
    return EntryPoll(row.id, row.slug, row.title, row.secret, Assurance(row.assurance))
