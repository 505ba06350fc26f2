"""Polls whose people tell a little about themselves."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hanmadang.kernel.ids import new_key
from hanmadang.polls.domain import BallotSet, change_state, profiles
from hanmadang.polls.domain.margins import MarginDraft, choose, write_down
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_profile import FirstRelease, MarginSet, StoredProfile
from hanmadang.polls.profiles import Attribute, Profile, cell_of
from tests.factories.polls import NOW, OPINION, both, cast, make_poll

SEX_AND_AGE = (Attribute.SEX, Attribute.AGE)
WOMEN: Profile = {Attribute.SEX: "female"}
MEN: Profile = {Attribute.SEX: "male"}
NOBODY: Profile = {}
HALVES = {"sex": {"female": 50.0, "male": 50.0}}
Group = tuple[Profile, Sequence[int]]
"""What people told, and how many of them chose each option of the first question."""


def make_asking(
    session: Session,
    *attributes: Attribute,
    first: FirstRelease = FirstRelease.CLOSE,
    questions: Sequence[Any] = (OPINION,),
    **fields: Any,
) -> Poll:
    """An open poll that asks for these."""
    poll = make_poll(session, *questions, state=PollState.DRAFT, **fields)
    profiles.ask_for(session, None, poll.id, attributes or SEX_AND_AGE, first)
    change_state(session, None, poll.id, PollState.OPEN, now=NOW)
    read_whole(poll)
    return poll


def read_whole(poll: Poll) -> None:
    """So that tests may look at it when the session is gone."""
    for question in poll.questions:
        list(question.options)


def come(session: Session, poll: Poll, *groups: Group) -> None:
    """People answer the first question, and tell."""
    question, ballots, told = poll.questions[0], [], []
    for profile, counts in groups:
        for option, count in zip(question.options, counts, strict=False):
            for _ in range(count):
                voter = new_key()
                answer = {question.id: [option.id]}
                ballots.append(BallotSet(poll.id, voter, new_key(), answer))
                if profile:
                    told.append({"poll_id": poll.id, "voter_key": voter, "cell": cell_of(profile)})
    cast(session, *ballots)
    if told:
        session.execute(insert(StoredProfile), told)


def crowd(*sizes: tuple[Profile, int]) -> list[Group]:
    """Groups that answer three options evenly."""
    return [(profile, _thirds(size)) for profile, size in sizes]


def _thirds(size: int) -> list[int]:
    counts = [0, 0, 0]
    for _, place in zip(range(size), cycle(range(3)), strict=False):
        counts[place] += 1
    return counts


def close(session: Session, poll: Poll) -> None:
    """Close it."""
    change_state(session, None, poll.id, PollState.CLOSED, now=NOW)


def make_margins(
    session: Session, figures: Any = None, institution_id: int | None = None
) -> MarginSet:
    """A set of population figures."""
    name, source = both("서울 인구", "People of Seoul"), both("주민등록", "Register of residents")
    draft = MarginDraft(name, source, figures or HALVES, institution_id)
    return write_down(session, None, draft, now=NOW)


def weigh(session: Session, poll: Poll, figures: Any = None) -> MarginSet:
    """Weight a poll's totals."""
    made = make_margins(session, figures, poll.institution_id)
    choose(session, None, poll.id, made)
    return made
