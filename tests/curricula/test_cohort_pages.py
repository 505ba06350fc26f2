"""The composer's desk and the member's page, in both languages and without script."""

import html
import re
from typing import Any

import pytest

from hanmadang.courses.models import Cohort
from hanmadang.curricula.domain import cohorts
from hanmadang.kernel.permissions import Role, Viewer
from tests.conftest import Browser
from tests.curricula.browsing import SignIn
from tests.curricula.conftest import Opener
from tests.factories.curricula import publish_shelf
from tests.factories.runs import ADMIN, NOW, join, make_cohort


@pytest.fixture
def cohort_id(write: Opener) -> int:
    """A cohort without a curriculum."""
    with write() as session:
        return make_cohort(session, publish_shelf(session).course_id).id


@pytest.fixture
def composer(sign_in: SignIn) -> Browser:
    """Somebody who manages every cohort."""
    return sign_in(Role.ADMINISTRATOR)


def version_on(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def press(browser: Browser, cohort_id: int, language: str, to: str) -> Any:
    desk = f"/{language}/desk/cohorts/{cohort_id}/curriculum"
    version = version_on(browser.get(desk).text)
    return browser.send(f"{desk}/state", {"to": to, "version": version})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", ("교육과정 만들기", "응답 반영 중", "확정됨", "배정됨")),
        ("en", ("Begin a curriculum", "Follows the answers", "Frozen", "Assigned")),
    ],
)
def test_a_curriculum_from_its_beginning_to_its_members(
    language: str, said: tuple[str, ...], composer: Browser, cohort_id: int
) -> None:
    desk = f"/{language}/desk/cohorts/{cohort_id}/curriculum"
    begin, draft, frozen, assigned = said
    assert begin in composer.get(desk).text
    assert composer.send(desk, {"begin": "1"}).status_code == 303
    assert draft in composer.get(desk).text
    assert press(composer, cohort_id, language, "frozen").status_code == 303
    assert frozen in composer.get(desk).text
    assert press(composer, cohort_id, language, "assigned").status_code == 303
    assert assigned in composer.get(desk).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"minutes": "29"}, "30분에서 3,000분 사이로 입력해 주세요."),
        ({"minutes": "viele"}, "30분에서 3,000분 사이로 입력해 주세요."),
        ({"finish_by": "2020-01-01"}, "오늘 이후의 날짜를 골라 주세요."),
        ({"finish_by": "morgen"}, "2026-11-30"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    composer: Browser, cohort_id: int, fields: dict[str, str], said: str
) -> None:
    desk = f"/ko/desk/cohorts/{cohort_id}/curriculum"
    composer.send(desk, {"begin": "1"})
    sent = composer.send(desk, {"minutes": "60", "poll": "0", "version": "1"} | fields)
    assert sent.status_code == 422
    assert said in html.unescape(sent.text)


def test_a_stale_page_is_told_and_keeps_what_was_typed(composer: Browser, cohort_id: int) -> None:
    desk = f"/en/desk/cohorts/{cohort_id}/curriculum"
    composer.send(desk, {"begin": "1"})
    typed = {"minutes": "75", "poll": "0", "version": "1"}
    assert composer.send(desk, typed).status_code == 303
    stale = composer.send(desk, typed | {"minutes": "90"})
    assert stale.status_code == 409
    assert 'value="90"' in stale.text


def test_members_see_lessons_with_reasons_and_what_is_next(
    write: Opener, sign_in: SignIn, cohort_id: int
) -> None:
    member, stranger = sign_in(), sign_in()
    mine = f"/en/my/cohorts/{cohort_id}/curriculum"
    with write() as session:
        assign(session, cohort_id, member.account_id)  # type: ignore[attr-defined]
    page = html.unescape(member.get(mine).text)
    assert "What Class 3-2 learns" in page
    assert "Go on: " in page
    assert "There are not enough answers of the group on" in page
    assert f'href="{mine}"' in member.get("/en/my/cohorts").text
    assert stranger.get(mine).status_code == 404


def assign(session: Any, cohort_id: int, account_id: int) -> None:
    member = Viewer(account_id, locale="ko", roles=frozenset({Role.CITIZEN}))
    join(session, session.get_one(Cohort, cohort_id), member)
    cohorts.begin(session, ADMIN, cohort_id, now=NOW)
    cohorts.freeze(session, ADMIN, cohort_id, version=1, now=NOW)
    cohorts.assign(session, ADMIN, cohort_id, version=2, now=NOW)


def test_the_spreadsheet_says_why(composer: Browser, cohort_id: int) -> None:
    desk = f"/en/desk/cohorts/{cohort_id}/curriculum"
    composer.send(desk, {"begin": "1"})
    sheet = composer.get(f"{desk}.csv")
    assert sheet.mimetype == "text/csv"
    assert "There are not enough answers of the group on" in sheet.text
