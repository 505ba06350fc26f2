"""People who finish the course of the tests, and what they find."""

import re
from typing import Any

from hanmadang.courses import domain
from hanmadang.courses.models import Certificate
from hanmadang.kernel.permissions import Viewer
from tests.conftest import Browser
from tests.courses.conftest import NOW, Classroom
from tests.courses.reading import UNIT

ANSWERS = {"first": [1], "second": [0, 2], "third": [1]}


def finish(session: Any, room: Classroom, person: Viewer | None = None) -> Certificate:
    """Meet every condition; returns the certificate."""
    viewer = person or room.citizen
    domain.complete(session, viewer, room.units[0], now=NOW)
    two = {slug: ANSWERS[slug] for slug in ("first", "second")}
    domain.answer(session, viewer, room.units[1], two, key="two", now=NOW)
    domain.answer(session, viewer, room.units[2], {"third": [1]}, key="three", now=NOW)
    return certificate_of(session, viewer.id)


def certificate_of(session: Any, account_id: int) -> Certificate:
    """The only certificate of that person that was not replaced."""
    found = session.query(Certificate).filter_by(account_id=account_id, state="issued")
    certificate: Certificate = found.one()
    return certificate


def graduate(browser: Browser, name: str = "김한별") -> str:
    """Finish the course in the browser and write the name; returns the number."""
    browser.send(f"{UNIT}/one/done")
    browser.send(f"{UNIT}/two/answer", {"q-first": "1", "q-second": ["0", "2"]})
    browser.send(f"{UNIT}/three/answer", {"q-third": "1"})
    place = browser.get("/ko/courses/division/certificate").headers["Location"]
    number = place.rpartition("/")[2]
    if name:
        assert browser.send(f"/ko/my/certificates/{number}", {"name": name}).status_code == 303
    return number


def printed(browser: Browser, number: str, **choice: Any) -> tuple[str, bytes]:
    """Print a copy; returns its code and the file."""
    fields = {"language": "ko", "items": ["name", "date", "minutes"], **choice}
    answer = browser.send(f"/ko/my/certificates/{number}/copies", fields)
    place = answer.headers["Location"]
    file = browser.get(place)
    assert file.status_code == 200, file.text
    found = re.search(r"/copies/([A-Z0-9]+)\.pdf$", place)
    assert found is not None, place
    return found[1], file.data
