"""Two devices type the same new answer at once: one row, counted twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hanmadang.kernel.clock import pause
from hanmadang.kernel.db import db, transaction
from hanmadang.polls.domain import Accepted, cast_many
from hanmadang.polls.models import Question
from hanmadang.polls.models_words import MOST_ID, PollWord, WordState
from tests.factories.polls import make_poll
from tests.factories.words import CLOUD, typed, words

Opener = Callable[[], Any]
DEVICES = 12


def asked(write: Opener) -> Question:
    with write() as session:
        question: Question = make_poll(session, CLOUD).questions[0]
        return question


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Every device acts at the same instant."""
    start = threading.Barrier(DEVICES)

    def device(number: int) -> Any:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(DEVICES) as pool:
        return list(pool.map(device, range(DEVICES)))


def test_the_same_new_word_from_many_devices_is_one_row(
    app: Flask, write: Opener, read: Opener
) -> None:
    question = asked(write)

    def device(number: int) -> Any:
        sent = typed(question, "Bridge", f"word {number % 3}")
        with app.app_context(), transaction() as session:
            return cast_many(session, [sent])[0]

    assert all(isinstance(result, Accepted) for result in at_once(device))
    with read() as session:
        assert words(session, question.id) == {
            "Bridge": (12, "pending"),
            "word 0": (4, "pending"),
            "word 1": (4, "pending"),
            "word 2": (4, "pending"),
        }


def test_the_twin_that_looks_before_it_locks_is_refused_by_the_database(
    app: Flask, write: Opener, read: Opener
) -> None:
    question = asked(write)

    def careless(number: int) -> bool:
        known = select(func.count()).where(
            PollWord.question_id == question.id, PollWord.folded == "bridge"
        )
        with app.app_context():
            found = db.session.scalar(known)
        pause(0.05)
        if found:
            return True
        try:
            with app.app_context(), transaction() as session:
                session.add(word(question.id, MOST_ID - number))
        except IntegrityError:
            return False
        return True

    assert not all(at_once(careless))
    with write() as session:
        assert words(session, question.id) == {"Bridge": (0, "pending")}


def word(question_id: int, id_: int) -> PollWord:
    return PollWord(
        id=id_,
        question_id=question_id,
        folded="bridge",
        label="Bridge",
        language="en",
        state=WordState.PENDING.value,
        count=0,
    )
