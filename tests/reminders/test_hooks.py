"""Webhooks: one delivery for each cause, signed, tried for a day, by one sender at a time."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.reminders.domain import hook_queue, hooks
from hanmadang.reminders.domain.hooks import Happening
from hanmadang.reminders.jobs.posters import Poster
from hanmadang.reminders.models_hooks import Hook, HookDelivery, HookState
from hanmadang.reminders.rules import secret_of
from tests.factories.events import make_institution
from tests.factories.reminders import NOW
from tests.support.receiver import Receiver, receiving

Opener = Callable[[], AbstractContextManager[Any]]
KIND = "test.happened"
STAFF = Viewer(account_id=None, roles=frozenset({Role.ADMINISTRATOR}))


@pytest.fixture(autouse=True)
def local(app: Flask) -> Iterator[None]:
    """This machine may be told, and there is a kind of event."""
    before, known = app.extensions["hanmadang.settings"], dict(hooks._kinds)
    app.extensions["hanmadang.settings"] = replace(before, hooks_to_loopback=True)
    hooks.declare(KIND, lazy("A poll closes"))
    yield
    app.extensions["hanmadang.settings"] = before
    hooks._kinds.clear()
    hooks._kinds.update(known)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def hook(write: Opener, receiver: Receiver, advance: Any) -> int:
    """A webhook of the house."""
    return register(write, receiver.url)


def register(write: Opener, url: str, institution: int | None = None) -> int:
    actor = replace(STAFF, institution_id=institution)
    with write() as session:
        return hooks.register_hook(session, actor, url, [KIND], now=clock.now()).id


def happen(write: Opener, number: int = 1, institution: int | None = None) -> None:
    with write() as session:
        happening = Happening(KIND, f"{KIND}:{number}", institution, {"number": number, "ko": "한"})
        hooks.announce(session, happening, now=clock.now())


def row(read: Opener) -> HookDelivery:
    with read() as session:
        found: HookDelivery = session.scalars(select(HookDelivery)).one()
        session.expunge(found)
        return found


def state(read: Opener, hook_id: int) -> tuple[str, str]:
    with read() as session:
        found = session.get_one(Hook, hook_id)
        return found.state, found.note


def test_what_happened_is_told_once_and_signed(
    app: Flask, hook: int, receiver: Receiver, write: Opener, read: Opener
) -> None:
    for _ in range(2):
        happen(write)
    assert (Poster(app).drain(), Poster(app).drain()) == (1, 0)
    (heard,) = receiver.heard
    told = json.loads(heard.body)
    assert (told["type"], told["data"]) == (KIND, {"number": 1, "ko": "한"})
    assert heard.headers["webhook-id"] == row(read).message_id
    with read() as session:
        secret = secret_of(str(app.secret_key), session.get_one(Hook, hook).seed)
    assert heard.headers["webhook-signature"] == signed(secret, heard)
    assert (row(read).state, row(read).last_status) == ("delivered", 200)


def signed(secret: str, heard: Any) -> str:
    """The signature as a receiver computes it from the standard's text."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    names = ("webhook-id", "webhook-timestamp")
    text = ".".join([*(heard.headers[name] for name in names), heard.body])
    return "v1," + base64.b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode()


def test_what_was_rolled_back_is_not_told(hook: int, write: Opener, read: Opener) -> None:
    def fail() -> None:
        with write() as session:
            hooks.announce(session, Happening(KIND, "x", None, {}), now=clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with read() as session:
        assert session.scalars(select(HookDelivery)).all() == []


def test_an_institution_hears_of_its_own_and_the_house_of_all(
    app: Flask, hook: int, receiver: Receiver, write: Opener
) -> None:
    with write() as session:
        first, second = (make_institution(session, code).id for code in ("one", "two"))
    register(write, receiver.url.replace("/hook", "/first"), first)
    happen(write, 1, first)
    happen(write, 2, second)
    Poster(app).drain()
    told = sorted((each.path, json.loads(each.body)["data"]["number"]) for each in receiver.heard)
    assert told == [("/first", 1), ("/hook", 1), ("/hook", 2)]


def test_a_failure_is_tried_again_with_the_same_id(  # noqa: PLR0917  (fixtures are parameters)
    app: Flask, hook: int, receiver: Receiver, write: Opener, read: Opener,
    advance: Callable[[timedelta], None],
) -> None:  # fmt: skip
    receiver.answers = [500, 302]
    happen(write)
    poster = Poster(app)
    for waited, state_ in ((0, "due"), (2, "due"), (7, "delivered")):
        advance(timedelta(minutes=waited))
        poster.drain()
        assert row(read).state == state_
    assert len({each.headers["webhook-id"] for each in receiver.heard}) == 1
    assert (len(receiver.heard), row(read).attempt) == (3, 3)
    assert {each.path for each in receiver.heard} == {"/hook"}


def test_after_a_day_it_is_switched_off_with_a_note(  # noqa: PLR0917  (fixtures are parameters)
    app: Flask, hook: int, receiver: Receiver, write: Opener, read: Opener,
    advance: Callable[[timedelta], None],
) -> None:  # fmt: skip
    receiver.answers = [500] * 99
    happen(write)
    poster = Poster(app)
    for _ in range(26):
        poster.drain()
        advance(timedelta(hours=1))
    tried = len(receiver.heard)
    assert (row(read).state, state(read, hook)) == ("given_up", ("off", "silent"))
    assert 10 < tried < 26
    happen(write, 2)
    poster.drain()
    assert len(receiver.heard) == tried
    with read() as session:
        acts = session.scalars(select(AuditEntry.action)).all()
    assert acts.count("hook.off") == 1


def test_gone_is_believed_at_once(
    app: Flask, hook: int, receiver: Receiver, write: Opener, read: Opener
) -> None:
    receiver.answers = [410]
    happen(write)
    Poster(app).drain()
    assert (row(read).state, state(read, hook)) == ("given_up", ("off", "gone"))


def test_what_waits_for_a_paused_webhook_waits(
    app: Flask, hook: int, receiver: Receiver, write: Opener, advance: Any
) -> None:
    happen(write)
    for to, heard in ((HookState.PAUSED, 0), (HookState.ACTIVE, 1)):
        with write() as session:
            hooks.move_hook(session, STAFF, session.get_one(Hook, hook), to)
        Poster(app).drain()
        assert len(receiver.heard) == heard


def test_a_silent_webhook_does_not_hold_up_the_others(
    app: Flask, hook: int, receiver: Receiver, write: Opener, read: Opener
) -> None:
    dead = register(write, "http://127.0.0.1:1/dead")
    for number in range(4):
        happen(write, number)
    assert Poster(app).drain() == 5  # the dead one is asked once
    assert len(receiver.heard) == 4
    with read() as session:
        waiting = session.scalars(select(HookDelivery).where(HookDelivery.hook_id == dead)).all()
        assert [each.state for each in waiting] == ["due"] * 4
        assert sorted(each.attempt for each in waiting) == [0, 0, 0, 1]


def test_a_name_that_moves_into_our_network_is_told_nothing(
    app: Flask, write: Opener, read: Opener, receiver: Receiver, advance: Any
) -> None:
    register(write, f"http://moves.example:{receiver.port}/")
    happen(write)
    assert Poster(app, find=lambda _host, _port: ["10.0.0.1"]).drain() == 1
    assert (receiver.heard, row(read).last_error) == ([], "PrivateTargetError")


def test_a_lost_sender_is_followed_by_another(  # noqa: PLR0917  (fixtures are parameters)
    app: Flask, hook: int, receiver: Receiver, write: Opener, read: Opener,
    advance: Callable[[timedelta], None],
) -> None:  # fmt: skip
    happen(write)
    with write() as session:
        (taken,) = hook_queue.claim(session, "lost", clock.now())
        assert hook_queue.begin(session, taken, "lost", clock.now())
    assert Poster(app).drain() == 0
    advance(hook_queue.LEASE + timedelta(seconds=1))
    assert Poster(app).drain() == 1
    assert row(read).state == "delivered"


def two_senders(app: Flask, receiver: Receiver) -> int:
    """Two at once, while the receiver takes its time; how many requests it heard."""
    receiver.hold.clear()
    threads = [threading.Thread(target=Poster(app).drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        if len(receiver.heard) > 1:
            break
        clock.pause(0.01)
    receiver.hold.set()
    for thread in threads:
        thread.join()
    return len(receiver.heard)


def test_two_senders_deliver_once(
    app: Flask, hook: int, receiver: Receiver, write: Opener, read: Opener
) -> None:
    happen(write)
    assert two_senders(app, receiver) == 1
    assert (row(read).state, row(read).attempt) == ("delivered", 1)


def test_without_the_lease_two_senders_deliver_twice(
    app: Flask, hook: int, receiver: Receiver, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotaged twin: whoever comes takes what is there."""

    def claim(session: Any, *_args: Any) -> list[int]:
        unsettled = HookDelivery.settled_at.is_(None)
        return list(session.scalars(select(HookDelivery.id).where(unsettled)))

    happen(write)
    monkeypatch.setattr(hook_queue, "claim", claim)
    monkeypatch.setattr(hook_queue, "begin", lambda *_args: True)
    assert two_senders(app, receiver) > 1


def test_a_sender_that_lost_its_lease_notes_nothing(
    hook: int, write: Opener, read: Opener, advance: Callable[[timedelta], None]
) -> None:
    happen(write)
    with write() as session:
        (taken,) = hook_queue.claim(session, "slow", clock.now())
    advance(hook_queue.LEASE + timedelta(seconds=1))
    with write() as session:
        hook_queue.recover(session, clock.now())
        assert not hook_queue.begin(session, taken, "slow", clock.now())
    assert (row(read).state, row(read).attempt) == ("due", 0)


def test_old_deliveries_are_forgotten(
    hook: int, write: Opener, read: Opener, advance: Callable[[timedelta], None], app: Flask
) -> None:
    happen(write)
    Poster(app).drain()
    for days, left in ((30, 1), (1, 0)):
        advance(timedelta(days=days))
        with write() as session:
            hooks.forget_old(session, clock.now())
            assert len(session.scalars(select(HookDelivery)).all()) == left


def test_the_clock_of_these_tests_stands(advance: Any) -> None:
    assert clock.now() == NOW
