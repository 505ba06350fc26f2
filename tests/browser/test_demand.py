"""The evening in a browser: the desk follows a poll, one press brings a lesson, a path says why."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from hanmadang.kernel.db import transaction
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.test_evening import Made, _made, answer
from tests.browser.visitor import Journal
from tests.factories.polls import INTEREST, make_poll
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FEW, HALL = 28, 109
GOAL_MS = 2_000
REASON = {
    "ko": "참여하신 설문에서 110명 가운데 75%가 ‘문화와 언어’를 더 알고 싶다고 답했습니다.",
    "en": "75% of the 110 people in your poll asked for “Culture and language”.",
}


@pytest.fixture(params=[("ko", True), ("en", True), ("en", False)])
def evening(
    request: pytest.FixtureRequest, sample_city: City, chromium: Browser
) -> Iterator[Journey]:
    """An editor and somebody of the hall, with and without script."""
    language, javascript = request.param
    journal = Journal()
    way = Way(language, PHONE, javascript=javascript)
    with journey(sample_city, chromium, way, journal) as begun:
        yield begun
    assert journal.faults == []


def asked(city: City) -> Made:
    """An open poll about topics."""
    with city.house.app.app_context(), transaction() as session:
        return _made(make_poll(session, INTEREST))


def voted(city: City, poll: Made, phones: range) -> None:
    """Three of four ask for culture, the others for history."""
    with ThreadPoolExecutor(4) as room:
        list(room.map(lambda n: answer(city, poll, 1 if n % 4 else 0), phones))


def test_an_evening_from_the_hall_to_the_path(evening: Journey) -> None:
    city, poll = evening.city, asked(evening.city)
    visitor, editor = evening.person("visitor"), evening.staff("Administrator")
    visitor.go(f"/polls/{poll.slug}")
    visitor.main.locator('input[type="checkbox"]').nth(1).check()
    visitor.press("Send my answers")
    visitor.main.locator('input[name="consent"]').check()
    visitor.press("Use for my path")
    voted(city, poll, range(1, FEW + 1))
    editor.go("/desk/demand")
    editor.sees("Figures stand here from %(least)s answers on.", least=30)
    editor.look("desk-few")
    voted(city, poll, range(FEW + 1, HALL + 1))
    if not evening.way.javascript:
        editor.go("/desk/demand")
    shown = editor.word("about %(count)s of %(n)s", count="[78]0", n="1[01]0")
    expect(editor.main).to_contain_text(re.compile(shown), timeout=GOAL_MS)
    editor.look("desk-live")
    editor.go(f"/desk/polls/{poll.id}/close")
    editor.press("Close the poll for good")
    editor.go("/desk/demand")
    editor.look("desk-suggestion")
    editor.main.locator("#suggestions ~ ul button").first.click()
    editor.sees("A lesson follows")
    visitor.go("/my-path")
    visitor.reads(REASON[evening.language])
    visitor.look("path-with-group")
    visitor.go(f"/polls/{poll.slug}/results")
    visitor.follow(visitor.word("What people asked to learn here, and what became of it"))
    visitor.sees("Fewer than 10 people have begun it since.")
    visitor.look("came-of-it")
    visitor.go("/demand")
    visitor.sees("What the city asks for")
    visitor.look("public-demand")
