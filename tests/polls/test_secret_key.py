"""The key of a secret poll: without it nothing is opened, and it goes with the close."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.envelopes import close_envelope, new_private_key, public_key_of
from hanmadang.kernel.permissions import Role
from hanmadang.polls.checks import secret_polls
from hanmadang.polls.domain import (
    change_state,
    keys,
)
from hanmadang.polls.jobs import destroy_keys
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.models_secret import Box, Envelope
from tests.conftest import Browser
from tests.factories.polls import (
    NOW,
    counts,
)
from tests.factories.secret import Hall, close, open_hall, rows, send

Opener = Callable[[], Any]


@pytest.fixture
def hall(write: Opener) -> Hall:
    return open_hall(write)


def test_the_key_is_a_file_of_its_owner_and_goes_with_the_close(
    app: Flask, hall: Hall, write: Opener
) -> None:
    with app.app_context():
        path = keys.path_of(hall.poll_id)
    assert (path.parent.name, path.stat().st_mode & 0o777) == ("keys", 0o600)
    close(write, hall.poll_id)
    assert not path.exists()


def test_without_the_key_the_poll_stays_open_and_the_desk_says_why(
    *, app: Flask, hall: Hall, sign_in: Any, client: Browser, write: Opener, read: Opener
) -> None:
    client.send(f"/en/polls/{hall.slug}", hall.sheet(1))
    with app.app_context():
        path = keys.path_of(hall.poll_id)
    kept = path.read_bytes()
    path.unlink()
    refused = sign_in(Role.ADMINISTRATOR).send(f"/ko/desk/polls/{hall.poll_id}/close")
    assert (refused.status_code, "키 파일" in refused.text) == (409, True)
    with read() as session:
        assert session.get_one(Poll, hall.poll_id).state == PollState.OPEN
        assert rows(session, Envelope) == 1
        assert list(secret_polls(session)) == [f"poll {hall.slug}: its key is not in {path.parent}"]
    path.write_bytes(kept)
    close(write, hall.poll_id)
    with read() as session:
        assert counts(session.get_one(Question, hall.question)) == [0, 1, 0]


def test_another_polls_key_opens_nothing(app: Flask, hall: Hall, write: Opener) -> None:
    with app.app_context():
        path = keys.path_of(hall.poll_id)
    kept = path.read_bytes()
    path.write_bytes(new_private_key())
    with pytest.raises(keys.KeyMissingError):
        close(write, hall.poll_id)
    path.write_bytes(kept)


def test_an_envelope_that_does_not_open_keeps_the_poll_open(
    hall: Hall, write: Opener, read: Opener
) -> None:
    with write() as session:
        send(session, hall, 0)
        box = session.get_one(Box, hall.poll_id)
        blank = close_envelope(public_key_of(new_private_key()), b" " * box.room, "elsewhere")
        session.add(Envelope(poll_id=hall.poll_id, name="foreign", sealed=blank))
    with pytest.raises(keys.KeyMissingError):
        close(write, hall.poll_id)
    with write() as session:
        assert rows(session, Envelope) == 2
        session.delete(session.get_one(Envelope, (hall.poll_id, "foreign")))


def test_a_crash_before_the_key_is_destroyed_is_finished_by_the_job(
    app: Flask, hall: Hall, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(keys, "destroy", lambda _poll: None)
        close(write, hall.poll_id)
    with app.app_context():
        path = keys.path_of(hall.poll_id)
        assert path.exists()
        assert list(secret_polls(db.session())) == [
            f"poll {hall.poll_id} is closed and its key is still here"
        ]
    destroy_keys(app)
    assert not path.exists()


def test_the_job_leaves_the_keys_of_running_polls(app: Flask, hall: Hall) -> None:
    destroy_keys(app)
    with app.app_context():
        assert keys.path_of(hall.poll_id).exists()


def test_a_close_that_is_rolled_back_keeps_the_key(app: Flask, hall: Hall) -> None:
    with app.app_context():
        with suppress(ZeroDivisionError), transaction() as session:
            change_state(session, None, hall.poll_id, PollState.CLOSED, now=NOW)
            raise ZeroDivisionError
        assert keys.path_of(hall.poll_id).exists()
        assert db.session().get_one(Poll, hall.poll_id).state == PollState.OPEN


def test_going_on_after_a_pause_keeps_key_and_envelopes(
    app: Flask, hall: Hall, write: Opener, read: Opener
) -> None:
    with write() as session:
        send(session, hall, 2)
    with app.app_context():
        before = keys.path_of(hall.poll_id).read_bytes()
    for step in (PollState.PAUSED, PollState.OPEN):
        with write() as session:
            change_state(session, None, hall.poll_id, step, now=NOW)
    with app.app_context():
        assert keys.path_of(hall.poll_id).read_bytes() == before
    close(write, hall.poll_id)
    with read() as session:
        assert counts(session.get_one(Question, hall.question)) == [0, 0, 1]
