"""What a page of courses weighs on its way to a phone: without fonts and pictures, 100 KB."""

import re
from collections.abc import Callable

import pytest

from hanmadang.demo.load import load
from hanmadang.kernel.permissions import Role
from tests.conftest import Browser
from tests.courses.reading import Write, page

MOST = 100_000


def weight(html: str, client: Browser) -> int:
    """The page's own bytes, and those of its style sheets and scripts as they travel."""
    named = re.findall(r'(?:href|src)="/static/([^"?]+\.(?:css|js))', html)
    files = {name for name in named if not name.startswith("vendor/pretendard")}
    packed = {"Accept-Encoding": "gzip"}
    beside = [len(client.get(f"/static/{name}", headers=packed).data) for name in files]
    return int(sum(beside, len(html.encode())))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_lesson_of_the_sample_is_light(
    sign_in: Callable[..., Browser], write: Write, client: Browser, language: str
) -> None:
    with write() as session:
        load(session)
    index = page(client, f"/{language}/courses")
    courses = set(re.findall(rf'href="(/{language}/courses/[a-z-]+)"', index))
    assert len(courses) >= 3
    units = {
        unit
        for course in courses
        for unit in re.findall(rf'href="({course}/[a-z0-9-]+/[a-z0-9-]+)"', page(client, course))
    }
    citizen = sign_in()
    heaviest = max(
        weight(page(browser, unit), client) for unit in units for browser in (client, citizen)
    )
    assert heaviest <= MOST


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pages_around_the_lessons_are_light(
    sign_in: Callable[..., Browser], write: Write, client: Browser, language: str
) -> None:
    with write() as session:
        load(session)
    citizen, author = sign_in(), sign_in(Role.ADMINISTRATOR)
    citizen.send(f"/{language}/courses/{COURSE}/start")
    shared = (
        "/courses",
        f"/courses/{COURSE}",
        f"/courses/{COURSE}/offline",
        "/search/courses?q=통일",
    )
    weights = {
        path: weight(page(browser, f"/{language}{path}"), client)
        for browser, paths in ((client, shared), (citizen, (*shared, *OWN)), (author, DESK))
        for path in paths
    }
    assert {path: heavy for path, heavy in weights.items() if heavy > MOST} == {}


COURSE = "division-and-armistice"
OWN = ("/my/courses", "/my/notes", "/my/offline", "/my/review")
DESK = ("/desk/courses", "/desk/courses/bank", "/desk/courses/teaching",
        f"/desk/courses/figures/{COURSE}", f"/desk/courses/export/{COURSE}")  # fmt: skip
