"""A house with words, a course and a poll, and somebody to walk the path."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from hanmadang.curricula import queries
from hanmadang.curricula.queries.paths import Made
from hanmadang.kernel import clock
from tests.factories import polls
from tests.factories.curricula import publish_shelf
from tests.factories.people import make_account

Opener = Callable[[], Any]


@dataclass(frozen=True)
class House:
    """What the tests point at."""

    poll_id: int
    poll_slug: str
    account_id: int


@pytest.fixture
def house_with_poll(write: Opener) -> House:
    """Four lessons, an open poll with a question of each kind, and one person."""
    with write() as session:
        publish_shelf(session)
        poll = polls.make_poll(session)
        return House(poll.id, poll.slug, make_account(session).id)


@pytest.fixture
def plan(read: Opener) -> Callable[..., Made]:
    """`plan(account_id)`: that person's path as the page would make it, without storing it."""

    def made(account_id: int, language: str = "ko") -> Made:
        now = clock.now().astimezone(clock.zone("Asia/Seoul"))
        with read() as session:
            facts = queries.facts_of_account(session, account_id, now)
            return queries.plan_for(session, facts, language, now=now)

    return made
