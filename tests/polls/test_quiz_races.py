"""A hall answers while the moderator shows the answer: from then on all is final, scores too."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.db import transaction
from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls.checks_quiz import quizzes
from hanmadang.polls.domain import Accepted, BallotSet, Refused, Result, cast_many, reveal
from hanmadang.polls.domain.quiz import keep_scores
from hanmadang.polls.domain.stage import locked
from hanmadang.polls.models import Poll, Question, ResultsShown
from hanmadang.polls.models_quiz import Scores
from hanmadang.polls.shapes import Refusal
from tests.factories.polls import KNOWLEDGE, make_poll
from tests.polls.test_stage_races import at_once

Opener = Callable[[], Any]
SEATS = 40
_ANSWERED = select(Question.answered)
LED = replace(KNOWLEDGE, results_shown=ResultsShown.MODERATOR)


@pytest.fixture
def poll(write: Opener) -> Poll:
    with write() as session:
        made = make_poll(session, LED, quiz=True)
        assert made.questions[0].options
        return made


def answers_around(app: Flask, poll: Poll, act: Callable[[], None]) -> list[Result]:
    """A hall answers rightly, and in the middle of it somebody acts."""
    question = poll.questions[0]
    right, writers = question.options[1].id, [GroupWriter(app, cast_many) for _ in range(2)]

    def one(seat: int) -> Result | None:
        if seat == SEATS // 2:
            act()
            return None
        writer: GroupWriter[BallotSet, Result] = writers[seat % 2]
        sheet = BallotSet(poll.id, f"{seat}", f"{seat}-key-key", {question.id: (right,)})
        return writer.write(sheet)

    return [result for result in at_once(SEATS, one) if result is not None]


def test_an_answer_counts_before_it_is_told_or_is_refused(
    app: Flask, poll: Poll, read: Opener
) -> None:
    def tell() -> None:
        with app.app_context(), transaction() as session:
            reveal(session, None, poll.id, poll.questions[0].id, revealed=True)

    results = answers_around(app, poll, tell)
    accepted = sum(isinstance(result, Accepted) for result in results)
    refused = {result.reason for result in results if isinstance(result, Refused)}
    assert refused <= {Refusal.LOCKED}
    with read() as session:
        assert session.scalars(select(Question.answered)).one() == accepted
        assert session.get_one(Scores, poll.id).people == accepted
        assert list(quizzes(session)) == []


def test_the_twin_that_counts_without_telling_publishes_what_goes_on_changing(
    app: Flask, poll: Poll, write: Opener
) -> None:
    """Sabotaged: scores are kept under the lock, but answers go on counting after it."""

    def count() -> None:
        with app.app_context(), transaction() as session:
            keep_scores(session, locked(session, poll.id))

    answers_around(app, poll, count)
    with write() as session:
        late = {poll.questions[0].id: (poll.questions[0].options[1].id,)}
        cast_many(session, [BallotSet(poll.id, "late", "late-key-key", late)])
        assert session.get_one(Scores, poll.id).people < session.scalars(_ANSWERED).one()
        assert len(list(quizzes(session))) > 0
        session.delete(session.get_one(Scores, poll.id))
