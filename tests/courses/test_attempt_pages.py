"""A quiz that counts, as a citizen meets it: start, save, hand in, look, wait, try again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.models import QuizAttempt
from hanmadang.courses.specs import QuizSpec
from hanmadang.kernel.i18n import zone_label
from tests.conftest import Browser
from tests.courses.reading import UNIT, Write, checked, only, page, rows
from tests.factories import courses as make

URL, EN = f"{UNIT}/exam", "/en/courses/division/start/exam"
EXAM = QuizSpec(attempts=2, cooldown_minutes=30, time_limit_minutes=20, draw=3, pass_share=0.6)
SignIn = Callable[..., Browser]


@pytest.fixture
def exam(write: Write) -> None:
    with write() as session:
        pool = [make.question(f"q{n}", hints=(make.text("힌트", "A hint"),)) for n in range(6)]
        make.publish(session, make.course(make.unit("exam", pool, quiz=EXAM)))


def drawn(html: str) -> list[str]:
    """The questions on the page, in their order."""
    return list(dict.fromkeys(re.findall(r'name="(q-[^"]+)"', html)))


def all_right(html: str) -> dict[str, str]:
    return dict.fromkeys(drawn(html), "1")


def begin(browser: Browser, number: int = 1) -> str:
    answer = browser.send(f"{EN}/attempt", {"attempt": str(number)})
    assert (answer.status_code, answer.location) == (303, f"{EN}#questions")
    return page(browser, EN)


def later(write: Write, **ago: float) -> None:
    """Let everything about the attempts have happened that much earlier."""
    gap = timedelta(**ago)
    with write() as session:
        for attempt in session.scalars(select(QuizAttempt)):
            attempt.started_at -= gap
            attempt.deadline = attempt.deadline and attempt.deadline - gap
            attempt.submitted_at = attempt.submitted_at and attempt.submitted_at - gap


def test_a_visitor_is_told_to_sign_up(client: Browser, exam: None) -> None:
    html = page(client, URL)
    assert "점수가 인정되는 평가라서 계정이 필요합니다." in html
    assert "응시할 때마다 새로 뽑는 3문항" in html
    assert drawn(html) == []
    assert client.send(f"{URL}/answer", {"q-q0": "1"}).status_code == 409


def test_an_attempt_shows_what_was_drawn_and_until_when(sign_in: SignIn, exam: None) -> None:
    citizen = sign_in()
    before = page(citizen, EN)
    assert drawn(before) == []
    assert "Start attempt 1" in before
    html = begin(citizen)
    assert len(drawn(html)) == 3
    assert drawn(page(citizen, URL)) == drawn(html)
    assert "Hand it in before this time:" in html
    assert "Show a hint" not in html


def test_saving_keeps_and_tells_nothing(sign_in: SignIn, exam: None, read: Write) -> None:
    citizen = sign_in()
    html = begin(citizen)
    answer = citizen.send(f"{EN}/save", {"attempt": "1", **all_right(html)})
    assert answer.status_code == 303
    html = page(citizen, EN)
    assert len(checked(html)) == 3
    assert "verdict" not in html
    assert "Feedback" not in html
    assert rows(read)["Answer"] == 0


def test_handing_in_shows_the_score_and_each_question(sign_in: SignIn, exam: None) -> None:
    citizen = sign_in()
    html = begin(citizen)
    answer = citizen.send(f"{EN}/hand-in", {"attempt": "1", **all_right(html)})
    assert answer.status_code == 303
    html = page(citizen, EN)
    assert "Your best score is 100%. You have passed." in html
    assert html.count("verdict--right") == 3
    assert "Explanation" in html
    assert "You have done this unit." in html


def test_the_next_attempt_opens_at_a_time_in_the_readers_zone(
    sign_in: SignIn, exam: None, write: Write
) -> None:
    citizen = sign_in()
    begin(citizen)
    citizen.send(f"{EN}/hand-in", {"attempt": "1"})
    html = page(citizen, EN)
    assert "The next attempt opens at this time:" in html
    assert f"({zone_label('Asia/Seoul', 'en')})" in html
    assert "Start attempt 2" not in html
    refused = citizen.send(f"{EN}/attempt", {"attempt": "2"})
    assert (refused.status_code, "The next attempt is not open yet." in refused.text) == (409, True)
    later(write, minutes=31)
    assert len(drawn(begin(citizen, 2))) == 3


def test_what_ended_by_itself_is_settled_by_looking(
    sign_in: SignIn, exam: None, write: Write, read: Write
) -> None:
    citizen = sign_in()
    html = begin(citizen)
    citizen.send(f"{EN}/save", {"attempt": "1", **all_right(html)})
    later(write, minutes=21)
    assert "You have passed." in page(citizen, EN)
    assert only(read, QuizAttempt).state == "handed_in"


def test_the_course_page_settles_it_too(sign_in: SignIn, exam: None, write: Write) -> None:
    citizen = sign_in()
    html = begin(citizen)
    citizen.send(f"{EN}/save", {"attempt": "1", **all_right(html)})
    later(write, minutes=21)
    assert "You have done every unit." in page(citizen, "/en/courses/division")


def test_saving_too_late_says_so(sign_in: SignIn, exam: None, write: Write) -> None:
    citizen = sign_in()
    html = begin(citizen)
    later(write, minutes=21)
    answer = citizen.send(f"{EN}/save", {"attempt": "1", **all_right(html)})
    assert answer.status_code == 409
    assert "Only what was saved before counts." in answer.text


def test_what_can_be_read_is_saved_while_the_rest_is_mended(
    sign_in: SignIn, exam: None, read: Write
) -> None:
    citizen = sign_in()
    first, second, _third = drawn(begin(citizen))
    answer = citizen.send(f"{EN}/hand-in", {"attempt": "1", first: "1", second: "9"})
    assert answer.status_code == 422
    attempt = only(read, QuizAttempt)
    assert (attempt.state, list(attempt.saved.values())) == ("open", [[1]])


def test_an_attempt_of_another_number_is_not_there(sign_in: SignIn, exam: None) -> None:
    citizen = sign_in()
    begin(citizen)
    for action in ("save", "hand-in"):
        assert citizen.send(f"{EN}/{action}", {"attempt": "7"}).status_code == 404


def test_used_up_attempts_are_said_kindly(sign_in: SignIn, exam: None, write: Write) -> None:
    citizen = sign_in()
    for number in (1, 2):
        begin(citizen, number)
        citizen.send(f"{EN}/hand-in", {"attempt": str(number)})
        later(write, minutes=60)
    html = page(citizen, URL)
    assert "이 평가의 응시 횟수를 모두 사용했습니다." in html
    assert "강좌 담당자에게 한 번 더 응시할 수 있는지 문의해 주세요." in html


def test_the_missing_answers_are_named_with_a_link(sign_in: SignIn, exam: None) -> None:
    citizen = sign_in()
    citizen.send("/en/courses/division/start")
    html = page(citizen, "/en/courses/division")
    assert "2 more right answers in the quiz of:" in html
    assert f'href="{EN}#questions"' in html


@pytest.mark.parametrize("amount", [1, 3])
def test_a_quiz_that_counts_costs_three_statements_more(
    sign_in: SignIn, write: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    with write() as session:
        pool = [make.question(f"q{n}") for n in range(2 * amount)]
        policy = QuizSpec(draw=amount)
        make.publish(session, make.course(make.unit("exam", pool, quiz=policy)))
    citizen = sign_in()
    begin(citizen)
    page(citizen, EN)
    with count_queries() as statements:
        page(citizen, EN)
    assert len(statements) == 10
