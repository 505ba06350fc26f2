"""More time for one person: found by name, given with a reason, taken back; nobody else's class."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.models import QuizAllowance
from hanmadang.kernel.audit import AuditEntry
from tests.courses.class_room import Class
from tests.factories.people import make_account

Write = Callable[[], Any]


def url(group: Class, more: str = "", language: str = "en") -> str:
    return f"/{language}/desk/courses/learners/cohorts/{group.cohort_id}{more}"


def of(group: Class, account_id: int) -> str:
    return url(group, f"/people/{account_id}/allowance")


GIVEN = {"factor": "1.5", "extra": "1", "reason": "Agreed with the school"}


@pytest.fixture
def teacher(group: Class, browser: Any) -> Any:
    return browser(group.teacher_id)


def held(read: Write, account_id: int) -> Any:
    with read() as session:
        found = session.scalars(
            select(QuizAllowance).where(QuizAllowance.account_id == account_id)
        ).first()
        return found and (found.factor, found.extra_attempts, found.reason)


def actions(read: Write) -> list[str]:
    with read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_somebody_is_found_by_a_part_of_the_name(group: Class, teacher: Any) -> None:
    page = teacher.get(url(group, "/allowances?name=qui")).text
    assert "1 person found" in page
    assert of(group, group.quick) in page
    assert of(group, group.new) not in page
    assert "0 people found" in teacher.get(url(group, "/allowances?name=%25")).text


def test_more_is_given_with_a_reason_and_listed(group: Class, teacher: Any, read: Write) -> None:
    answer = teacher.send(of(group, group.quick), GIVEN)
    assert answer.location == url(group, "/allowances")
    page = teacher.get(answer.location).text
    for text in ("50 % more", "1 more attempt", "Agreed with the school", "Quick"):
        assert text in page
    assert held(read, group.quick) == (1.5, 1, "Agreed with the school")
    assert "quiz.allowed" in actions(read)


def test_korean_says_the_same(group: Class, teacher: Any) -> None:
    teacher.send(of(group, group.quick), GIVEN)
    page = teacher.get(url(group, "/allowances", "ko")).text
    for text in ("50% 추가", "응시 1회 추가", "되돌리기"):
        assert text in page


def test_the_form_begins_with_what_was_given(group: Class, teacher: Any) -> None:
    teacher.send(of(group, group.quick), GIVEN)
    page = teacher.get(of(group, group.quick)).text
    assert 'selected value="1.5"' in page
    assert 'value="Agreed with the school"' in page


def test_it_is_taken_back_once_and_audited(group: Class, teacher: Any, read: Write) -> None:
    teacher.send(of(group, group.quick), GIVEN)
    for _time in range(2):
        answer = teacher.send(f"{of(group, group.quick)}/take-back", {})
        assert answer.location == url(group, "/allowances")
    assert held(read, group.quick) is None
    assert actions(read).count("quiz.allowance-ended") == 1
    assert "Everybody has the same" in teacher.get(url(group, "/allowances")).text


@pytest.mark.parametrize(
    "wrong", [{"factor": "1.0", "extra": "0"}, {"extra": "99"}, {"extra": "x"}, {"reason": ""}]
)
def test_what_makes_no_sense_is_shown_again(
    group: Class, teacher: Any, read: Write, wrong: dict[str, str]
) -> None:
    assert teacher.send(of(group, group.quick), GIVEN | wrong).status_code == 422
    assert held(read, group.quick) is None


def test_a_learner_who_has_not_begun_gets_it_ahead(group: Class, teacher: Any, read: Write) -> None:
    assert teacher.send(of(group, group.new), GIVEN).status_code == 303
    assert held(read, group.new) == (1.5, 1, "Agreed with the school")


def test_nobody_outside_the_class_is_reached(
    group: Class, teacher: Any, write: Write, read: Write
) -> None:
    with write() as session:
        stranger = make_account(session).id
    for path in (of(group, stranger), f"{of(group, stranger)}/take-back"):
        assert teacher.send(path, GIVEN).status_code == 404
    assert held(read, stranger) is None


def test_a_learner_of_the_class_gives_nothing(group: Class, browser: Any, read: Write) -> None:
    answer = browser(group.quick).send(of(group, group.quick), GIVEN)
    assert answer.status_code in {403, 404}
    assert held(read, group.quick) is None


def test_the_list_costs_the_same_for_one_and_for_three(
    group: Class, teacher: Any, count_queries: Any
) -> None:
    counts = []
    for who in (group.quick, group.new, group.stuck):
        teacher.send(of(group, who), GIVEN)
        teacher.get(url(group, "/allowances"))
        with count_queries() as seen:
            teacher.get(url(group, "/allowances?name=q"))
        counts.append(len(seen))
    assert len(set(counts)) == 1
