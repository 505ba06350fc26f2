"""Audience questions for tests."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.polls.domain import audience, audience_desk
from hanmadang.polls.domain.audience_sitting import SittingSettings, configure
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import (
    AskState,
    AudienceQuestion,
    Naming,
    Review,
    Sitting,
    SittingState,
)
from hanmadang.polls.rules_audience import Person, person_of
from tests.factories.polls import OPINION, make_poll


def make_sitting(
    session: Session,
    *,
    state: SittingState = SittingState.OPEN,
    review: Review = Review.AT_ONCE,
    naming: Naming = Naming.FREE,
    event: str = "",
    state_of_poll: PollState = PollState.OPEN,
    **fields: Any,
) -> Poll:
    """An open poll that takes questions and shows them at once."""
    poll = make_poll(session, OPINION, state=state_of_poll, **fields)
    configure(session, None, poll.id, SittingSettings(state, naming, review, event))
    return poll


def somebody(poll: Poll, device: str) -> Person:
    """A device in the poll's sitting."""
    return person_of(poll.secret, device)


def put_question(
    session: Session, poll: Poll, text: str = "How long?", *, device: str = "asker", name: str = ""
) -> AudienceQuestion:
    """A question asked on an English page."""
    person = somebody(poll, device)
    return audience.ask(session, poll.id, person, text, name=name, page="en")


def put_upvotes(session: Session, poll: Poll, question: int, *devices: str) -> None:
    """Up-votes of these devices."""
    for device in devices:
        audience.upvote(session, poll.id, question, somebody(poll, device), wanted=True)


def put_into(session: Session, poll: Poll, question: int, *steps: AskState) -> None:
    """Take the question through these states."""
    for step in steps:
        seen = AskState(of(session, question).state)
        audience_desk.move(session, None, poll.id, question, seen=seen, to=step)


def of(session: Session, question: int) -> AudienceQuestion:
    """The question as stored."""
    return session.get_one(AudienceQuestion, question, populate_existing=True)


def version_of(session: Session, poll_id: int) -> int:
    """How often the public list has changed."""
    return session.scalars(select(Sitting.version).where(Sitting.poll_id == poll_id)).one()
