"""Casting: one ballot per device and question, counters that agree, nothing counted twice."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.db import db
from hanmadang.polls.checks import tallies
from hanmadang.polls.domain import Accepted, BallotSet, Refusal, Refused, cast_many, change_state
from hanmadang.polls.models import Ballot, Poll, PollState, Question, Tally
from tests.factories.polls import NOW, OPINION, ballot, cast, counts, make_poll

Opener = Callable[[], Any]


def only_question(session: Session) -> Question:
    return session.scalars(select(Question)).one()


def test_an_answer_is_counted_once_for_its_option(write: Opener, read: Opener) -> None:
    with write() as session:
        cast(session, ballot(make_poll(session, OPINION).questions[0], 0))
    with read() as session:
        question = only_question(session)
        assert counts(question) == [1, 0, 0]
        assert question.answered == 1


def test_voting_again_replaces_the_answer(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        cast(session, ballot(question, 0, voter="v"), ballot(question, 2, voter="v"))
    with read() as session:
        assert counts(only_question(session)) == [0, 0, 1]
        assert session.scalars(select(Ballot)).one().rev == 2


def test_several_choices_change_only_where_they_differ(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session).questions[1]
        cast(session, ballot(question, 0, 1, voter="v"))
        cast(session, ballot(question, 1, 2, voter="v"))
    with read() as session:
        question = session.scalars(select(Question).where(Question.position == 1)).one()
        assert counts(question) == [0, 1, 1]
        assert question.answered == 1


def test_an_answer_can_be_taken_back(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session).questions[1]
        cast(session, ballot(question, 0, voter="v"), ballot(question, voter="v"))
    with read() as session:
        question = session.scalars(select(Question).where(Question.position == 1)).one()
        assert (counts(question), question.answered) == ([0, 0, 0], 0)


def test_all_answers_of_a_page_count_or_none(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
        answers = {
            poll.questions[0].id: frozenset([poll.questions[0].options[0].id]),
            poll.questions[1].id: frozenset(o.id for o in poll.questions[1].options),
        }
        results = cast_many(session, [BallotSet(poll.id, "v", "key-1234", answers)])
        assert results == [Refused(Refusal.TOO_MANY)]
    with read() as session:
        assert session.scalars(select(Ballot)).all() == []


def test_the_same_request_again_changes_nothing(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        sent = ballot(question, 1, voter="v", key="key-1234")
        first, second = cast(session, sent, sent)
        assert isinstance(first, Accepted)
        assert second == Accepted(first.receipt, repeated=True)
    with read() as session:
        assert counts(only_question(session)) == [0, 1, 0]
        assert session.scalars(select(Ballot)).one().rev == 1


def test_a_late_copy_of_an_older_request_does_not_undo_the_newer_one(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        older = ballot(question, 0, voter="v", key="older-key")
        cast(session, older, ballot(question, 2, voter="v", key="newer-key"), older)
    with read() as session:
        assert counts(only_question(session)) == [0, 0, 1]


def test_a_key_with_other_answers_is_refused(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        cast(session, ballot(question, 0, voter="v", key="key-1234"))
        results = cast_many(session, [ballot(question, 1, voter="v", key="key-1234")])
        assert results == [Refused(Refusal.KEY_REUSED)]
    with read() as session:
        assert counts(only_question(session)) == [1, 0, 0]


def test_two_devices_may_use_the_same_key(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        cast(session, *(ballot(question, 0, voter=v, key="key-1234") for v in "ab"))
    with read() as session:
        assert counts(only_question(session)) == [2, 0, 0]


def test_the_receipt_follows_the_stored_answers(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        first, other = cast(session, ballot(question, 0, voter="v"), ballot(question, 0, voter="w"))
        (changed,) = cast(session, ballot(question, 1, voter="v"))
        receipts = {result.receipt for result in (first, other, changed)}  # type: ignore[union-attr]
        assert len(receipts) == 3
        assert {len(receipt) for receipt in receipts} == {20}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (PollState.DRAFT, Refusal.NOT_OPEN),
        (PollState.PAUSED, Refusal.NOT_OPEN),
        (PollState.CLOSED, Refusal.CLOSED),
    ],
)
def test_only_an_open_poll_takes_answers(
    write: Opener, read: Opener, state: PollState, reason: Refusal
) -> None:
    with write() as session:
        question = make_poll(session, OPINION, state=state).questions[0]
        assert cast_many(session, [ballot(question, 0)]) == [Refused(reason)]
    with read() as session:
        assert session.scalars(select(Ballot)).all() == []


def test_options_of_another_question_are_refused(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
        foreign = poll.questions[2].options[0].id
        mixed = BallotSet(poll.id, "v", "key-1234", {poll.questions[0].id: frozenset([foreign])})
        assert cast_many(session, [mixed]) == [Refused(Refusal.UNKNOWN_CHOICE)]


def test_questions_of_another_poll_are_refused(write: Opener) -> None:
    with write() as session:
        mine, other = make_poll(session), make_poll(session)
        question = other.questions[0]
        mixed = BallotSet(mine.id, "v", "k" * 8, {question.id: frozenset([question.options[0].id])})
        assert cast_many(session, [mixed]) == [Refused(Refusal.UNKNOWN_CHOICE)]


def test_an_unknown_poll_is_refused(write: Opener) -> None:
    with write() as session:
        sent = BallotSet(4711, "v", "key-1234", {1: frozenset([1])})
        assert cast_many(session, [sent]) == [Refused(Refusal.NOT_OPEN)]


def test_nothing_chosen_is_no_first_answer(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session).questions[1]
        assert cast_many(session, [ballot(question)]) == [Refused(Refusal.EMPTY)]
    with read() as session:
        assert session.scalars(select(Ballot)).all() == []


def test_one_refused_ballot_leaves_the_others_of_its_batch(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        results = cast_many(
            session, [ballot(question, 0), ballot(question, 0, 1), ballot(question, 2)]
        )
        assert [type(result) for result in results] == [Accepted, Refused, Accepted]
    with read() as session:
        assert counts(only_question(session)) == [1, 0, 1]


def test_a_batch_raises_the_version_once(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        before = poll.version
        cast(session, *(ballot(poll.questions[0], 0) for _ in range(20)))
        assert session.scalar(select(Poll.version)) == before + 1


@pytest.mark.parametrize("size", [1, 3, 30])
def test_a_batch_costs_the_same_few_statements(
    write: Opener, count_queries: Opener, size: int
) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        ballots = [ballot(question, 0) for _ in range(size)]
    with write() as session, count_queries() as statements:
        cast(session, *ballots)
    assert len(statements) == 8


def test_the_check_finds_a_counter_that_is_off(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        cast(session, ballot(question, 0))
        first = question.options[0].id
        session.execute(update(Tally).where(Tally.option_id == first).values(count=5))
    with read() as session:
        assert list(tallies(session)) == [f"option {first} counts 5, its ballots say 1"]
    with write() as session:
        session.execute(update(Tally).where(Tally.option_id == first).values(count=1))


def test_the_check_finds_an_answer_count_that_is_off(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        question.answered = 3
    with read() as session:
        assert list(tallies(session)) == [f"question {question.id} counts 3 answers, 0 exist"]
    with write() as session:
        session.execute(update(Question).values(answered=0))


def test_closing_unties_ballots_and_keeps_the_counts(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
        one, many, _stance = poll.questions
        cast(session, ballot(one, 0, voter="v"), ballot(many, 0, 1, voter="v"))
        cast(session, ballot(one, 1, voter="v"), ballot(many, 2, voter="w"))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    with read() as session:
        ballots = session.scalars(select(Ballot)).all()
        assert len({ballot.voter_key for ballot in ballots}) == len(ballots) == 3
        assert not {"v", "w"} & {ballot.voter_key for ballot in ballots}
        assert {(ballot.rev, ballot.idem) for ballot in ballots} == {(1, "")}
        assert session.scalar(select(Poll.secret)) is None
        assert list(tallies(db.session())) == []
