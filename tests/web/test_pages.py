"""Home, errors, health: both languages, with and without content."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.reminders.jobs.chores import beat
from tests.conftest import Browser


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", "아직 예정된 행사가 없습니다"), ("en", "Nothing is announced yet")],
)
def test_empty_home_page_says_so(client: Browser, language: str, words: str) -> None:
    assert words in client.get(f"/{language}/").text


def test_home_page_costs_few_statements(client: Browser, count_queries: Callable[[], Any]) -> None:
    with count_queries() as statements:
        client.get("/ko/")
    assert len(statements) <= 9


@pytest.mark.parametrize("path", ["privacy", "accessibility", "promises"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_standing_pages_are_there(client: Browser, language: str, path: str) -> None:
    assert client.get(f"/{language}/{path}").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "페이지를 찾을 수 없습니다"), ("en", "This page does not exist")]
)
def test_missing_page_says_what_to_do(client: Browser, language: str, words: str) -> None:
    page = client.get(f"/{language}/nothing-here")
    assert page.status_code == 404
    assert words in page.text
    assert f'href="/{language}/"' in page.text


def test_navigation_marks_where_one_is(client: Browser) -> None:
    page = client.get("/en/events").text
    menu = page[page.index("<nav") : page.index("</nav>")]
    assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == ["/en/events"]


def test_language_switch_keeps_the_page(client: Browser) -> None:
    assert 'href="/en/events?kind=forum"' in client.get("/ko/events?kind=forum").text


def test_process_answers_that_it_lives(client: Browser) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_house_without_scheduler_is_not_ready(client: Browser) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.text)["checks"] == {
        "database": True,
        "scheduler": False,
        "outbox": True,
    }


def test_house_is_ready_for_thirty_seconds_after_each_beat(client: Browser, write: Any) -> None:
    with write() as session:
        beat(session, "scheduler", clock.now())
    assert client.get("/readyz").status_code == 200
    with clock.frozen(clock.now() + timedelta(seconds=31)):
        assert client.get("/readyz").status_code == 503


def test_metrics_are_for_this_machine_and_operators(
    client: Browser, sign_in: Callable[..., Browser]
) -> None:
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 404
    assert "hanmadang_up" in client.get("/metrics").text
    operator = sign_in(Role.ADMINISTRATOR)
    assert operator.get("/metrics", environ_overrides=elsewhere).status_code == 200
