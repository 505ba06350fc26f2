"""Rankings: every rank once, from the first on; counted by Borda's method."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.polls.checks import tallies
from hanmadang.polls.domain import (
    BallotSet,
    UnusableDraftError,
    change_state,
    create_poll,
    draft_of,
)
from hanmadang.polls.domain.written import PollDraft, QuestionDraft
from hanmadang.polls.models import Ballot, PollState, Question, QuestionType, ResultsShown, Tally
from hanmadang.polls.queries import released_questions, released_table
from hanmadang.polls.queries.figures import Tallied, measure
from hanmadang.polls.shapes import Gain, shape_of
from tests.factories.polls import NOW, POINTS, RANKED, TITLE, cast, make_poll, options

Ask = Callable[..., Any]
Opener = Callable[[], Any]


def rank(question: Question, *places: int, voter: str) -> BallotSet:
    """These options from the first rank on."""
    chosen = tuple(question.options[place].id for place in places)
    return BallotSet(question.poll_id, voter, f"key-{voter}-{places}", {question.id: chosen})


def sums(question: Question) -> list[tuple[int, int, int]]:
    return [(o.tally.count, o.tally.points, o.tally.firsts) for o in question.options]


def stored(session: Session) -> list[tuple[int, int, int]]:
    return sums(session.scalars(select(Question)).one())


def test_each_option_has_a_select_with_its_own_label(ask: Ask) -> None:
    one = ask(RANKED)
    page = one.page()
    assert "Give at least 2 options a rank; 1 is the first." in page
    for place, option in enumerate(one.options):
        assert f'<label class="give__label" for="q{one.id}-{place}">' in page
        assert (
            f'<select class="input give__input" id="q{one.id}-{place}" name="q{one.id}-{option}"'
            in page
        )
    assert "2개 이상에 순위를 매겨 주세요. 1이 첫째입니다." in one.page(language="ko")


def test_a_ranking_is_kept_in_its_order(ask: Ask, read: Opener) -> None:
    one = ask(RANKED)
    assert one.type("3", "1", "2").status_code == 303
    first, second, third = one.options
    with read() as session:
        assert session.scalars(select(Ballot)).one().choices == [second, third, first]
        assert stored(session) == [(1, 1, 0), (1, 3, 1), (1, 2, 0)]
    page = one.page("/answered")
    assert page.index("1. Letters") < page.index("2. Forests") < page.index("3. Railways")
    assert one.page().count(" selected>") == 3


def test_a_partial_ranking_gives_nothing_to_the_rest(ask: Ask, read: Opener) -> None:
    one = ask(RANKED)
    assert one.type("", "2", "1").status_code == 303
    with read() as session:
        assert stored(session) == [(0, 0, 0), (1, 2, 0), (1, 3, 1)]


@pytest.mark.parametrize(
    ("ranks", "words"),
    [
        (("1", "1", "2"), "Please give each rank once, from 1 on and without a gap."),
        (("1", "3", ""), "Please give each rank once, from 1 on and without a gap."),
        (("0", "1", "2"), "Please give each rank once, from 1 on and without a gap."),
        (("1", "", ""), "Please give at least 2 options a rank."),
    ],
)
def test_a_wrong_ranking_is_refused_beside_the_question_and_kept(
    ask: Ask, ranks: tuple[str, ...], words: str
) -> None:
    one = ask(RANKED)
    answer = one.type(*ranks)
    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    assert f'href="#q{one.id}-0"' in answer.text
    assert answer.text.count(" selected>") == len(
        [each for each in ranks if each in "123" and each]
    )
    assert one.answered() == 0


def test_the_refusal_is_korean_on_the_korean_page(ask: Ask) -> None:
    answer = ask(RANKED).type("1", "1", "", language="ko")
    assert answer.text.count("1부터 빠짐없이, 같은 순위를 두 번 쓰지 말고 매겨 주세요.") == 2


def test_a_new_ranking_replaces_the_old_one_exactly(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, RANKED).questions[0]
        cast(session, rank(question, 0, 1, 2, voter="v"), rank(question, 2, 0, voter="v"))
    with read() as session:
        assert stored(session) == [(1, 2, 0), (0, 0, 0), (1, 3, 1)]
    with write() as session:
        question = session.scalars(select(Question)).one()
        cast(session, rank(question, voter="v"))
    with read() as session:
        assert stored(session) == [(0, 0, 0)] * 3


def test_the_receipt_knows_the_order(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, RANKED).questions[0]
        (first,) = cast(session, rank(question, 0, 1, voter="v"))
        (again,) = cast(session, rank(question, 1, 0, voter="v"))
        assert first.receipt != again.receipt  # type: ignore[union-attr]


def test_results_name_the_method_the_mean_rank_and_the_firsts(ask: Ask, write: Opener) -> None:
    one = ask(RANKED)
    with write() as session:
        question = session.get_one(Question, one.id)
        for voter, order in {"a": (0, 1, 2), "b": (0, 2, 1), "c": (1, 0), "d": (0, 1)}.items():
            cast(session, rank(question, *order, voter=voter))
    one.rest()
    page = one.page("/results")
    assert "Counted by Borda’s method: the first of 3 options earns 3 points" in page
    assert "11 points (91.7%)" in page
    assert [
        {name: row[name] for name in ("count", "share", "mean", "first")}
        for row in one.snapshot()["options"]
    ] == [
        {"count": 11, "share": 91.7, "mean": 1.25, "first": 3},
        {"count": 8, "share": 66.7, "mean": 2.0, "first": 1},
        {"count": 3, "share": 25.0, "mean": 2.5, "first": 0},
    ]
    assert '<td class="num" data-cell="mean" data-places="2">1.25</td>' in page
    assert "보르다 방식" in one.page("/results", "ko")
    assert "11 · 91.7%" in one.page("/screen")


@pytest.mark.parametrize("draft", [RANKED, POINTS])
@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", "응답을 받지 않을 때만 보여 드립니다"), ("en", "only while no answers are taken")],
)
def test_nobody_watches_whole_answers_move(
    ask: Ask, draft: QuestionDraft, language: str, words: str
) -> None:
    one = ask(draft)
    assert one.snapshot()["options"] == []
    assert words in one.page("/results", language)
    assert 'data-revealed="no"' in one.page("/screen")
    one.rest()
    assert len(one.snapshot()["options"]) == len(one.options)
    assert words not in one.page("/results", language)


@pytest.mark.parametrize("state", ["open", "rest"])
def test_what_waits_for_the_close_says_so_and_nothing_else(ask: Ask, state: str) -> None:
    one = ask(replace(RANKED, results_shown=ResultsShown.CLOSED))
    if state == "rest":
        one.rest()
    page = one.page("/results")
    assert "The result is shown once the poll is closed." in page
    assert "only while no answers are taken" not in page


def test_the_recount_finds_points_that_are_off(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, RANKED).questions[0]
        cast(session, rank(question, 0, 1, voter="v"))
        first = question.options[0].id
        session.execute(update(Tally).where(Tally.option_id == first).values(points=9, firsts=0))
    with read() as session:
        assert list(tallies(session)) == [
            f"option {first} holds points 9, its ballots say 3",
            f"option {first} counts firsts 0, its ballots say 1",
        ]
    with write() as session:
        session.execute(update(Tally).where(Tally.option_id == first).values(points=3, firsts=1))


def test_closing_keeps_rankings_and_counters(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, RANKED)
        question = poll.questions[0]
        cast(session, *(rank(question, 2, 0, voter=f"voter-{n}") for n in range(40)))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    with read() as session:
        assert list(tallies(session)) == []
        assert stored(session)[2] == (40, 120, 40)
        assert released_questions(session) == []
        assert released_table(session, session.scalars(select(Question.id)).one()) is None


def test_what_the_author_wrote_comes_back(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, RANKED, state=PollState.DRAFT)
        assert draft_of(session, poll.id).questions == (RANKED,)


def test_at_most_eight_options_and_no_more_ranks_than_options(write: Opener) -> None:
    nine = options(*((f"{n}", f"{n}") for n in range(9)))
    for wrong in (replace(RANKED, options=nine), replace(RANKED, min_choices=4)):
        with pytest.raises(UnusableDraftError), write() as session:
            create_poll(session, None, PollDraft(TITLE, (wrong,)), now=NOW)


@given(st.lists(st.sampled_from([p for k in (1, 2, 3, 4) for p in permutations(range(4), k)])))
def test_mean_ranks_follow_from_borda_points(rankings: list[tuple[int, ...]]) -> None:
    shape = shape_of(QuestionType.RANKING, range(4), (1, 4))
    totals = [[0] * len(Gain._fields) for _ in range(4)]
    for ranking in rankings:
        for option, gain in shape.gains(ranking).items():
            totals[option] = [a + b for a, b in zip(totals[option], gain, strict=True)]
    bars = measure(QuestionType.RANKING, [Tallied(*each) for each in totals], len(rankings))
    for option, bar in enumerate(bars):
        ranks = [ranking.index(option) + 1 for ranking in rankings if option in ranking]
        assert bar.more["mean"] == (round(sum(ranks) / len(ranks), 2) if ranks else None)
        assert bar.more["first"] == ranks.count(1)
