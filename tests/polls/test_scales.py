"""Scales: labels made from a preset, shares of both ends, and a mean only where it is one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hanmadang.polls.domain import change_state, draft_of
from hanmadang.polls.models import PollState, Question
from hanmadang.polls.queries import released_table
from hanmadang.polls.scales import LENGTHS, SEMANTIC, Scale, labels_of
from hanmadang.polls.shapes import Settings
from tests.factories.polls import BETWEEN, LIKERT, NOW, ballot, cast, make_poll, options

Ask = Callable[..., Any]
Opener = Callable[[], Any]


def vote(write: Opener, one: Any, counts: list[int]) -> None:
    """So many other devices for each option."""
    with write() as session:
        question = session.get_one(Question, one.id)
        places = [place for place, count in enumerate(counts) for _ in range(count)]
        cast(session, *(ballot(question, place) for place in places))


@pytest.mark.parametrize("scale", sorted(set(Scale) - set(SEMANTIC) - {Scale.OWN}))
def test_a_ready_scale_has_as_many_labels_as_it_says(scale: Scale) -> None:
    labels = labels_of(scale)
    assert str(len(labels)) == scale.value.rpartition("-")[2]
    assert len(labels) in LENGTHS
    assert not any(label.missing() for label in labels)


def test_the_options_are_the_labels_in_order(ask: Ask) -> None:
    one = ask(LIKERT)
    korean = one.page(language="ko")
    words = ["매우 필요하다", "다소 필요하다", "별로 필요하지 않다", "전혀 필요하지 않다"]
    assert sorted(words, key=korean.index) == words
    assert 'type="radio"' in korean
    assert "Somewhat necessary" in one.page()


def test_both_ends_are_reported_together_and_no_mean(ask: Ask, write: Opener) -> None:
    one = ask(LIKERT)
    vote(write, one, [3, 2, 2, 1])
    assert one.lines() == [
        "“Very necessary” and “Somewhat necessary” together: 62.5%",
        "“Not very necessary” and “Not at all necessary” together: 37.5%",
    ]
    assert one.lines(language="ko")[0] == "‘매우 필요하다’, ‘다소 필요하다’ 합계 62.5%"
    assert one.snapshot()["figures"] == {"top": 62.5, "bottom": 37.5}


def test_a_mean_of_a_likert_scale_is_shown_when_asked_for(ask: Ask, write: Opener) -> None:
    one = ask(replace(LIKERT, settings=Settings(Scale.NECESSITY_4, mean=True)))
    vote(write, one, [3, 2, 2, 1])  # 4, 3, 2 and 1 points
    assert one.lines()[2] == (
        "Mean, where “Very necessary” counts 4 and “Not at all necessary” counts 1: 2.88"
    )


def test_between_two_ends_the_mean_is_a_place(ask: Ask, write: Opener) -> None:
    one = ask(BETWEEN)
    vote(write, one, [1, 0, 1, 0, 2])
    assert one.lines()[2] == "Mean, from “1 · Hard” to “5 · Easy”: 3.50"
    assert one.lines(language="ko")[2] == "평균(‘1 · 어렵다’부터 ‘5 · 쉽다’까지) 3.50"
    assert one.snapshot()["figures"] == {"top": 25.0, "bottom": 50.0, "mean": 3.5}


def test_nobody_answered_yet(ask: Ask) -> None:
    one = ask(BETWEEN)
    assert one.snapshot()["figures"] == {"top": None, "bottom": None, "mean": None}
    assert one.lines()[2].endswith(": –")


def test_the_hall_says_the_figures_in_both_languages(ask: Ask, write: Opener) -> None:
    one = ask(LIKERT)
    vote(write, one, [1, 0, 0, 0])
    korean, english = one.lines("/screen")[:2], one.lines("/screen")[2:]
    assert korean[0].endswith("합계 100.0%")
    assert english[0].endswith("together: 100.0%")


def test_a_scale_takes_one_point(ask: Ask) -> None:
    one = ask(LIKERT)
    one.send(1)
    one.send(3)
    assert (one.counts(), one.answered()) == ([0, 0, 0, 1], 1)


def test_what_the_author_wrote_comes_back(write: Opener) -> None:
    own = replace(
        LIKERT,
        options=options(("가", "A"), ("나", "B"), ("다", "C"), ("라", "D")),
        settings=Settings(Scale.OWN),
    )
    with write() as session:
        poll = make_poll(session, LIKERT, BETWEEN, own, state=PollState.DRAFT)
        assert draft_of(session, poll.id).questions == (LIKERT, BETWEEN, own)
        assert [len(question.options) for question in poll.questions] == [4, 5, 4]


def test_cells_of_a_scale_are_released_merged(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, LIKERT)
        question = poll.questions[0]
        places = [0] * 20 + [1] * 12 + [2] * 6 + [3] * 5
        cast(session, *(ballot(question, place) for place in places))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        question_id = question.id
    with read() as session:
        table = released_table(session, question_id)
        assert table is not None
        assert [row.count for row in table.rows] == [20, 12, 11]
