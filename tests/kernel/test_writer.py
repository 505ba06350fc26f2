"""The group writer: one commit for many, an answer only after it, and a new thread after a fork."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hanmadang.kernel import gate
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import transaction
from hanmadang.kernel.vocabulary import Topic
from hanmadang.kernel.writer import GroupWriter, TooBusyError

Opener = Callable[[], Any]


def add_topics(session: Session, codes: Sequence[str]) -> list[str]:
    """A small job: one row per code; answers the code."""
    session.add_all(Topic(code=code, name=Bilingual.of(ko=code)) for code in codes)
    return list(codes)


def test_the_answer_comes_after_the_commit(app: Flask, read: Opener) -> None:
    assert GroupWriter(app, add_topics).write("one") == "one"
    with read() as session:
        assert session.get(Topic, "one")


def test_what_queued_meanwhile_is_written_together(app: Flask, read: Opener) -> None:
    batches: list[int] = []

    def noted(session: Session, codes: Sequence[str]) -> list[str]:
        batches.append(len(codes))
        return add_topics(session, codes)

    writer = GroupWriter(app, noted)
    with ThreadPoolExecutor(40) as pool:
        with app.app_context(), transaction() as session:  # holds the lock while 40 queue up
            session.add(Topic(code="held", name=Bilingual.of(ko="held")))
            session.flush()
            answers = [pool.submit(writer.write, str(n)) for n in range(40)]
            threading.Event().wait(0.2)
        assert sorted(answer.result() for answer in answers) == sorted(map(str, range(40)))
    assert sum(batches) == 40
    assert len(batches) < 10
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Topic)) == 41


def test_a_job_that_fails_alone_raises_at_its_sender(app: Flask) -> None:
    def refuse(_session: Session, _jobs: Sequence[str]) -> list[str]:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        GroupWriter(app, refuse).write("x")


def test_of_many_written_at_once_only_the_poisoned_one_fails(app: Flask, read: Opener) -> None:
    def picky(session: Session, jobs: Sequence[str]) -> list[str]:
        if "bad" in jobs:
            raise LookupError("no")
        return add_topics(session, jobs)

    assert GroupWriter(app, picky).write_all(["a", "bad", "b"]) == ["a", None, "b"]
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Topic)) == 2


def test_a_database_that_is_gone_is_asked_once_for_all(app: Flask) -> None:
    asked: list[int] = []

    def gone(_session: Session, jobs: Sequence[str]) -> list[str]:
        asked.append(len(jobs))
        raise OperationalError("", {}, RuntimeError("gone"))

    assert GroupWriter(app, gone).write_all(["a", "b", "c"]) == [None] * 3
    assert asked == [3]


def test_waiting_too_long_says_so(app: Flask) -> None:
    begun, enough = threading.Event(), threading.Event()

    def slow(_session: Session, jobs: Sequence[str]) -> list[str]:
        begun.set()
        assert enough.wait(5)
        return list(jobs)

    writer = GroupWriter(app, slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(writer.write, "first")
        assert begun.wait(5)
        with pytest.raises(TooBusyError):
            writer.write("second", patience=0.05)
        enough.set()
        assert first.result() == "first"


def test_other_requests_run_while_one_waits(app: Flask) -> None:
    ran = threading.Event()

    def wait_for_the_other(_session: Session, jobs: Sequence[str]) -> list[str]:
        assert ran.wait(5)
        return list(jobs)

    def other_request() -> None:
        with gate.turn():
            ran.set()

    with gate.turn():
        thread = threading.Thread(target=other_request)
        thread.start()
        assert not ran.is_set()
        assert GroupWriter(app, wait_for_the_other).write("x") == "x"
    thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_in_the_middle_of_a_commit_leaves_the_child_able_to_write(app: Flask) -> None:
    writer: GroupWriter[str, str] = GroupWriter(app, lambda _session, jobs: list(jobs))
    writer._writing.acquire()  # what the child inherits from a thread it does not have
    writer._reset()  # what os.register_at_fork runs in the child
    assert writer.write("after", patience=1) == "after"
