"""My path by keyboard with script, and without script: acts and their way back, the pre-test."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal, Visitor
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WAYS = (Way("ko", keys=True), Way("en", PHONE, javascript=False), Way("ko", PHONE))


@pytest.fixture(params=WAYS, ids=str)
def walk(sample_city: City, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """A walk through my path; every page looked at is whole."""
    journal = Journal()
    with journey(sample_city, chromium, request.param, journal) as begun:
        yield begun
    assert journal.faults == []


def _open_acts(visitor: Visitor) -> None:
    visitor.activate(visitor.main.locator("details.acts summary").first)


def test_acts_and_their_way_back(walk: Journey) -> None:
    visitor = walk.person("visitor")
    visitor.go("/my-path")
    visitor.look("path")
    first = visitor.main.locator("#next-title").inner_text()
    _open_acts(visitor)
    visitor.press("Set it aside")
    expect(visitor.main.locator("#next-title")).not_to_have_text(first)
    visitor.sees("What you decided")
    visitor.look("path-aside")
    visitor.press("Undo")
    expect(visitor.main.locator("#next-title")).to_have_text(first)
    _open_acts(visitor)
    visitor.press("Pin it")
    visitor.sees("Pinned")
    visitor.look("path-pinned")


def test_the_pretest_is_left_and_ended(walk: Journey) -> None:
    visitor = walk.person("visitor")
    visitor.go("/my-path/pretest")
    visitor.look("pretest")
    visitor.press("Begin")
    visitor.look("pretest-question")
    visitor.press("I don’t know")
    visitor.sees("Question %(n)s of at most %(most)s", n=2, most=8)
    visitor.go("/my-path")
    visitor.go("/my-path/pretest")
    visitor.press("Stop here and see the result")
    visitor.sees("What your pre-test showed")
    visitor.look("pretest-result")


def test_the_path_follows_the_wishes(walk: Journey) -> None:
    visitor = walk.person("visitor")
    visitor.go("/my-path")
    steps = visitor.main.locator(".path__step")
    before = steps.count()
    minutes = visitor.main.locator("#minutes")
    if walk.way.javascript:
        minutes.focus()
        visitor.page.keyboard.press("Home")
        expect(visitor.main.locator('output[for="minutes"]')).to_have_text("10")
        visitor.page.keyboard.press("Tab")
        expect(visitor.main.locator("[data-path-said]")).not_to_be_empty()
    else:
        minutes.fill("10")
        visitor.press("Update my path")
        visitor.sees("Saved. Your path follows it now.")
    expect(steps).not_to_have_count(before)
    visitor.look("path-short")


def test_the_calendar_and_the_sheet(walk: Journey) -> None:
    citizen = walk.sign_up("citizen", {"ko": "하나", "en": "Hana"}[walk.language], "reminders")
    citizen.go("/my-path/calendar")
    citizen.press("Make an address")
    expect(citizen.main.locator("#feed-url")).to_have_value(re.compile(r"/my-path/feed/.+\.ics$"))
    citizen.look("path-calendar")
    citizen.go("/my-path/print")
    citizen.look("path-print")
