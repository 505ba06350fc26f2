"""What somebody sends who does not use our pages: each door answers, and none breaks."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from hanmadang.courses.models import Passage, QuestionKind
from hanmadang.courses.specs import QuizSpec
from hanmadang.factory import create_app
from hanmadang.kernel.ids import new_secret
from hanmadang.kernel.permissions import Role
from hanmadang.settings import Settings
from tests.conftest import Browser
from tests.courses.reading import UNIT, Write
from tests.factories import courses as make
from tests.factories.course_kinds import QUESTIONS

SignIn = Callable[..., Browser]
HUGE = 10**30
DAWN = "0001-01-01T00:00:00+14:00"
"""A moment that no other zone can say."""


@pytest.mark.parametrize(
    "path",
    [
        f"/badges/status/{HUGE}",
        f"/ko/my/review/{HUGE}",
        f"/ko/my/notes/{HUGE}/delete",
        f"/ko/my/review/{HUGE}/answer",
    ],
)
def test_a_number_that_no_row_can_have_is_not_found(
    sign_in: SignIn, school: None, path: str
) -> None:
    citizen = sign_in()
    posted = path.endswith(("delete", "answer"))
    assert (citizen.send(path) if posted else citizen.get(path)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/ko/desk/courses/{}", "/ko/desk/courses/{}/trail", "/ko/desk/courses/units/{}",
        "/ko/desk/courses/modules/{}", "/ko/desk/courses/versions/{}", "/ko/desk/courses/bank/{}",
        "/ko/desk/courses/imports/{}", "/ko/desk/courses/runs/{}/edit",
        "/ko/desk/courses/learners/runs/{}", "/ko/desk/courses/bank?unit={}",
    ],
)  # fmt: skip
def test_the_desk_does_not_know_it_either(sign_in: SignIn, school: None, path: str) -> None:
    assert sign_in(Role.ORGANIZER).get(path.format(HUGE)).status_code in {200, 404}


def test_a_clock_from_before_time_is_no_hint(sign_in: SignIn, school: None) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    answer = citizen.send(f"{UNIT}/one/place", {"block": "1", "client_at": DAWN})
    assert answer.status_code == 303


@pytest.mark.parametrize("kind", list(QuestionKind))
@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e308", "9" * 400])
def test_a_device_may_tell_any_number(
    sign_in: SignIn, write: Write, kind: QuestionKind, number: str
) -> None:
    question = next(each for each in QUESTIONS if each.kind is kind)
    with write() as session:
        make.publish(session, make.course(make.unit("one", [question])))
    event = {
        "k": "key-of-an-answer", "e": "answered", "c": "division", "m": "start", "u": "one",
        "v": 1, "t": "2026-11-22T10:00:00+00:00", "q": question.slug, "r": ["N"],
    }  # fmt: skip
    told = json.dumps({"hanmadang": 1, "events": [event]}).replace('"N"', number)
    answer = sign_in().send("/ko/my/offline", {"code": told})
    assert answer.status_code in {200, 303, 422}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_edge_of_time_is_refused_or_taken(
    sign_in: SignIn, write: Write, day: str
) -> None:
    with write() as session:
        version = make.publish(session, make.course(make.unit("one")))
        course_id = version.course_id
    desk = sign_in(Role.ORGANIZER)
    desk.send(f"/ko/desk/courses/{course_id}/draft")
    answer = desk.send(f"/ko/desk/courses/{course_id}/submit", {"effective": day, "note": "x"})
    assert answer.status_code < 500


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_run_at_the_edge_of_time_is_refused(sign_in: SignIn, write: Write, year: str) -> None:
    with write() as session:
        course_id = make.publish(session, make.course(make.unit("one"))).course_id
    days = dict.fromkeys(("opens", "closes", "starts", "ends"), f"{year}-01-01T00:00")
    fields = {"course": course_id, "title_ko": "봄", "title_en": "Spring", "zone": "Asia/Seoul"}
    answer = sign_in(Role.ORGANIZER).send("/ko/desk/courses/runs/new", fields | days)
    assert answer.status_code < 500


def test_the_search_tells_no_question_of_a_quiz_that_counts(client: Browser, write: Write) -> None:
    with write() as session:
        asked = [make.question("first"), make.question("second")]
        quiz = QuizSpec(attempts=2, draw=1)
        make.publish(session, make.course(make.unit("one", asked, quiz=quiz)))
    with write() as session:
        anchors = {each.anchor for each in session.query(Passage)}
    assert not {each for each in anchors if each.startswith("question-")}


@pytest.mark.parametrize("door", ["/ko/my/offline", "/ko/my/courses/take-over"])
def test_another_device_cookie_gives_no_more_tries(
    sign_in: SignIn, settings: Settings, school: None, door: str
) -> None:
    house = create_app(replace(settings, limits=True))
    house.test_client_class = Browser
    browser, citizen = house.test_client(), sign_in()
    assert isinstance(browser, Browser)
    cookie = citizen.get_cookie("hm_session")
    assert cookie
    browser.set_cookie("hm_session", cookie.value)
    codes = []
    for _ in range(61):
        browser.set_cookie("hm_device", new_secret())
        codes.append(browser.send(door, {"code": "{}", "events": "{}"}).status_code)
    assert codes == [422] * 60 + [429]
