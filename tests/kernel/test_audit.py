"""The audit log cannot be changed unnoticed."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from hanmadang.kernel import audit
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.db import db, is_sqlite, transaction
from hanmadang.kernel.permissions import Role, Viewer

ACTOR = Viewer(account_id=7, roles=frozenset({Role.ORGANIZER}))


@pytest.fixture
def sealed(app: Flask) -> Flask:
    """Three sealed acts."""
    with app.app_context(), transaction() as session:
        for number in range(3):
            audit.record(session, ACTOR, "event.published", kind="event", id=number)
        session.flush()
        audit.seal(session)
    return app


def test_an_act_says_who_what_and_which(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            audit.record(session, ACTOR, "event.published", kind="event", id=4, subject_id=9)
        entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_id, entry.role, entry.action) == (7, "organizer", "event.published")
    assert (entry.object_kind, entry.object_id, entry.subject_id) == ("event", "4", 9)


def test_untouched_log_is_whole(sealed: Flask) -> None:
    with sealed.app_context():
        assert audit.verify(db.session()) == []


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET detail = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_changes(sealed: Flask, verb: str) -> None:
    with sealed.app_context(), pytest.raises(DBAPIError, match="append-only"):
        _write(verb)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET detail = 'forged' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 3",
        "UPDATE audit_entry SET seq = seq + 100 WHERE seq = 1",
    ],
)
def test_verify_finds_what_went_around_the_guard(sealed: Flask, tampering: str) -> None:
    with sealed.app_context():
        _unguarded(tampering)
        assert len(audit.verify(db.session())) == 1


def test_seal_counts_only_new_rows(sealed: Flask) -> None:
    with sealed.app_context(), transaction() as session:
        assert audit.seal(session) == 0


def _write(statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement))


def _unguarded(statement: str) -> None:
    """What somebody with the database file could do; the guard is put back."""
    with transaction() as session:
        if is_sqlite():
            guards = session.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _sql in guards:
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text(statement))
            for _name, sql in guards:
                session.execute(text(sql))
        else:
            session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
            session.execute(text(statement))
            session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))
