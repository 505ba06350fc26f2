"""Several options with a fewest and a most."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from hanmadang.polls.domain import Refusal, Refused, cast_many
from hanmadang.polls.models import Question
from tests.factories.polls import OPINION, TWO_OR_THREE, ballot, make_poll

Ask = Callable[..., Any]
Opener = Callable[[], Any]


def test_the_page_says_how_many(ask: Ask) -> None:
    one = ask(TWO_OR_THREE)
    assert "Choose 2 to 3." in one.page()
    assert "2~3개를 골라 주세요." in one.page(language="ko")


def test_exactly_so_many_is_said_so(ask: Ask) -> None:
    one = ask(replace(TWO_OR_THREE, max_choices=2))
    assert "Choose exactly 2." in one.page()
    assert "2개를 골라 주세요." in one.page(language="ko")


def test_between_fewest_and_most_counts(ask: Ask) -> None:
    one = ask(TWO_OR_THREE)
    assert one.send(0, 2).status_code == 303
    assert (one.counts(), one.answered()) == ([1, 0, 1, 0], 1)


@pytest.mark.parametrize(
    ("places", "english", "korean"),
    [
        ((1,), "Please choose at least 2.", "2개 이상 골라 주세요."),
        ((0, 1, 2, 3), "Please choose at most 3.", "3개까지만 골라 주세요."),
    ],
)
def test_too_few_and_too_many_are_refused_beside_the_question(
    ask: Ask, places: tuple[int, ...], english: str, korean: str
) -> None:
    one = ask(TWO_OR_THREE)
    for language, words in (("en", english), ("ko", korean)):
        answer = one.send(*places, language=language)
        assert answer.status_code == 422
        assert answer.text.count(words) == 2  # in the summary and beside the question
        assert answer.text.count(' checked id="q') == len(places)
    assert one.answered() == 0


def test_ticking_nothing_takes_the_answer_back(ask: Ask) -> None:
    one = ask(TWO_OR_THREE)
    one.send(0, 1)
    assert one.send().status_code == 303
    assert (one.counts(), one.answered()) == ([0, 0, 0, 0], 0)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_says_that_the_boxes_were_on_it(ask: Ask, language: str) -> None:
    one = ask(TWO_OR_THREE)
    mark = f'<input type="hidden" name="q{one.id}-asked" value="1">'
    assert one.page(language=language).count(mark) == 1
    assert "-asked" not in ask(OPINION).page(language=language)


def test_boxes_that_were_not_on_the_page_are_left_alone(ask: Ask) -> None:
    one = ask(TWO_OR_THREE)
    one.send(0, 1)
    nothing = one.client.send(f"/en/polls/{one.slug}", {})
    assert nothing.status_code == 422
    assert "Please answer at least one question." in nothing.text
    assert nothing.text.count(' checked id="q') == 2
    assert one.answered() == 1


def test_the_counter_refuses_too_few_without_any_form(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, TWO_OR_THREE).questions[0]
        assert cast_many(session, [ballot(question, 0)]) == [Refused(Refusal.TOO_FEW)]


def test_the_database_refuses_a_fewest_above_the_most(write: Opener) -> None:
    with write() as session:
        question_id = make_poll(session, TWO_OR_THREE).questions[0].id
    with write() as session:
        session.get_one(Question, question_id).min_choices = 4
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
