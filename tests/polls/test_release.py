"""Released tables: no figure from few people, and none that subtraction gives away."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hanmadang.polls.domain import cast_sample, change_state
from hanmadang.polls.models import PollState, QuestionKind
from hanmadang.polls.queries import ReleasedTable, released_questions, released_table
from hanmadang.polls.queries.release import FEWEST_ANSWERS, SMALLEST_CELL, merged
from tests.factories.polls import INTEREST, KNOWLEDGE, NOW, OPINION, make_poll

Opener = Callable[[], Any]


def sampled(
    session: Session, draft: Any, counts: Sequence[int], people: int = 0, *, closed: bool = True
) -> int:
    """A question answered with these counts; returns its id."""
    poll = make_poll(session, draft)
    question = poll.questions[0]
    cast_sample(session, poll, {question.id: counts}, people or sum(counts))
    if closed:
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    return question.id


def table(
    write: Opener, read: Opener, draft: Any, counts: Sequence[int], people: int = 0
) -> ReleasedTable | None:
    with write() as session:
        question_id = sampled(session, draft, counts, people)
    with read() as session:
        return released_table(session, question_id)


def test_large_cells_are_published_as_they_are(write: Opener, read: Opener) -> None:
    found = table(write, read, OPINION, [20, 15, 10])
    assert found is not None
    assert (found.n, found.kind) == (45, QuestionKind.OPINION)
    assert [row.count for row in found.rows] == [20, 15, 10]
    assert found.rows[0].share(found.n) == 20 / 45


def test_small_cells_are_merged(write: Opener, read: Opener) -> None:
    found = table(write, read, OPINION, [30, 6, 5])
    assert found is not None
    assert [row.count for row in found.rows] == [30, 11]
    assert len(found.rows[1].labels) == 2


def test_a_lone_small_cell_takes_the_next_with_it(write: Opener, read: Opener) -> None:
    found = table(write, read, OPINION, [30, 12, 4])
    assert found is not None
    assert [row.count for row in found.rows] == [30, 16]


@pytest.mark.parametrize("counts", [[29, 0, 0], [10, 10, 9], [40, 3, 2], [45, 0, 0]])
def test_what_would_say_too_much_is_not_published(
    write: Opener, read: Opener, counts: list[int]
) -> None:
    assert table(write, read, OPINION, counts) is None


def test_a_running_poll_releases_nothing(write: Opener, read: Opener) -> None:
    with write() as session:
        question_id = sampled(session, OPINION, [20, 20, 20], closed=False)
    with read() as session:
        assert released_table(session, question_id) is None
        assert released_questions(session) == []


def test_topics_are_released_with_their_codes(write: Opener, read: Opener) -> None:
    found = table(write, read, INTEREST, [30, 25, 4], people=40)
    assert found is not None
    assert [(row.topic_codes, row.count) for row in found.rows] == [
        (("history",), 30), (("culture",), 25), (("economy",), None),
    ]  # fmt: skip
    assert found.rows[2].share(found.n) is None


def test_a_topic_nearly_everybody_chose_is_hidden(write: Opener, read: Opener) -> None:
    found = table(write, read, INTEREST, [38, 20, 15], people=40)
    assert found is not None
    assert [row.count for row in found.rows] == [None, 20, 15]


def test_a_knowledge_table_says_how_many_were_right(write: Opener, read: Opener) -> None:
    found = table(write, read, KNOWLEDGE, [14, 26])
    assert found is not None
    assert (found.competency_code, found.correct, found.n) == ("armistice-contents", 26, 40)


def test_questions_to_release_can_be_asked_for_by_kind(write: Opener, read: Opener) -> None:
    with write() as session:
        stance = sampled(session, OPINION, [20, 20, 20])
        topics = sampled(session, INTEREST, [30, 25, 20], people=40)
        sampled(session, OPINION, [5, 5, 5])
    with read() as session:
        assert released_questions(session, [QuestionKind.INTEREST]) == [topics]
        assert sorted(released_questions(session)) == [stance, topics]


@given(st.lists(st.integers(0, 200), min_size=2, max_size=8))
def test_no_published_cell_is_small_and_none_can_be_subtracted(counts: list[int]) -> None:
    groups = merged(counts)
    assert sorted(place for group in groups for place in group) == list(range(len(counts)))
    if sum(counts) >= FEWEST_ANSWERS and len(groups) > 1:
        assert all(sum(counts[i] for i in group) >= SMALLEST_CELL for group in groups)
    hidden = [place for group in groups if len(group) > 1 for place in group]
    assert len(hidden) != 1


def test_a_sample_gives_exactly_the_asked_counts(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
        asked = [[12, 3], [30, 40, 10], [1, 2, 3]]
        wanted = {q.id: counts for q, counts in zip(poll.questions, asked, strict=True)}
        cast_sample(session, poll, wanted, 45)
        session.expire_all()
        assert [[o.tally.count for o in q.options] for q in poll.questions] == asked
        assert [q.answered for q in poll.questions] == [15, 45, 6]


def test_a_sample_that_does_not_fit_is_refused(write: Opener) -> None:
    with pytest.raises(ValueError, match="TOO_MANY"), write() as session:
        sampled(session, OPINION, [10, 10, 10], people=20)
