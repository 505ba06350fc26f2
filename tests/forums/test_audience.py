"""A forum's page leads to its audience questions, and they lead back."""

from collections.abc import Callable
from typing import Any

import pytest

from hanmadang.kernel.permissions import Role
from hanmadang.polls.models import PollState
from hanmadang.polls.models_audience import SittingState
from tests.conftest import Browser
from tests.factories.audience import make_sitting, put_question
from tests.factories.forums import make_forum

Opener = Callable[[], Any]


@pytest.fixture
def forum(write: Opener) -> str:
    with write() as session:
        return str(make_forum(session).slug)


def test_a_forum_leads_to_its_questions_and_they_lead_back(
    client: Browser, write: Opener, forum: str
) -> None:
    with write() as session:
        poll = make_sitting(session, event=forum)
        put_question(session, poll)
    page = client.get(f"/ko/forums/{forum}").text
    assert f'href="/ko/polls/{poll.slug}/questions"' in page
    assert "질문하기" in page
    assert "등록된 질문 1개" in page
    assert f'href="/en/forums/{forum}"' in client.get(f"/en/polls/{poll.slug}/questions").text


def test_a_forum_does_not_lead_to_what_is_hidden_or_elsewhere(
    client: Browser, write: Opener, forum: str
) -> None:
    with write() as session:
        make_sitting(session, event=forum, state=SittingState.OFF)
        make_sitting(session, event=forum, state_of_poll=PollState.DRAFT)
        make_sitting(session, event="another-forum")
    assert "/questions" not in client.get(f"/en/forums/{forum}").text


def test_a_closed_sitting_stays_to_be_read(client: Browser, write: Opener, forum: str) -> None:
    with write() as session:
        make_sitting(session, event=forum, state=SittingState.RESTING)
    page = client.get(f"/en/forums/{forum}").text
    assert "Questions from the audience" in page
    assert "Without an account" not in page


def test_moderators_name_the_forum_by_its_address(
    sign_in: Any, client: Browser, write: Opener, forum: str
) -> None:
    with write() as session:
        poll = make_sitting(session)
    address = f"http://localhost/ko/forums/{forum}/?from=mail"
    fields = {"state": "open", "naming": "free", "review": "before", "forum": address}
    desk = f"/en/desk/polls/{poll.id}/questions"
    assert sign_in(Role.ORGANIZER).send(f"{desk}/settings", fields).location == desk
    assert f"/polls/{poll.slug}/questions" in client.get(f"/en/forums/{forum}").text


def test_a_forum_that_is_not_public_is_not_named(sign_in: Any, write: Opener) -> None:
    with write() as session:
        draft = make_forum(session, published=False).slug
        poll = make_sitting(session, event=draft)
    fields = {"state": "open", "naming": "free", "review": "before", "forum": draft}
    moderator = sign_in(Role.ORGANIZER)
    assert moderator.send(f"/en/desk/polls/{poll.id}/questions/settings", fields).status_code == 422
    page = moderator.get(f"/en/polls/{poll.slug}/questions")
    assert (page.status_code, draft in page.text) == (200, False)
