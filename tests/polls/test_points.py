"""Points to distribute: all of them, or the question is left open."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import BallotSet, Refusal, Refused, cast_many, draft_of
from hanmadang.polls.models import Ballot, PollState, Question
from tests.factories.polls import POINTS, make_poll
from tests.polls.test_desk import TYPED
from tests.polls.test_rankings import stored

Ask = Callable[..., Any]
Opener = Callable[[], Any]


def test_each_option_has_a_field_of_its_own(ask: Ask) -> None:
    one = ask(POINTS)
    page = one.page()
    assert "Distribute exactly 10 points." in page
    assert page.count('inputmode="numeric"') == 3
    assert "모두 10점을 나누어 적어 주세요." in one.page(language="ko")


def test_points_are_kept_and_counted(ask: Ask, read: Opener) -> None:
    one = ask(POINTS)
    assert one.type("7", "", "3").status_code == 303
    first, _second, third = one.options
    with read() as session:
        assert session.scalars(select(Ballot)).one().choices == [first] * 7 + [third] * 3
        assert stored(session) == [(1, 7, 0), (0, 0, 0), (1, 3, 0)]
    assert "Railways: 7" in one.page("/answered")
    assert one.page().count('value="7"') == 1


def test_points_can_be_given_anew_and_taken_back(ask: Ask, read: Opener) -> None:
    one = ask(POINTS)
    one.type("7", "0", "3")
    one.type("1", "9", "0")
    with read() as session:
        assert stored(session) == [(1, 1, 0), (1, 9, 0), (0, 0, 0)]
    one.type("", "", "")
    with read() as session:
        assert (stored(session), one.answered()) == ([(0, 0, 0)] * 3, 0)


@pytest.mark.parametrize(
    ("typed", "english", "korean"),
    [
        (
            ("7", "2", ""),
            "You gave 9 points. Please distribute exactly 10.",
            "지금까지 9점을 주셨습니다. 모두 10점이 되게 나누어 주세요.",
        ),
        (
            ("7", "2", "999"),
            "These are too many points. Please distribute exactly 10.",
            "점수가 너무 많습니다. 모두 10점이 되게 나누어 주세요.",
        ),
        (
            ("7", "-2", "5"),
            "Please write points as whole numbers from 0.",
            "점수는 0 이상의 정수로 적어 주세요.",
        ),
    ],
)
def test_a_wrong_sum_is_refused_beside_the_question_and_kept(
    ask: Ask, typed: tuple[str, ...], english: str, korean: str
) -> None:
    one = ask(POINTS)
    for language, words in (("en", english), ("ko", korean)):
        answer = one.type(*typed, language=language)
        assert answer.status_code == 422
        assert answer.text.count(words) == 2
        assert all(f'value="{each}"' in answer.text for each in typed)
    assert one.answered() == 0


@pytest.mark.parametrize("given", [1, 9, 11])
def test_the_counter_refuses_a_wrong_sum_without_any_form(write: Opener, given: int) -> None:
    with write() as session:
        question = make_poll(session, POINTS).questions[0]
        points = (question.options[0].id,) * given
        sent = BallotSet(question.poll_id, "v", "key-1234", {question.id: points})
        assert cast_many(session, [sent]) == [Refused(Refusal.WRONG_SUM)]


def test_results_are_points_and_their_share_of_all(ask: Ask, write: Opener) -> None:
    one = ask(POINTS)
    with write() as session:
        question = session.get_one(Question, one.id)
        ids = [option.id for option in question.options]
        for voter, counts in {"a": (10, 0, 0), "b": (2, 4, 4)}.items():
            points = tuple(id_ for id_, n in zip(ids, counts, strict=True) for _ in range(n))
            cast_many(session, [BallotSet(one.poll_id, voter, f"key-{voter}-x", {one.id: points})])
    one.rest()
    bars = [(row["count"], row["share"]) for row in one.snapshot()["options"]]
    assert bars == [(12, 60.0), (4, 20.0), (4, 20.0)]
    assert one.lines() == ["Everyone distributed 10 points."]
    assert "12 points (60.0%)" in one.page("/results")
    assert "12점(60.0%)" in one.page("/results", "ko")


def test_what_the_author_wrote_comes_back(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, POINTS, state=PollState.DRAFT)
        assert draft_of(session, poll.id).questions == (POINTS,)


@pytest.mark.parametrize("type_", ["ranking", "points", "scale", "several"])
def test_a_desk_writes_every_type(sign_in: Any, read: Opener, type_: str) -> None:
    typed = TYPED | {"questions-0-type": type_, "questions-0-points": "20"}
    organizer = sign_in(Role.ORGANIZER)
    answer = organizer.send("/en/desk/polls/new", typed)
    assert answer.status_code == 303
    with read() as session:
        question = session.scalars(select(Question)).one()
        assert question.type == type_
        assert question.settings.get("points", 20) == 20
    assert f'<option selected value="{type_}">' in organizer.get(f"{answer.location}/edit").text
    assert organizer.get(answer.location).status_code == 200
