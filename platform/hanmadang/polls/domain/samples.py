"""Filling a demonstration poll with invented answers, through real ballots."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from hanmadang.kernel.ids import new_key
from hanmadang.polls.domain.casting import Accepted, BallotSet, cast_many
from hanmadang.polls.models import Poll
from hanmadang.polls.shapes import Stance, vote

_BATCH = 200


def cast_sample(
    session: Session, poll: Poll, counts: Mapping[int, Sequence[int]], respondents: int
) -> None:
    """Cast ballots so that option k of a question ends with ``counts[question_id][k]``.

    Where several may be chosen, the choices of one option go to different respondents. Raises
    ValueError when the numbers do not fit so many respondents.
    """
    answers: list[dict[int, set[int]]] = [{} for _ in range(respondents)]
    for question in poll.questions:
        place = 0
        for option, count in zip(question.options, counts.get(question.id, ()), strict=False):
            for _ in range(count):
                chosen = answers[place % respondents].setdefault(question.id, set())
                chosen.add(option.id)
                place += 1
    _cast(session, poll.id, [each for each in answers if each])


def cast_votes(session: Session, poll: Poll, rows: Sequence[Mapping[int, Stance]]) -> None:
    """Vote on a poll's statements; each row is a respondent's stances by place."""
    (question,) = poll.questions
    ids = [option.id for option in question.options]
    answers = ({vote(ids[at], stance) for at, stance in row.items()} for row in rows)
    _cast(session, poll.id, [{question.id: answer} for answer in answers if answer])


def _cast(session: Session, poll_id: int, answers: Sequence[Mapping[int, set[int]]]) -> None:
    for start in range(0, len(answers), _BATCH):
        ballots = [
            BallotSet(poll_id, new_key(), new_key(), {q: frozenset(c) for q, c in each.items()})
            for each in answers[start : start + _BATCH]
        ]
        refused = [r for r in cast_many(session, ballots) if not isinstance(r, Accepted)]
        if refused:
            raise ValueError(refused[0])
