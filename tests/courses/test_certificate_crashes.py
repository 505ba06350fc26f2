"""The server dies around the last answer: answer, certificate and letter are there together."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.courses import conditions, domain
from hanmadang.courses.checks_certificates import certificates as check
from hanmadang.courses.domain import certifying
from hanmadang.courses.models import Answer, Certificate
from hanmadang.kernel.db import db, transaction
from hanmadang.reminders.models import OutboxMail
from tests.courses.conftest import NOW, Classroom

Write = Callable[[], Any]
MOMENTS = ("before it", "after it", "after the commit")


def die(*_anything: Any, **_named: Any) -> None:
    """What a kill -9 from outside does."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def deadly(moment: str) -> Iterator[None]:
    """The process ends at that moment of the last answer."""
    honest = certifying.tell

    def told_and_dead(*about: Any) -> None:
        honest(*about)
        db.session.flush()
        die()

    if moment == "before it":
        with patch.object(conditions, "are_met", die):
            yield
    elif moment == "after it":
        with patch.object(certifying, "tell", told_and_dead):
            yield
    else:
        yield
        die()


def last_answer(room: Classroom) -> None:
    """The request that meets the last condition."""
    with transaction() as session:
        domain.answer(session, room.citizen, room.units[2], {"third": [1]}, key="last", now=NOW)


def in_two(room: Classroom) -> None:
    """The twin: the answer is committed, and the certificate looked for afterwards."""
    with patch.object(certifying, "after_unit", lambda *_about: False):
        last_answer(room)
    with transaction() as session:
        enrolment = domain.enrol(session, room.citizen, room.course_id, locale="ko", now=NOW)
        domain.certify(session, enrolment, NOW)


def killed(app: Flask, room: Classroom, request: Callable[[Classroom], None], moment: str) -> None:
    """Run the request in a process that dies at that moment."""
    child = os.fork()
    if not child:
        try:
            with app.app_context():
                db.engine.dispose(close=False)  # the connections are the parent's
                with deadly(moment):
                    request(room)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture
def nearly(classroom: Classroom, write: Write) -> Classroom:
    """All but the last question is answered."""
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        two = {"first": [1], "second": [0, 2]}
        domain.answer(session, classroom.citizen, classroom.units[1], two, key="two", now=NOW)
    return classroom


def there(session: Any) -> tuple[int, int, int]:
    """How many answers, certificates and letters are stored."""
    answers, held, letters = (
        session.scalar(select(func.count()).select_from(table))
        for table in (Answer, Certificate, OutboxMail)
    )
    return answers, held, letters


@pytest.mark.parametrize("moment", MOMENTS)
def test_all_or_nothing_is_there_and_the_same_press_again_makes_it_whole(
    moment: str, app: Flask, nearly: Classroom, read: Write
) -> None:
    killed(app, nearly, last_answer, moment)
    with read() as session:
        assert there(session) == ((3, 1, 1) if moment == "after the commit" else (2, 0, 0))
        assert list(check(session)) == []
    for _ in range(2):
        with app.app_context():
            last_answer(nearly)
    with read() as session:
        assert there(session) == (3, 1, 1)
        assert list(check(session)) == []


def test_in_two_transactions_a_kill_between_them_would_lose_it(
    app: Flask, nearly: Classroom, read: Write, write: Write
) -> None:
    killed(app, nearly, in_two, "before it")
    with read() as session:
        assert there(session) == (3, 0, 0)
        assert len(list(check(session))) == 1
    with write() as session:  # what the hourly job would mend
        domain.certify_the_rest(session, NOW)
        assert there(session) == (3, 1, 1)
