"""Polls that ask for something, and what editors make of it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.domain import suggestions as verbs
from hanmadang.curricula.models import DemandSuggestion, Reply
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.polls import domain as polls_domain
from hanmadang.polls.domain import QuestionDraft
from hanmadang.polls.models import Poll, PollState
from tests.factories import polls
from tests.factories.people import make_account


def answered(
    session: Session, *drafts: tuple[QuestionDraft, Sequence[int]], closed: bool = True
) -> Poll:
    """A poll; with each question, how many people chose each option."""
    poll = polls.make_poll(session, *(draft for draft, _votes in drafts))
    for question, (_draft, votes) in zip(poll.questions, drafts, strict=True):
        for place, number in enumerate(votes):
            polls.cast(session, *(polls.ballot(question, place) for _ in range(number)))
    if closed:
        close(session, poll)
    return poll


def close(session: Session, poll: Poll) -> None:
    """Close it."""
    polls_domain.change_state(session, None, poll.id, PollState.CLOSED, now=polls.NOW)


def editor(
    session: Session, role: Role = Role.ADMINISTRATOR, institution_id: int | None = None
) -> Viewer:
    """Somebody who decides."""
    account = make_account(session, role)
    return Viewer(account.id, roles=frozenset({role}), institution_id=institution_id)


def asked_for_culture(session: Session) -> DemandSuggestion:
    """88 of 140 people want to learn about culture; the suggestion that follows."""
    poll = answered(session, (polls.INTEREST, (40, 88, 12)))
    return suggestion_of(session, poll.id)


def suggestion_of(session: Session, poll_id: int) -> DemandSuggestion:
    """The only suggestion of a poll."""
    found = select(DemandSuggestion).where(DemandSuggestion.poll_id == poll_id)
    return session.scalars(found).one()


def accept(
    session: Session,
    held: DemandSuggestion,
    reply: Reply = Reply.FOLLOW_UP,
    actor: Viewer | None = None,
) -> DemandSuggestion:
    """One press."""
    shelf, asking = read_shelf(session, "ko"), actor or editor(session)
    return verbs.accept(session, asking, held.id, reply, shelf, now=polls.NOW)
