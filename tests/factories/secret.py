"""A hall with a ballot box: one open secret poll of one question."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from hanmadang.polls.domain import cast_many, change_state
from hanmadang.polls.models import Mode, PollState, Question
from tests.factories.polls import NOW, OPINION, ballot, make_poll

Opener = Callable[[], Any]


@dataclass
class Hall:
    """An open secret poll of one question."""

    poll_id: int
    slug: str
    code: str
    question: int
    options: list[int]

    def sheet(self, place: int) -> dict[str, int]:
        """The fields of an answer."""
        return {f"q{self.question}": self.options[place]}


def open_hall(write: Opener) -> Hall:
    """A secret poll, open."""
    with write() as session:
        poll = make_poll(session, OPINION, mode=Mode.SECRET)
        question = poll.questions[0]
        ids = [option.id for option in question.options]
        return Hall(poll.id, poll.slug, poll.code, question.id, ids)


def close(write: Opener, poll_id: int) -> None:
    """Close it."""
    with write() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)


def send(session: Any, hall: Hall, place: int, voter: str = "", key: str = "") -> Any:
    """Cast an answer; gives the result."""
    question = session.get_one(Question, hall.question)
    return cast_many(session, [ballot(question, place, voter=voter, key=key)])[0]


def rows(session: Any, model: Any) -> int:
    """How many rows a table holds."""
    return int(session.scalar(select(func.count()).select_from(model)))
