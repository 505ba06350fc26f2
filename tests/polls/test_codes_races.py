"""Codes are made while the poll closes: none is left that would recognise anybody."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.polls.domain import change_state, codes
from hanmadang.polls.models import Assurance, Poll, PollState
from tests.factories.polls import NOW, OPINION, make_poll
from tests.polls.test_stage_races import at_once

Opener = Callable[[], Any]
DESKS = 12


@pytest.fixture
def poll(write: Opener) -> Poll:
    """As a desk read it before it acts."""
    with write() as session:
        return make_poll(session, OPINION, assurance=Assurance.CODES)


def close(app: Flask, poll_id: int) -> None:
    with app.app_context(), transaction() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)


def issue(app: Flask, poll: Poll, key: str) -> bool:
    """Whether the codes were made."""
    try:
        with app.app_context(), transaction() as session:
            codes.issue(session, None, poll, 3, key=key)
    except NotAllowedNowError:
        return False
    return True


def desks_around(app: Flask, poll: Poll) -> None:
    """Desks make codes, and in the middle of it somebody closes the poll."""

    def one(seat: int) -> None:
        if seat == DESKS // 2:
            close(app, poll.id)
        else:
            issue(app, poll, f"batch-{seat}")

    at_once(DESKS, one)


def left(read: Opener, poll: Poll) -> int:
    with read() as session:
        return codes.count(session, poll.id)


def test_no_code_outlives_its_poll(app: Flask, poll: Poll, read: Opener) -> None:
    desks_around(app, poll)
    assert issue(app, poll, "late") is False
    assert left(read, poll) == 0


def test_the_twin_that_trusts_what_it_read_leaves_codes_behind(
    app: Flask, poll: Poll, read: Opener, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sabotaged: the state is not read anew under the poll's lock."""
    monkeypatch.setattr(codes, "_locked", lambda _session, read_before: read_before)
    desks_around(app, poll)
    assert issue(app, poll, "late") is True
    assert left(read, poll) >= 3
    with write() as session:
        codes.forget(session, poll.id)


def test_closing_waits_for_codes_that_are_being_made(app: Flask, poll: Poll, read: Opener) -> None:
    closing = Thread(target=close, args=(app, poll.id))
    with app.app_context(), transaction() as session:
        codes.issue(session, None, poll, 3, key="slow")
        closing.start()
        closing.join(0.5)
        assert closing.is_alive()
    closing.join()
    assert left(read, poll) == 0
    with read() as session:
        assert session.scalars(select(Poll.state)).one() == PollState.CLOSED


def test_the_same_request_twice_at_once_makes_one_batch(
    app: Flask, poll: Poll, read: Opener
) -> None:
    made = at_once(4, lambda _seat: issue(app, poll, "one-batch"))
    assert made == [True] * 4
    assert left(read, poll) == 3
