"""The desk of webhooks: an address of one's own institution, its secret once, its deliveries."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.reminders.jobs.posters import Poster
from hanmadang.reminders.models_hooks import Hook, HookDelivery
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, make_poll
from tests.support.receiver import Receiver, receiving

Opener = Callable[[], Any]
SignIn = Callable[..., Browser]
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture(autouse=True)
def local(app: Flask) -> Iterator[None]:
    """This machine may be told; the clock stands where the polls of tests open."""
    before = app.extensions["hanmadang.settings"]
    app.extensions["hanmadang.settings"] = replace(before, hooks_to_loopback=True)
    with clock.frozen(NOW):
        yield
    app.extensions["hanmadang.settings"] = before


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def desk(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


def register(desk: Browser, url: str, *kinds: str, **more: str) -> Any:
    fields = {"url": url, "kinds": list(kinds or ("poll.closed", "poll.opened")), **more}
    return desk.send("/en/desk/hooks", fields)


def hook_id(read: Opener) -> int:
    with read() as session:
        return int(session.scalars(select(Hook.id)).one())


@pytest.mark.parametrize(("language", "words"), [("ko", "웹훅"), ("en", "Webhooks")])
def test_the_desk_offers_what_rooms_declare(desk: Browser, language: str, words: str) -> None:
    page = desk.get(f"/{language}/desk/hooks").text
    assert words in page
    kinds = ("poll.opened", "poll.closed", "poll.outcome")
    assert [kind for kind in kinds if f'value="{kind}"' not in page] == []


def test_the_secret_is_shown_once(desk: Browser, receiver: Receiver, read: Opener) -> None:
    first = register(desk, receiver.url, idempotency_key="the-same-key")
    (secret,) = SECRET.findall(first.text)
    again = register(desk, receiver.url, idempotency_key="the-same-key")
    assert (again.status_code, again.location) == (303, f"/en/desk/hooks/{hook_id(read)}")
    for path in ("", f"/{hook_id(read)}"):
        assert "whsec_" not in desk.get(f"/en/desk/hooks{path}").text
    renewed = desk.send(f"/en/desk/hooks/{hook_id(read)}/secret")
    assert SECRET.findall(renewed.text) != [secret]
    with read() as session:
        assert secret not in session.scalars(select(Hook.seed)).one()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://10.0.0.1/", "cannot be reached from the Internet"),
        ("https://169.254.169.254/latest", "cannot be reached from the Internet"),
        ("http://192.0.2.1/", "cannot be reached from the Internet"),
        ("gopher://x", "begins with https://"),
    ],
)
def test_private_addresses_are_refused_with_the_form(
    desk: Browser, read: Opener, url: str, words: str
) -> None:
    answer = register(desk, url)
    assert (answer.status_code, words in answer.text) == (422, True)
    with read() as session:
        assert session.scalars(select(Hook)).all() == []


def test_without_the_setting_this_machine_is_refused(
    app: Flask, desk: Browser, receiver: Receiver
) -> None:
    before = app.extensions["hanmadang.settings"]
    app.extensions["hanmadang.settings"] = replace(before, hooks_to_loopback=False)
    assert register(desk, receiver.url).status_code == 422
    assert register(desk, f"https://127.0.0.1:{receiver.port}/").status_code == 422


def test_an_event_must_be_chosen_and_known(desk: Browser, receiver: Receiver) -> None:
    assert desk.send("/en/desk/hooks", {"url": receiver.url}).status_code == 422
    assert register(desk, receiver.url, "poll.unknown").status_code == 422


def test_ten_are_enough(desk: Browser, receiver: Receiver) -> None:
    for _ in range(10):
        assert register(desk, receiver.url).status_code == 200
    assert register(desk, receiver.url).status_code == 409


def test_a_test_arrives_and_is_listed(
    app: Flask, desk: Browser, receiver: Receiver, read: Opener
) -> None:
    register(desk, receiver.url)
    path = f"/en/desk/hooks/{hook_id(read)}"
    assert desk.send(f"{path}/test").status_code == 303
    Poster(app).drain()
    assert '"type":"hook.test"' in receiver.heard[0].body
    page = desk.get(path).text
    assert ("Delivered" in page, "A test" in page, ">200 <" in page) == (True, True, True)


def test_pausing_going_on_and_deleting(
    desk: Browser, receiver: Receiver, read: Opener, app: Flask
) -> None:
    register(desk, receiver.url)
    path = f"/en/desk/hooks/{hook_id(read)}"
    assert desk.send(f"{path}/pause").status_code == 303
    assert desk.send(f"{path}/test").status_code == 409
    assert desk.send(f"{path}/pause").status_code == 409
    assert desk.send(f"{path}/resume").status_code == 303
    assert desk.send(f"{path}/test").status_code == 303
    assert desk.send(f"{path}/delete").status_code == 303
    assert desk.get(path).status_code == 404
    with read() as session:
        assert session.scalars(select(HookDelivery)).all() == []
    assert Poster(app).drain() == 0


def test_polls_say_what_happens_to_them(
    app: Flask, sign_in: SignIn, receiver: Receiver, write: Opener
) -> None:
    desk = sign_in(Role.ADMINISTRATOR)
    register(desk, receiver.url, "poll.opened", "poll.closed", "poll.outcome")
    with write() as session:
        poll = make_poll(session, OPINION)
    for step in ("pause", "open", "close"):
        desk.send(f"/en/desk/polls/{poll.id}/{step}")
    entry = {"day": "2026-11-19", "state": "done", "text_ko": "했습니다.", "text_en": "Done."}
    desk.send(f"/en/desk/polls/{poll.id}/outcomes", entry)
    Poster(app).drain()
    told = [each.body for each in receiver.heard]
    assert ["poll.opened" in told[0], "poll.closed" in told[1], "Done." in told[2]] == [True] * 3
    assert len(told) == 3
    assert f'"slug":"{poll.slug}"' in told[0]
    assert not [body for body in told if "@" in body or "secret" in body]
