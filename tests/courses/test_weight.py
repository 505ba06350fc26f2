"""What a lesson weighs on its way to a phone: without fonts and pictures, 100 KB at most."""

import re
from collections.abc import Callable

import pytest

from hanmadang.demo.load import load
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
