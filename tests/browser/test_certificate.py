"""The three sample courses, each from its first page to a certificate that anybody can check.

In Korean and in English on a phone, in English without script, switching language halfway, and by
keyboard alone from unit to unit, in English and then in Korean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import answering
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal, Visitor
from tests.support.browser import DESK, PHONE
from tests.support.pdf_ua import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Taken:
    """One course, one way of taking it."""

    course: str
    way: Way
    then: str = ""
    """The language for the second half, where it is another one."""

    def __str__(self) -> str:
        return f"{self.course}-{self.way}{'-' + self.then if self.then else ''}"


COURSES = ("division-and-armistice", "everyday-life", "city-to-city-exchange")
WAYS = tuple(
    Taken(course, Way(*way), then)
    for course in COURSES
    for way, then in (
        (("ko", PHONE), ""),
        (("en", PHONE), ""),
        (("en", DESK, False), ""),
        (("ko", DESK), "en"),
        (("en", DESK, True, True), "ko"),
    )
)


@pytest.fixture(params=WAYS, ids=str)
def taken(
    request: pytest.FixtureRequest, sample_city: City, chromium: Browser
) -> Iterator[tuple[Taken, Journey]]:
    """A walk in that way; whatever its pages complain about fails the test."""
    journal = Journal()
    with journey(sample_city, chromium, request.param.way, journal) as begun:
        yield request.param, begun
    assert journal.faults == []


def test_from_the_first_page_to_a_checked_certificate(taken: tuple[Taken, Journey]) -> None:
    how, walk = taken
    citizen = walk.sign_up(f"of-{how.course}", {"ko": "민지", "en": "Minji"}[walk.language])
    citizen.go("/courses")
    citizen.activate(citizen.main.locator(f'a[href$="/courses/{how.course}"]').first)
    citizen.press("Start the course")
    citizen.sees("Lesson text")
    units = answering.addresses(walk, how.course)
    for place, (unit, address) in enumerate(units.items()):
        if how.then and place == len(units) // 2:
            citizen.switch(how.then)
        _turn_to(citizen, address)
        citizen.look(unit)
        _do(walk, citizen, how.course, unit)
    citizen.sees("You have met every condition of the course. Your certificate is ready.")
    number = _named(citizen, how.course)
    _printed(citizen, number)
    _checked(walk, number)


def _turn_to(citizen: Visitor, address: str) -> None:
    """Open a unit: by its address or, by keyboard, from link to link."""
    if not citizen.keys:
        citizen.go(address)
        return
    if not citizen.path.partition("#")[0].endswith(address):
        citizen.activate(citizen.main.locator(f'a[href$="{address}"]').last)
    citizen.page.wait_for_url(re.compile(re.escape(address)))


def _do(walk: Journey, citizen: Visitor, course: str, unit: str) -> None:
    """Answer each question of the unit right, or say that it was read."""
    asked = answering.questions_of(walk, course, unit)
    if not asked:
        citizen.press("I have read this")
        return
    if answering.is_counted(citizen):
        answering.hand_in(walk, citizen, asked)
    else:
        answering.answer_all(citizen, asked)
    citizen.sees("You have done this unit.")


def _named(citizen: Visitor, course: str) -> str:
    """Open the certificate from the course's page and write the name; its number."""
    citizen.go(f"/courses/{course}")
    citizen.press("Your certificate")
    citizen.look("certificate-name")
    citizen.type(name="민지 Minji")
    citizen.press("Put this name on the certificate")
    citizen.sees("The name is on your certificate. Now choose what else it says.")
    citizen.look("certificate")
    return citizen.path.rpartition("/")[2]


def _printed(citizen: Visitor, number: str) -> None:
    citizen.choose("items", "score")
    citizen.press("Show how it will look")
    picture = citizen.main.locator("img.printing__page")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    with citizen.page.expect_download() as download:
        citizen.press("Download this as PDF")
    path = download.value.path()
    assert faults(path.read_bytes()) == []
    citizen.go(f"/certificates/{number}")
    citizen.hand_over(citizen.main.locator('input[type="file"]'), path)
    citizen.press("Compare the file")
    citizen.sees("The file is unchanged")
    citizen.look("certificate-checked")


def _checked(walk: Journey, number: str) -> None:
    """A stranger types the number from the paper."""
    stranger = walk.person("stranger")
    stranger.go("/certificates")
    stranger.type(number=number.replace("-", "").lower())
    stranger.press("Check")
    stranger.sees("This certificate is valid")
    expect(stranger.main).not_to_contain_text("Minji")
    stranger.look("certificate-public")
