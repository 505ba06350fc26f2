"""The three sample courses, each from its first page to a certificate that anybody can check.

In Korean on a phone, in English without script, and switching language halfway.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Module,
    Question,
    Unit,
    VersionState,
)
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


WAYS = (
    Taken("division-and-armistice", Way("ko", PHONE)),
    Taken("everyday-life", Way("en", DESK, javascript=False)),
    Taken("city-to-city-exchange", Way("ko", DESK), then="en"),
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
    citizen = walk.sign_up("citizen", {"ko": "민지", "en": "Minji"}[walk.language])
    citizen.go(f"/courses/{how.course}")
    citizen.press("Start the course")
    units = _units(walk, how.course)
    for place, (module, unit) in enumerate(units):
        if how.then and place == len(units) // 2:
            citizen.language = how.then
        citizen.go(f"/courses/{how.course}/{module}/{unit}")
        _do(walk, citizen, how.course, unit)
    citizen.sees("You have met every condition of the course. Your certificate is ready.")
    number = _named(citizen, how.course)
    _printed(citizen, number)
    _checked(walk, number)


def _units(walk: Journey, course: str) -> list[tuple[str, str]]:
    with walk.city.records() as records:
        rows = records.execute(
            select(Module.slug, Unit.slug)
            .join(Unit, Unit.module_id == Module.id)
            .join(CourseVersion, CourseVersion.id == Unit.version_id)
            .join(Course, Course.id == CourseVersion.course_id)
            .where(Course.slug == course, CourseVersion.state == VersionState.PUBLISHED.value)
            .order_by(Unit.position)
        )
        return [(row[0], row[1]) for row in rows]


def _do(walk: Journey, citizen: Visitor, course: str, unit: str) -> None:
    """Answer each question of the unit right, or say that it was read."""
    with walk.city.records() as records:
        asked = records.execute(
            select(Question.slug, Question.body)
            .join(Unit, Unit.id == Question.unit_id)
            .join(CourseVersion, CourseVersion.id == Unit.version_id)
            .join(Course, Course.id == CourseVersion.course_id)
            .where(Course.slug == course, Unit.slug == unit)
        ).all()
    if not asked:
        citizen.press("I have read this")
        return
    for slug, body in asked:
        for index, option in enumerate(body["options"]):
            if option["correct"]:
                citizen.choose(f"q-{slug}", str(index))
    citizen.press("Check my answers")
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
    citizen.main.locator('input[type="file"]').set_input_files(path)
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
