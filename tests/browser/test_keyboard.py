"""Booking and answering with Tab, Enter and Space alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from hanmadang.polls.models import Poll
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CONCERT = "songs-of-north-and-south"
MOST_TABS = 60
POLL = "tonight-songs-of-north-and-south"


@pytest.fixture
def walk(sample_city: City, chromium: Browser) -> Iterator[Journey]:
    """A walk on which the mouse is left at home."""
    with journey(sample_city, chromium, Way("ko"), Journal()) as begun:
        yield begun


def tab_to(page: Page, text: str) -> None:
    """Tab until the focus stands, visibly, on what reads `text`."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and text in focused.evaluate(
            "e => e.labels?.[0]?.innerText || e.innerText"
        ):
            expect(focused).to_be_in_viewport()
            return
    pytest.fail(f"no Tab leads to {text!r}")


def test_skip_link_comes_first(walk: Journey) -> None:
    visitor = walk.person("visitor")
    visitor.go("/")
    tab_to(visitor.page, visitor.word("Skip to main content"))
    visitor.page.keyboard.press("Enter")
    expect(visitor.main).to_be_focused()


def test_books_a_seat(walk: Journey) -> None:
    citizen = walk.person("citizen")
    citizen.go("/demo")
    press(citizen, citizen.word("Continue as: %(name)s", name=citizen.word("Citizen")))
    citizen.sees("You are signed in as: %(name)s", name=citizen.word("Citizen"))
    citizen.go(f"/events/{CONCERT}")
    press(citizen, citizen.word("Book a seat"))
    citizen.sees("A seat is yours")


def test_answers_a_poll(walk: Journey, sample_city: City) -> None:
    visitor = walk.person("visitor")
    with sample_city.records() as records:
        poll = records.scalars(
            select(Poll).where(Poll.slug == "tonight-songs-of-north-and-south")
        ).one()
        slug = poll.slug
        first = [question.options[0].label.shown("ko").text for question in poll.questions]
    visitor.go(f"/polls/{slug}")
    for label in first:
        tab_to(visitor.page, label)
        visitor.page.keyboard.press("Space")
        expect(visitor.page.locator(":focus")).to_be_checked()
    press(visitor, visitor.word("Send my answers"))
    visitor.sees("Thank you. Your answers count.")


def press(visitor: Visitor, text: str) -> None:
    """Tab to a button or link and press Enter."""
    tab_to(visitor.page, text)
    visitor.page.keyboard.press("Enter")
