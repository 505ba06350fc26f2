"""Closing a secret poll: every envelope is opened at once, and nothing that led to it stays.

All of it happens in the closing transaction, or none. The key is destroyed only after the commit:
the other way round a failure would lose the answers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.db import after_commit
from hanmadang.kernel.envelopes import UnopenableError, open_envelope
from hanmadang.kernel.ids import new_key
from hanmadang.polls import sheets
from hanmadang.polls.domain import keys
from hanmadang.polls.domain.secret_casting import BOX, ENVELOPE, PARTICIPATION, purpose_of
from hanmadang.polls.models import Ballot, Mode, Poll, PollState, Question, Tally
from hanmadang.polls.models_secret import Box
from hanmadang.polls.queries.shapes import shapes_of
from hanmadang.polls.rules import participation_receipt
from hanmadang.polls.shapes import Answer, Gain


def empty_box(session: Session, poll: Poll) -> set[str]:
    """Turn envelopes into ballots and counters; returns the receipts of those who took part.

    The poll is locked and still has its secret. Raises keys.KeyMissingError, and then nothing
    has changed.
    """
    receipts = _receipts(session, poll)
    by_question: dict[int, list[Answer]] = defaultdict(list)
    for sheet in _sheets(session, poll.id):
        for question_id, answer in sheet.items():
            by_question[question_id].append(answer)
    _write_ballots(session, by_question)
    _count(session, poll.id, by_question)
    for table in (ENVELOPE, PARTICIPATION, BOX):
        session.execute(delete(table).where(table.c.poll_id == poll.id))
    after_commit(partial(keys.destroy, poll.id))
    return receipts


def keys_left(session: Session) -> list[int]:
    """Closed polls whose key is still here: a crash came between the commit and destroying it."""
    closed = select(Poll.id).where(
        Poll.id.in_(sorted(keys.kept())),
        Poll.mode == Mode.SECRET.value,
        Poll.state == PollState.CLOSED.value,
    )
    return list(session.scalars(closed.order_by(Poll.id)))


def _receipts(session: Session, poll: Poll) -> set[str]:
    voters = select(PARTICIPATION.c.voter_key).where(PARTICIPATION.c.poll_id == poll.id)
    return {participation_receipt(str(poll.secret), voter) for voter in session.scalars(voters)}


def _sheets(session: Session, poll_id: int) -> Iterable[Mapping[int, Answer]]:
    private = keys.find(poll_id, session.get_one(Box, poll_id).public_key)
    sealed = select(ENVELOPE.c.sealed).where(ENVELOPE.c.poll_id == poll_id)
    try:
        return [
            sheets.read(open_envelope(private, each, purpose_of(poll_id)))
            for each in session.scalars(sealed)
        ]
    except UnopenableError as error:
        raise keys.KeyMissingError from error


def _write_ballots(session: Session, by_question: Mapping[int, Iterable[Answer]]) -> None:
    """Each answer under a name of its own, in the order of those names, as `lifecycle` does."""
    rows: list[dict[str, Any]] = [
        {
            "question_id": question_id,
            "voter_key": new_key(),
            "choices": list(answer),
            "rev": 1,
            "idem": "",
        }
        for question_id, answers in by_question.items()
        for answer in answers
    ]
    if rows:
        rows.sort(key=lambda row: str(row["voter_key"]))
        session.connection().execute(insert(Ballot.__table__), rows)  # type: ignore[arg-type]


def _count(session: Session, poll_id: int, by_question: Mapping[int, list[Answer]]) -> None:
    shapes = shapes_of(session.connection(), poll_id)
    for question_id, answers in by_question.items():
        session.execute(
            update(Question).where(Question.id == question_id).values(answered=len(answers))
        )
        sums: dict[int, list[int]] = defaultdict(lambda: [0] * len(Gain._fields))
        for answer in answers:
            for option_id, gain in shapes[question_id].gains(answer).items():
                sums[option_id] = [a + b for a, b in zip(sums[option_id], gain, strict=True)]
        for option_id, counted in sums.items():
            values = dict(zip(Gain._fields, counted, strict=True))
            session.execute(update(Tally).where(Tally.option_id == option_id).values(values))
