"""Of a poll led question by question nobody reads a question before it is put to the room."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from hanmadang.kernel.permissions import NOBODY
from hanmadang.polls.domain import change_state
from hanmadang.polls.domain.stage import Tap, perform
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.staging import Act
from tests.conftest import Browser
from tests.factories.polls import KNOWLEDGE, NOW, OPINION, both, make_poll, options
from tests.factories.profiles import make_asking, read_whole
from tests.polls.addresses import addresses, said

Opener = Callable[[], Any]
LATER = replace(
    KNOWLEDGE,
    text=both("나중에 묻는 말", "Asked later on"),
    options=options(("아직 모르는 답", "Answer unheard"), ("틀린 답", "Wrong one"), right=0),
    explanation=both("나중에 밝힐 까닭", "Reason told later"),
)
WORDS = (
    "나중에 묻는 말", "Asked later on", "아직 모르는 답", "Answer unheard", "나중에 밝힐 까닭",
    "Reason told later",
)  # fmt: skip


def perform_now(session: Any, poll: Poll, act: Act, question: int = 0, seen: int = 0) -> None:
    perform(session, None, poll.id, Tap(act, question), seen=seen, now=NOW)


@pytest.fixture(params=[False, True], ids=["poll", "quiz"])
def led(request: pytest.FixtureRequest, write: Opener) -> Poll:
    """The first of two questions is on."""
    with write() as session:
        poll = make_asking(session, Attribute.SEX, questions=(OPINION, LATER), quiz=request.param)
        perform_now(session, poll, Act.LEAD)
        read_whole(poll)
        return poll


def spilling(app: Flask, client: Browser, poll: Poll) -> set[str]:
    """The addresses where a word of the second question stands."""
    more = ["/api/v1/polls", "/ko", "/en", "/ko/polls", "/en/polls"]
    return {
        address
        for address in {*addresses(app, poll), *more}
        if any(word in said(client.get(address, follow_redirects=True)) for word in WORDS)
    }


def test_no_public_address_spills_it(app: Flask, client: Browser, led: Poll) -> None:
    client.send(
        f"/en/polls/{led.slug}", {f"q{led.questions[0].id}": led.questions[0].options[0].id}
    )
    assert spilling(app, client, led) == set()


def test_the_search_finds_it_once_all_questions_are_on(
    app: Flask, client: Browser, write: Opener, led: Poll
) -> None:
    """The twin: the addresses looked at do show questions."""
    with write() as session:
        perform_now(session, led, Act.TOGETHER, seen=1)
    found = spilling(app, client, led)
    slug = led.slug
    assert found >= {
        f"/api/v1/polls/{slug}", f"/ko/polls/{slug}/tables", f"/polls/{slug}/tables.json",
        f"/en/polls/{slug}", f"/ko/polls/{slug}/results", f"/en/polls/{slug}/embed",
    }  # fmt: skip


def test_programs_read_the_questions_asked_so_far(
    client: Browser, write: Opener, led: Poll
) -> None:
    def asked() -> tuple[list[int], list[int]]:
        api = client.get(f"/api/v1/polls/{led.slug}").get_json()["questions"]
        file = client.get(f"/polls/{led.slug}/tables.json").get_json()["questions"]
        return [each["id"] for each in api], [each["id"] for each in file]

    ids = [question.id for question in led.questions]
    assert asked() == (ids[:1], ids[:1])
    with write() as session:
        perform_now(session, led, Act.GO, ids[1], seen=1)
    assert asked() == (ids, ids)


def test_the_close_tells_all(client: Browser, write: Opener, led: Poll) -> None:
    with write() as session:
        change_state(session, NOBODY, led.id, PollState.CLOSED, now=NOW)
    for address in (f"/api/v1/polls/{led.slug}", f"/polls/{led.slug}/tables.json"):
        assert client.get(address).text.count("Asked later on") == 1


def test_counts_beside_them_stay_those_of_each_question(client: Browser, write: Opener) -> None:
    """The second question was answered before a moderator began to lead with the third."""
    third = replace(OPINION, text=both("셋째", "Third"))
    with write() as session:
        poll = make_poll(session, OPINION, replace(OPINION, text=both("둘째", "Second")), third)
        ids = [question.id for question in poll.questions]
        second = poll.questions[1].options[0].id
    client.send(f"/en/polls/{poll.slug}", {f"q{ids[1]}": second})
    with write() as session:
        perform_now(session, poll, Act.GO, ids[2])
        perform_now(session, poll, Act.LEAD, seen=1)
    found = client.get(f"/api/v1/polls/{poll.slug}").get_json()["questions"]
    assert [(each["id"], each["answered"]) for each in found] == [(ids[1], 1), (ids[2], 0)]
