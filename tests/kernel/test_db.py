"""The one way to write: all or nothing, ended reads, no oversold counter."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import literal, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import UtcDateTime, after_commit, db, is_sqlite, read, transaction
from hanmadang.kernel.vocabulary import Competency, Topic

SEATS = 10


def _topic(code: str, position: int = 0) -> Topic:
    return Topic(code=code, position=position, name=Bilingual.of(ko="역사", en="History"))


def test_an_error_leaves_nothing_behind(app: Flask) -> None:
    def fail() -> None:
        with transaction() as session:
            session.add(_topic("lost"))
            session.flush()
            raise RuntimeError

    with app.app_context():
        with pytest.raises(RuntimeError):
            fail()
        assert db.session.scalars(select(Topic)).all() == []


def test_a_transaction_inside_a_transaction_is_refused(app: Flask) -> None:
    with app.app_context(), transaction(), pytest.raises(RuntimeError, match="entry point"):
        transaction().__enter__()


def test_a_page_that_only_reads_holds_a_snapshot_on_sqlite_and_nothing_on_postgresql(
    app: Flask,
) -> None:
    with app.app_context():
        session = db.session()
        assert read(session, select(literal(7))).scalar() == 7
        driver = session.connection().connection.dbapi_connection
        assert driver is not None
        if is_sqlite():
            assert driver.in_transaction
        else:
            assert driver.info.transaction_status.name == "IDLE"


def test_what_is_written_after_reading_is_still_all_or_nothing(app: Flask) -> None:
    with app.app_context():
        read(db.session(), select(literal(7)))
        with suppress(KeyError), transaction() as session:
            session.add(_topic("lost"))
            session.flush()
            raise KeyError
        read(db.session(), select(literal(7)))
        with transaction() as session:
            session.add(_topic("kept"))
        assert db.session.scalars(select(Topic.code)).all() == ["kept"]


def test_callbacks_run_after_commit_and_not_after_rollback(app: Flask) -> None:
    ran: list[str] = []
    with app.app_context():
        with transaction():
            after_commit(lambda: ran.append("committed"))
            assert ran == []
        with suppress(KeyError), transaction():
            after_commit(lambda: ran.append("rolled back"))
            raise KeyError
    assert ran == ["committed"]


def test_naive_instants_are_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), db.engine.dialect)


def test_no_statement_is_compiled_or_waits_for_ever(app: Flask) -> None:
    """PostgreSQL's compiler took 0.7 s of each poll page, once its guesses were bad enough."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            asked: dict[str, object] = {"PRAGMA busy_timeout": 10_000, "PRAGMA synchronous": 2}
        else:
            asked = {"SHOW jit": "off", "SHOW lock_timeout": "10s", "SHOW statement_timeout": "30s"}
        for question, answer in asked.items():
            assert db.session.scalar(text(question)) == answer


def test_foreign_keys_are_enforced(app: Flask) -> None:
    name = Bilingual.of(en="x")
    with app.app_context(), pytest.raises(IntegrityError), transaction() as session:
        session.add(Competency(code="x", topic_code="nowhere", name=name, importance=0.5))


def _sell(app: Flask, take: Callable[[Session], bool]) -> int:
    """Forty clients try to take one of ten seats (counted in a topic's position)."""
    with app.app_context(), transaction() as session:
        session.add(_topic("seats"))
    sold: list[bool] = []
    start = threading.Barrier(40, timeout=20)

    def client() -> None:
        start.wait()
        with app.app_context():
            db.session.scalars(select(Topic)).all()  # the look at the page before
            with transaction() as session:
                sold.append(take(session))

    run_together(client, 40)
    return sum(sold)


def run_together(client: Callable[[], None], number: int) -> None:
    """Run `client` in `number` threads and wait for all."""
    threads = [threading.Thread(target=client) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _conditional(session: Session) -> bool:
    statement = (
        update(Topic)
        .where(Topic.code == "seats", Topic.position < SEATS)
        .values(position=Topic.position + 1)
        .returning(Topic.code)
    )
    return session.execute(statement).first() is not None


def test_conditional_update_sells_every_seat_once(app: Flask) -> None:
    assert _sell(app, _conditional) == SEATS


def test_a_check_before_the_transaction_oversells(app: Flask) -> None:
    """The sabotaged twin: each client counts first and locks later."""
    with app.app_context(), transaction() as session:
        session.add(_topic("seats", SEATS - 1))
    everybody_looked = threading.Barrier(8, timeout=20)
    sold: list[bool] = []

    def client() -> None:
        with app.app_context():
            taken = db.session.scalar(select(Topic.position)) or 0
            everybody_looked.wait()
            if taken < SEATS:
                with transaction() as session:
                    session.execute(update(Topic).values(position=Topic.position + 1))
                    sold.append(True)

    run_together(client, 8)
    assert len(sold) > 1
