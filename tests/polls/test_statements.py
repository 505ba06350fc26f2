"""Voting on statements: what a ballot keeps, how votes meet, what results say."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls.domain import (
    Accepted,
    BallotSet,
    PollDraft,
    Refusal,
    Refused,
    Result,
    UnusableDraftError,
    cast_many,
    change_state,
    create_poll,
)
from hanmadang.polls.models import Ballot, PollState, Question, QuestionType
from hanmadang.polls.shapes import Answer, StatementsShape, shape_of, stances, vote
from tests.factories.polls import NOW, OPINION, TITLE, make_poll
from tests.factories.statements import STATEMENTS, A, D, P, W, cast_votes, make_statements, votes

Opener = Callable[[], Any]


def tallies(question: Question) -> list[tuple[int, int, int]]:
    """(agree, disagree, passed) of each statement."""
    return [(o.tally.agree, o.tally.disagree, o.tally.passed) for o in question.options]


def shape(*ids: int, hidden: tuple[int, ...] = ()) -> StatementsShape:
    found = shape_of(QuestionType.STATEMENTS, ids, (1, len(ids)), hidden=hidden)
    assert isinstance(found, StatementsShape)
    return found


def test_a_vote_is_four_times_its_statement_and_the_stance() -> None:
    assert (vote(9, A), vote(9, D), vote(9, P)) == (37, 38, 39)
    assert stances((37, 42)) == {9: A, 10: D}


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ((), (vote(1, A),), (vote(1, A),)),
        ((vote(1, A),), (vote(2, D),), (vote(1, A), vote(2, D))),
        ((vote(1, A),), (vote(1, D),), (vote(1, D),)),
        ((vote(1, A), vote(2, P)), (vote(1, W),), (vote(2, P),)),
        ((vote(1, A),), (vote(1, W),), ()),
    ],
    ids=["the first", "another statement", "changed", "taken back", "the last taken back"],
)
def test_a_request_brings_some_votes_and_leaves_the_others(
    before: Answer, sent: Answer, after: Answer
) -> None:
    assert shape(1, 2, 3).merged(before, sent) == after


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ((vote(1, A), vote(2, P)), None),
        ((vote(3, W),), None),
        ((vote(3, A),), Refusal.UNKNOWN_CHOICE),
        ((vote(9, A),), Refusal.UNKNOWN_CHOICE),
        ((vote(9, W),), Refusal.UNKNOWN_CHOICE),
        ((vote(1, A), vote(1, D)), Refusal.UNREADABLE),
        ((-1,), Refusal.UNKNOWN_CHOICE),
    ],
    ids=["good", "hidden, taken back", "hidden", "unknown", "unknown back", "both", "nonsense"],
)
def test_what_is_refused(sent: Answer, fault: Refusal | None) -> None:
    assert shape(1, 2, 3, hidden=(3,)).fault(sent) is fault


def test_votes_are_counted_by_stance(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_statements(session).questions[0]
        cast_votes(session, question, [{0: A, 1: D}, {0: A, 1: P}, {0: D}])
        id_ = question.id
    with read() as session:
        question = session.get_one(Question, id_)
        assert tallies(question)[:3] == [(2, 1, 0), (0, 1, 1), (0, 0, 0)]
        assert question.answered == 3


def test_a_vote_taken_back_leaves_nobody_behind(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_statements(session).questions[0]
        for said in ({0: A}, {0: W}, {1: W}):
            assert isinstance(cast_many(session, [votes(question, said, "v")])[0], Accepted)
        id_ = question.id
    with read() as session:
        question = session.get_one(Question, id_)
        assert (tallies(question)[0], question.answered) == ((0, 0, 0), 0)


def test_a_late_copy_of_a_vote_changes_nothing(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_statements(session).questions[0]
        first = votes(question, {0: A}, "v", key="k" * 20)
        cast_many(session, [first, votes(question, {0: D}, "v")])
        cast_many(session, [votes(question, {n % 5 + 1: P}, "v") for n in range(20)])
        again = cast_many(session, [first])[0]
        id_ = question.id
    assert isinstance(again, Accepted)
    assert again.repeated
    with read() as session:
        assert tallies(session.get_one(Question, id_))[0] == (0, 1, 0)


# --- Two quick votes of one device ------------------------------------------------------------


def at_once(app: Flask, question: Question, cast: Callable[..., list[Result]]) -> None:
    """One device votes on all statements at the same moment, through two writers."""
    writers = [GroupWriter[BallotSet, Result](app, cast) for _ in range(2)]
    sets = [votes(question, {place: A}, "device") for place in range(6)]
    start = threading.Barrier(len(sets))

    def send(place: int) -> None:
        start.wait()
        assert isinstance(writers[place % 2].write(sets[place]), Accepted)

    with ThreadPoolExecutor(len(sets)) as pool:
        list(pool.map(send, range(len(sets))))


def kept(read: Opener) -> int:
    """How many votes the device's ballot holds."""
    with read() as session:
        return len(session.scalars(select(Ballot.choices)).one())


def test_quick_votes_of_one_device_all_stay(app: Flask, write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_statements(session).questions[0]
        assert question.options
    at_once(app, question, cast_many)
    assert kept(read) == 6


def test_the_twin_that_takes_a_request_for_the_whole_answer_loses_votes(
    app: Flask, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StatementsShape, "merged", lambda _self, _before, sent: sent)
    with write() as session:
        question = make_statements(session).questions[0]
        assert question.options
    at_once(app, question, cast_many)
    assert kept(read) == 1


# --- Drafts, results --------------------------------------------------------------------------


def test_statements_fill_a_poll_of_their_own(write: Opener) -> None:
    with write() as session, pytest.raises(UnusableDraftError) as refused:
        create_poll(session, None, PollDraft(TITLE, (OPINION, STATEMENTS)), now=NOW)
    assert refused.value.question == 1


def test_results_rest_while_votes_come_in_and_show_stances_after(
    client: Any, write: Opener
) -> None:
    with write() as session:
        poll = make_statements(session)
        cast_votes(session, poll.questions[0], [{0: A, 1: D}] * 40)
        slug, code, poll_id = poll.slug, poll.code, poll.id
    assert client.get(f"/live/{code}.json").get_json()["questions"][0]["options"] == []
    assert "stacked__row" not in client.get(f"/en/polls/{slug}/results").text
    with write() as session:
        change_state(session, None, poll_id, PollState.PAUSED, now=NOW)
    page = client.get(f"/en/polls/{slug}/results").text
    assert "Agree 100% · Disagree 0% · Pass 0%" in page
    first = client.get(f"/live/{code}.json").get_json()["questions"][0]["options"][0]
    assert (first["agree"], first["disagree"], first["passed"]) == (40, 0, 0)


def test_a_refused_vote_is_not_counted(write: Opener) -> None:
    with write() as session:
        question = make_statements(session, state=PollState.PAUSED).questions[0]
        result = cast_many(session, [votes(question, {0: A}, "v")])[0]
    assert result == Refused(Refusal.NOT_OPEN)


def test_other_polls_have_no_statements(client: Any, write: Opener) -> None:
    with write() as session:
        slug = make_poll(session, OPINION).slug
    for path in ("statements", "statements/all", "opinions", "statements/suggest"):
        assert client.get(f"/en/polls/{slug}/{path}").status_code == 404
