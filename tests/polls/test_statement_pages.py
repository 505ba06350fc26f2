"""Voting in a browser without scripts: one statement at a time, and the list of all."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.shapes import Stance, vote
from tests.conftest import Browser
from tests.factories.polls import NOW
from tests.factories.statements import A, D, W, make_statements

Opener = Callable[[], Any]


@pytest.fixture
def poll(write: Opener) -> Poll:
    with write() as session:
        made = make_statements(session)
        assert made.questions[0].options  # loaded, for use after the session
        return made


def asked(page: str) -> tuple[int, int]:
    """The statement on the page and the number that agrees."""
    statement = int(re.search(r'id="statement-(\d+)-text"', page)[1])  # type: ignore[index]
    return statement, vote(statement, A)


def say(client: Browser, poll: Poll, statement: int, stance: Stance, **more: str) -> Any:
    field = f"q{poll.questions[0].id}"
    data = {field: str(vote(statement, stance)), **more}
    return client.send(f"/en/polls/{poll.slug}/statements/vote", data)


def test_a_vote_comes_back_to_the_next_statement(client: Browser, poll: Poll) -> None:
    url = f"/en/polls/{poll.slug}/statements"
    seen = []
    for done in range(12):
        page = client.get(url).text
        assert f"{done} of 12 voted on" in page
        statement, _agrees = asked(page)
        seen.append(statement)
        sent = say(client, poll, statement, A)
        assert (sent.status_code, sent.location) == (303, f"{url}#statement")
    assert len(set(seen)) == 12
    assert "You have voted on every statement" in client.get(url).text


def test_each_device_has_its_own_order_and_keeps_it(app: Any, poll: Poll) -> None:
    firsts = set()
    for _device in range(8):
        browser = app.test_client()
        pages = [browser.get(f"/ko/polls/{poll.slug}/statements").text for _ in range(2)]
        assert asked(pages[0]) == asked(pages[1])
        firsts.add(asked(pages[0])[0])
    assert len(firsts) > 1


def test_before_the_first_vote_the_page_says_that_rows_are_published(
    client: Browser, poll: Poll
) -> None:
    page = client.get(f"/en/polls/{poll.slug}/statements").text
    notice, buttons = "the votes are published as anonymous rows", "data-stances"
    assert page.index(notice) < page.index(buttons)
    assert "익명으로 한 줄씩 공개합니다" in client.get(f"/ko/polls/{poll.slug}/statements").text


def test_the_list_shows_and_changes_votes(client: Browser, poll: Poll, read: Opener) -> None:
    first = poll.questions[0].options[0].id
    for stance in (A, D):
        sent = say(client, poll, first, stance, back="all")
        assert sent.location == f"/en/polls/{poll.slug}/statements/all#statement-{first}"
    page = client.get(f"/en/polls/{poll.slug}/statements/all").text
    assert page.count('aria-pressed="true"') == 1
    say(client, poll, first, W, back="all")
    with read() as session:
        assert session.get_one(Question, poll.questions[0].id).answered == 0


def test_a_used_page_with_another_vote_is_refused_and_asked_again(
    client: Browser, poll: Poll
) -> None:
    first, key = poll.questions[0].options[0].id, "k" * 20
    say(client, poll, first, A, idempotency_key=key)
    sent = say(client, poll, first, D, idempotency_key=key)
    assert sent.location == f"/en/polls/{poll.slug}/statements?statement={first}#statement"
    assert "please vote again" in client.get(sent.location).text


def test_a_paused_poll_says_that_nothing_was_counted(
    client: Browser, poll: Poll, write: Opener
) -> None:
    with write() as session:
        change_state(session, None, poll.id, PollState.PAUSED, now=NOW)
    sent = say(client, poll, poll.questions[0].options[0].id, A)
    assert "your vote was not counted" in client.get(sent.location).text


def test_a_closed_poll_leads_to_its_opinions(client: Browser, poll: Poll, write: Opener) -> None:
    with write() as session:
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    sent = client.get(f"/en/polls/{poll.slug}/statements")
    assert sent.location == f"/en/polls/{poll.slug}/opinions"


def test_the_polls_own_address_leads_to_its_statements(client: Browser, poll: Poll) -> None:
    sent = client.get(f"/en/polls/{poll.slug}")
    assert sent.location == f"/en/polls/{poll.slug}/statements"


def test_somebody_suggests_a_statement_and_sees_it_wait(client: Browser, poll: Poll) -> None:
    url = f"/en/polls/{poll.slug}/statements/suggest"
    assert client.send(url, {"text": ""}).status_code == 422
    assert client.send(url, {"text": "Let us go by bus."}).status_code == 303
    page = client.get(url).text
    assert "Let us go by bus." in page
    assert "Waiting for a moderator" in page


def test_the_receipt_page_names_each_vote(client: Browser, poll: Poll) -> None:
    say(client, poll, poll.questions[0].options[0].id, D)
    page = client.get(f"/en/polls/{poll.slug}/answered").text
    assert "Disagree: Cities should begin the exchange." in page
