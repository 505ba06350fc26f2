"""Lessons with films, thoughts and concerts, as a citizen takes them: with and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from hanmadang.courses.models import Reflection, Watched
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal, Visitor
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WAYS = [
    Way("ko", PHONE),
    Way("en"),
    Way("en", PHONE, javascript=False),
    Way("ko", javascript=False),
]
ARMISTICE = "/courses/division-and-armistice"
FILM = f"{ARMISTICE}/the-armistice/line-and-zone"
FAMILIES = f"{ARMISTICE}/after-the-armistice/separated-families"
CONCERT = "/courses/city-to-city-exchange/cities-and-people/culture-and-sport"
SAID = {"ko": "잘 지내셨나요?", "en": "Are you well?"}


@pytest.fixture(params=WAYS, ids=str)
def walk(sample_city: City, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """One citizen, new each time."""
    journal = Journal()
    with journey(sample_city, chromium, request.param, journal) as begun:
        yield begun
    assert journal.faults == []


def test_a_citizen_takes_lessons_with_every_kind_of_part(walk: Journey) -> None:
    citizen = walk.sign_up(f"citizen-{walk.way}", "민지", "reminders")
    citizen.go(ARMISTICE)
    citizen.press("Start the course")
    _film(walk, citizen)
    _thoughts(walk, citizen)
    citizen.go(CONCERT)
    expect(citizen.main.locator(".living--event")).to_have_count(1)
    citizen.look("concert")


def _film(walk: Journey, citizen: Visitor) -> None:
    citizen.go(FILM)
    citizen.look("film")
    if not walk.way.javascript:
        return
    film = citizen.main.locator("video")
    stopped = film.evaluate(PLAY)
    other = {"ko": "en", "en": "ko"}[walk.language]
    with citizen.page.expect_response("**/watched"):
        film.evaluate("(video) => video.pause()")
    with walk.city.records() as records:
        row = records.scalars(select(Watched).order_by(Watched.account_id.desc())).first()
        assert row is not None
        assert 1 <= row.total <= stopped + 1
    citizen.page.goto(f"/{other}{FILM}")
    expect(citizen.main.locator("video")).to_have_attribute(
        "src", f"/media/{row.media}#t={row.stopped_at}"
    )
    citizen.go(FILM)


PLAY = """(video) => new Promise((played) => {
  video.addEventListener("timeupdate", () => video.currentTime > 2.5 && played(video.currentTime));
  video.muted = true;
  video.play();
})"""
"""Without a gesture, and so without sound, for some seconds."""


def _thoughts(walk: Journey, citizen: Visitor) -> None:
    words = f"{SAID[walk.language]} {walk.way}"
    citizen.go(FAMILIES)
    thoughts = citizen.main.locator('textarea[name="body"]')
    thoughts.fill(words)
    if walk.way.javascript:
        thoughts.blur()
        citizen.sees("Kept.")
    else:
        citizen.press("Keep my thoughts")
    citizen.go(FAMILIES)
    expect(thoughts).to_have_value(words)
    citizen.look("thoughts")
    with walk.city.records() as records:
        assert words in records.scalars(select(Reflection.body)).all()
