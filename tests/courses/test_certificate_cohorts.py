"""The certificate of a cohort: its own words on paper, in the badge, and where it is checked."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.models import Certificate, CohortKind, Course
from hanmadang.courses.privacy import erase_of
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Account
from tests.conftest import Browser
from tests.courses.conftest import NOW
from tests.courses.graduates import graduate, printed
from tests.courses.reading import page
from tests.courses.test_certificate_pages import text_of
from tests.factories.courses import text
from tests.factories.runs import join, make_cohort
from tests.support.pdf_ua import faults

SignIn = Callable[..., Browser]
pytestmark = pytest.mark.usefixtures("school")
CITIZEN = frozenset({Role.CITIZEN})
KOREAN, ENGLISH = "해외 도시 공무원 과정", "Programme for civic officers of overseas cities"


@pytest.fixture
def officer(sign_in: SignIn, write: Any) -> Browser:
    """A member of a cohort that is held in English first."""
    return member(sign_in, write, CohortKind.OFFICERS)


def member(sign_in: SignIn, write: Any, kind: CohortKind) -> Browser:
    browser = sign_in()
    with write() as session:
        account = session.get_one(Account, browser.account_id)  # type: ignore[attr-defined]
        course = session.scalars(select(Course.id)).one()
        label = text(KOREAN, ENGLISH)
        cohort = make_cohort(session, course, kind=kind, language="en", label=label)
        join(session, cohort, Viewer(account.id, account.name, "ko", CITIZEN), NOW)
    return browser


def credential(browser: Browser, number: str) -> Any:
    return browser.get(f"/certificates/{number}/badge.json").get_json()["credentialSubject"]


def test_it_is_offered_in_english_first_and_says_for_whom(officer: Browser) -> None:
    number = graduate(officer, name="Ana Lee")
    html = page(officer, f"/ko/my/certificates/{number}")
    assert 'name="language" value="en" checked' in html
    assert 'name="items" value="cohort" checked' in html


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("ko", KOREAN)])
def test_the_pdf_says_it_in_the_language_of_the_copy(
    officer: Browser, language: str, words: str
) -> None:
    number = graduate(officer, name="Ana Lee")
    _code, file = printed(officer, number, language=language, items=["name", "cohort"])
    assert words in text_of(file)
    assert faults(file) == []
    _code, plain = printed(officer, number, language=language, items=["name"])
    assert words not in text_of(plain)


def test_the_paper_can_be_compared(officer: Browser, client: Browser) -> None:
    number = graduate(officer, name="Ana Lee")
    code, _file = printed(officer, number, language="en", items=["cohort"])
    assert f'<p lang="en">{ENGLISH}</p>' in page(client, f"/ko/certificates/{number}?code={code}")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_that_checks_it_names_it_in_english_first(
    officer: Browser, client: Browser, language: str
) -> None:
    number = graduate(officer)
    html = page(client, f"/{language}/certificates/{number}")
    assert 0 < html.index(ENGLISH) < html.index(KOREAN)


def test_the_badge_says_it_in_english_first(officer: Browser, client: Browser) -> None:
    number = graduate(officer)
    assert credential(client, number)["narrative"] == f"{ENGLISH}\n\n{KOREAN}"


def test_the_holder_may_keep_it_to_themselves(officer: Browser, client: Browser) -> None:
    number = graduate(officer)
    officer.send(f"/ko/my/certificates/{number}/shown", {"shown": []})
    assert ENGLISH not in page(client, f"/en/certificates/{number}")
    assert "narrative" not in credential(client, number)


def test_nobody_s_school_is_shown_unasked(sign_in: SignIn, client: Browser, write: Any) -> None:
    pupil = member(sign_in, write, CohortKind.SCHOOL)
    number = graduate(pupil)
    assert ENGLISH not in page(client, f"/en/certificates/{number}")
    pupil.send(f"/ko/my/certificates/{number}/shown", {"shown": ["cohort"]})
    assert ENGLISH in page(client, f"/en/certificates/{number}")


def test_after_erasure_nothing_is_said_of_it(officer: Browser, client: Browser, write: Any) -> None:
    number = graduate(officer)
    with write() as session:
        certificate = session.scalars(select(Certificate)).one()
        erase_of(session, certificate.account_id, NOW)
        session.refresh(certificate)
        assert certificate.cohort is None
    assert ENGLISH not in page(client, f"/en/certificates/{number}")
