"""Floods are turned away with words, and nothing typed is lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.factory import create_app
from hanmadang.kernel import limits
from hanmadang.polls.models import Poll
from hanmadang.polls.models_audience import AudienceQuestion
from hanmadang.settings import Settings
from tests.conftest import Browser
from tests.factories.audience import make_sitting

Opener = Callable[[], Any]
A_MINUTE = 6


@pytest.fixture
def guarded(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The same house with its limits on."""
    house = create_app(replace(settings, limits=True))
    house.test_client_class = Browser
    yield house
    limits._limiter.enabled = False


def ask(browser: Any, poll: Poll, text: str, language: str = "en") -> Any:
    return browser.send(f"/{language}/polls/{poll.slug}/questions", {"text": text})


def test_a_device_that_asks_too_often_keeps_its_text(
    guarded: Flask, write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_sitting(session)
    browser = guarded.test_client()
    statuses = [ask(browser, poll, f"{n}?").status_code for n in range(A_MINUTE)]
    late = ask(browser, poll, "한 번 더?", "ko")
    assert (set(statuses), late.status_code) == ({303}, 429)
    assert "한 번 더?</textarea>" in late.text
    assert "짧은 시간에 질문을 여러 번 보내셨습니다." in late.text
    assert ask(guarded.test_client(), poll, "Another seat?").status_code == 303
    with read() as session:
        assert session.scalar(select(func.count(AudienceQuestion.id))) == A_MINUTE + 1


def test_a_flood_at_what_is_not_there_learns_nothing(guarded: Flask) -> None:
    browser: Any = guarded.test_client()
    statuses = {browser.send("/en/polls/none/questions").status_code for _ in range(A_MINUTE + 2)}
    assert statuses == {404}
