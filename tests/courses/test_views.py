"""Lists, lessons and quizzes as citizens meet them, in Korean and English."""

from collections.abc import Callable
from typing import Any

import pytest

from hanmadang.courses.models import (
    Enrolment,
    LearningEvent,
    UnitProgress,
)
from tests.conftest import Browser
from tests.courses.conftest import NOW
from tests.courses.reading import UNIT, Write, checked, only, page, rows
from tests.factories import courses as make


def test_the_list_of_courses_in_both_languages(client: Browser, school: None) -> None:
    korean, english = page(client, "/ko/courses"), page(client, "/en/courses")
    assert "분단과 정전" in korean
    assert "15분" in korean
    assert "Division and armistice" in english
    assert "21 minutes" in english


def test_no_courses_is_said_kindly(client: Browser) -> None:
    assert "아직 강좌가 없습니다" in page(client, "/ko/courses")
    assert "There are no courses yet" in page(client, "/en/courses")


def test_a_card_shows_the_takers_progress(
    sign_in: Callable[..., Browser], school: None, client: Browser
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    assert "이어서 배우기" in page(citizen, "/ko/courses")
    assert "이어서 배우기" not in page(client, "/ko/courses")


def test_the_course_page_shows_its_units(client: Browser, school: None) -> None:
    html = page(client, "/en/courses/division")
    assert 'href="/en/courses/division/start/two"' in html
    assert "Good to know before:" in html
    assert "The meaning of families" in html
    assert "History" in html
    assert "Your progress" not in html


def test_a_course_that_is_not_there(client: Browser, school: None) -> None:
    assert client.get("/ko/courses/none").status_code == 404
    assert client.get("/ko/courses/division/start/none").status_code == 404


def test_starting_leads_to_the_first_unit(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    answer = sign_in().send("/en/courses/division/start")
    assert (answer.status_code, answer.location) == (303, "/en/courses/division/start/one")
    assert only(read, Enrolment).locale == "en"


def test_visitors_start_by_reading(client: Browser, school: None, read: Write) -> None:
    assert f'href="{UNIT}/one"' in page(client, "/ko/courses/division")
    answer = client.send("/ko/courses/division/start")
    assert answer.status_code == 303
    assert "courses" not in answer.location.split("?")[0]
    assert rows(read)["Enrolment"] == 0


def test_a_lesson_reads_in_korean_and_english(client: Browser, school: None) -> None:
    korean, english = page(client, f"{UNIT}/one"), page(client, "/en/courses/division/start/one")
    assert "<p>first 문단입니다.</p>" in korean
    assert "3강 중 1강" in korean
    assert "<p>This is paragraph first.</p>" in english
    assert "Unit 1 of 3" in english


def test_each_part_links_to_itself_in_the_other_language(client: Browser, school: None) -> None:
    html = page(client, f"{UNIT}/one")
    assert 'id="block-2"' in html
    assert 'href="/en/courses/division/start/one#block-2"' in html


def test_a_lesson_leads_on_and_back(client: Browser, school: None) -> None:
    html = page(client, f"{UNIT}/two")
    assert f'rel="prev" href="{UNIT}/one"' in html
    assert f'rel="next" href="{UNIT}/three"' in html


def test_a_lesson_names_its_sources(client: Browser, school: None) -> None:
    assert "A source, A body, 2020" in page(client, "/en/courses/division/start/one")


@pytest.mark.parametrize("amount", [1, 3])
def test_a_lesson_costs_seven_statements_one_for_notes_and_one_for_what_lies_beside_it(
    sign_in: Callable[..., Browser],
    write: Write,
    count_queries: Callable[[], Any],
    amount: int,
) -> None:
    questions = [make.question(f"q-{n}") for n in range(amount)]
    parts = [make.paragraph(str(n)) for n in range(amount)]
    with write() as session:
        make.publish(session, make.course(make.unit("one", questions, parts)))
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    page(citizen, f"{UNIT}/one")
    with count_queries() as statements:
        page(citizen, f"{UNIT}/one")
    assert len(statements) == 7


def test_a_visitor_is_told_right_from_wrong(client: Browser, school: None) -> None:
    answer = client.send("/en/courses/division/start/two/answer", {"q-first": "0"})
    assert answer.status_code == 200
    assert "Not right." in answer.text
    assert "Feedback A" in answer.text
    assert "Explanation first" in answer.text
    assert "Feedback B" not in answer.text
    assert "Your answers were checked. We keep nothing of them; this device can." in answer.text


def test_a_visitors_choices_stay_on_the_page(client: Browser, school: None) -> None:
    data = {"q-first": "1", "q-second": ["0", "2"]}
    html = client.send(f"{UNIT}/two/answer", data).text
    assert checked(html) == ["question-first-1", "question-second-0", "question-second-2"]
    assert "2문항 중 2문항을 맞혔습니다." in html


def test_a_visitors_answers_are_not_recorded(client: Browser, school: None, read: Write) -> None:
    page(client, f"{UNIT}/two")
    client.send(f"{UNIT}/two/answer", {"q-first": "1"})
    client.send(f"{UNIT}/one/done")
    client.send(f"{UNIT}/one/place", {"block": "2"})
    assert set(rows(read).values()) == {0}


def test_a_partly_right_combination_is_not_right_yet(client: Browser, school: None) -> None:
    html = client.send("/en/courses/division/start/two/answer", {"q-second": ["0"]}).text
    assert "Partly right." in html
    assert "You found 1 of 2 right answers." in html
    assert "0 of 2 right so far." in html


def test_an_empty_quiz_asks_for_an_answer(client: Browser, school: None) -> None:
    answer = client.send(f"{UNIT}/two/answer")
    assert answer.status_code == 422
    assert "한 문항 이상 답을 고른 뒤 다시 확인해 주세요." in answer.text
    assert 'id="quiz-error" role="alert"' in answer.text


@pytest.mark.parametrize("choice", ["9", "-1", "x", "²", "1e3", "99999999999"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_impossible_choice_is_refused(  # noqa: PLR0917  (fixtures are parameters)
    sign_in: Callable[..., Browser],
    client: Browser,
    school: None,
    read: Write,
    choice: str,
    signed_in: bool,
) -> None:
    browser = sign_in() if signed_in else client
    answer = browser.send(f"{UNIT}/two/answer", {"q-first": choice})
    assert answer.status_code == 422
    assert rows(read)["Answer"] == 0


def test_two_choices_of_one_are_refused(client: Browser, school: None) -> None:
    assert client.send(f"{UNIT}/two/answer", {"q-first": ["0", "1"]}).status_code == 422


def test_a_forged_answer_is_refused(client: Browser, school: None) -> None:
    assert client.post(f"{UNIT}/two/answer", data={"q-first": "1"}).status_code == 400


def test_the_first_answer_starts_the_course(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    answer = citizen.send(f"{UNIT}/two/answer", {"q-first": "1"})
    assert (answer.status_code, answer.location) == (303, f"{UNIT}/two#questions")
    assert rows(read) == {
        "Answer": 1, "Enrolment": 1, "LearningEvent": 1, "QuestionProgress": 1, "UnitProgress": 1,
    }  # fmt: skip


def test_answers_come_back_with_their_feedback(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    citizen.send(f"{UNIT}/two/answer", {"q-first": "0"})
    html = page(citizen, "/en/courses/division/start/two")
    assert checked(html) == ["question-first-0"]
    assert "Feedback A" in html
    assert "Check again" in html


def test_an_old_right_answer_still_counts_beside_a_new_wrong_one(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    for choice in ("1", "2"):
        citizen.send(f"{UNIT}/two/answer", {"q-first": choice})
    html = page(citizen, "/en/courses/division/start/two")
    assert checked(html) == ["question-first-2"]
    assert "You had it right before, and that still counts." in html


def test_going_back_and_choosing_again_is_a_new_try(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    for choice in ("0", "0", "1"):
        data = {"q-first": choice, "idempotency_key": "the-page-was-opened-once"}
        assert citizen.send(f"{UNIT}/two/answer", data).status_code == 303
    assert rows(read)["Answer"] == 2


def test_i_have_read_this_leads_to_the_next_unit(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    answer = citizen.send(f"{UNIT}/one/done")
    assert (answer.status_code, answer.location) == (303, f"{UNIT}/two")
    assert only(read, UnitProgress).state == "done"
    assert "‘one 단원’ 강의를 마쳤습니다." in page(citizen, answer.location)


def test_after_the_last_unit_comes_the_course(
    sign_in: Callable[..., Browser], write: Write
) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("only")))
    answer = sign_in().send(f"{UNIT}/only/done")
    assert answer.location == "/ko/courses/division"


def test_a_unit_with_questions_is_not_done_by_reading(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    answer = sign_in().send(f"{UNIT}/two/done")
    assert answer.status_code == 422
    assert "아래 문항에 모두 답하면 이 강의를 마치게 됩니다." in answer.text
    assert rows(read)["LearningEvent"] == 0


def test_visitors_are_asked_to_sign_in_before_anything_is_kept(
    client: Browser, school: None
) -> None:
    for action in ("done", "place"):
        assert client.send(f"{UNIT}/one/{action}").status_code == 303
    assert client.get("/ko/my/courses").status_code == 303


def test_opening_a_unit_moves_the_place_once(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    for _time in range(2):
        page(citizen, f"{UNIT}/two")
    assert rows(read)["LearningEvent"] == 1
    assert f'href="{UNIT}/two"' in page(citizen, "/ko/my/courses")


def test_looking_without_starting_records_nothing(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    page(sign_in(), f"{UNIT}/two")
    assert set(rows(read).values()) == {0}


@pytest.mark.parametrize("unasked", [{"method": "HEAD"}, {"headers": {"Sec-Purpose": "prefetch"}}])
def test_what_nobody_looked_at_was_not_opened(
    sign_in: Callable[..., Browser], school: None, read: Write, unasked: dict[str, Any]
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    citizen.open(f"{UNIT}/two", **unasked)
    assert rows(read)["LearningEvent"] == 0


def test_keeping_the_place_leads_back_to_it(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    data = {"block": "2", "client_at": "2026-03-01T18:00:00+09:00"}
    answer = citizen.send(f"{UNIT}/one/place", data)
    assert (answer.status_code, answer.location) == (303, f"{UNIT}/one#block-2")
    assert only(read, LearningEvent).client_at == NOW
    assert f'href="{UNIT}/one#block-2"' in page(citizen, "/ko/courses/division")


@pytest.mark.parametrize("block", ["", "x", "0", "7", "²"])
def test_a_place_that_is_not_there_is_not_kept(
    sign_in: Callable[..., Browser], school: None, block: str
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    assert citizen.send(f"{UNIT}/one/place", {"block": block}).status_code == 404


@pytest.mark.parametrize("told", ["", "yesterday", "2026-03-01T18:00:00"])
def test_a_clock_that_makes_no_sense_is_ignored(
    sign_in: Callable[..., Browser], school: None, read: Write, told: str
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    citizen.send(f"{UNIT}/one/place", {"block": "1", "client_at": told})
    assert only(read, LearningEvent).client_at is None
