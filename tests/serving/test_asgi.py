"""The whole house over HTTP: pages, error pages, refused sockets, start and stop in order."""

import asyncio
import gc
import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from hanmadang.kernel.ids import keyed, new_key, new_secret
from hanmadang.kernel.permissions import Role
from hanmadang.kernel.pictures import ADMITS
from hanmadang.serving import asgi
from hanmadang.serving.asgi import House
from hanmadang.serving.short import Short
from tests.serving.conftest import ask, talk

Serve = Callable[[Any], int]


@pytest.fixture
def port(app: Flask, serve: Serve) -> int:
    """Where the house answers, without its scheduler."""
    return serve(House(app, scheduler=False))


def test_pages_and_live_results_share_one_port(port: int) -> None:
    page = ask(port, path="/ko/")
    assert (page.status, page.headers["content-language"]) == (200, "ko")
    assert ask(port, path="/live/NOSUCH.json").status == 404
    assert ask(port, path="/healthz").body == b'{"status":"ok"}\n'


def test_head_is_the_page_without_its_body(port: int) -> None:
    page, head = ask(port, path="/en/"), ask(port, "HEAD", "/en/")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == page.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ko/%ED%86%B5%EC%9D%BC", 404),
        ("/ko/%FF%FE", 404),
        ("/ko/%00", 400),
        ("/ko/events/%00", 400),
        ("/ko/events?q=%ED%86%B5%EC%9D%BC", 200),
        ("/ko/events?q=%FF", 200),
        ("/ko/events?q=%00", 400),
        ("/ko/events?q=%ED%A0%80", 200),
        ("/ko/events/99999999999999999999", 404),
    ],
)
def test_strange_addresses_get_a_page_of_ours(port: int, path: str, status: int) -> None:
    answer = ask(port, path=path)
    assert answer.status == status
    assert '<html lang="ko">' in answer.body.decode()


UPLOAD = "/en/desk/polls/1/pictures"


CITIZEN, ORGANIZER = Role.CITIZEN, Role.ORGANIZER


@pytest.mark.parametrize(
    ("role", "sent", "admitted"),
    [
        (ORGANIZER, {}, True),
        (CITIZEN, {}, False),
        (None, {}, False),
        (ORGANIZER, {"path": "/en/nowhere/pictures"}, False),
        (ORGANIZER, {"headers": {"Origin": "https://evil.example"}}, False),
        (ORGANIZER, {"headers": {"Host": "evil.example"}}, False),
    ],
)
def test_the_head_tells_who_may_send_a_file(
    app: Flask, sign_in: Any, role: Role | None, sent: dict[str, Any], admitted: bool
) -> None:
    browser = sign_in(role) if role else app.test_client()
    cookie = browser.get_cookie("hm_session")
    given = {"path": UPLOAD, "base_url": "http://localhost", "method": "POST"} | sent
    if cookie:
        given["headers"] = {"Cookie": f"hm_session={cookie.value}"} | given.get("headers", {})
    assert app.extensions[ADMITS](EnvironBuilder(**given).get_environ()) is admitted


def test_the_file_of_a_stranger_is_not_read_but_the_stranger_is_answered(port: int) -> None:
    answer = ask(port, "POST", UPLOAD, body=b"x" * 5_000_000)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/en/sign-in")


@pytest.mark.parametrize("path", ["/ko/", "/ko/%00", "/live/HALL2", "/static/none.css"])
def test_a_foreign_host_gets_two_sentences_and_nothing_else(port: int, path: str) -> None:
    answer = ask(port, path=path, headers={"Host": "evil.example"})
    if path.startswith("/live/"):  # counts that everybody may see, and no address in them
        assert answer.status == 404
    else:
        assert answer.status == 400
        assert "does not answer at this address" in answer.body.decode()


def test_a_failing_view_is_our_page_with_a_number(
    app: Flask, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_path: Any) -> str:
        raise RuntimeError("a secret of the house")

    home = app.view_functions["web.home"]
    monkeypatch.setitem(app.view_functions, "web.home", wraps(home)(fail))
    answer = ask(port, path="/en/")
    text = answer.body.decode()
    assert answer.status == 500
    assert "Something went wrong on our side" in text
    assert answer.headers["x-request-id"] in text
    assert "a secret of the house" not in text


def test_a_form_with_unusable_text_is_refused_and_not_an_error(app: Flask, port: int) -> None:
    device = new_secret()
    token = keyed(str(app.secret_key), "form", device)
    headers = {"Cookie": f"hm_device={device}", "Content-Type": "application/x-www-form-urlencoded"}
    for field, status in {"email": {422}, "password": {422}, "idempotency_key": {400}}.items():
        fields = {"email": "a@b.example", "password": "x", "idempotency_key": new_key()}
        fields[field] += "%00%ED%A0%80"
        body = "&".join(f"{name}={value}" for name, value in fields.items())
        body += f"&csrf_token={token}"
        answer = ask(port, "POST", "/en/sign-in", body=body, headers=headers)
        assert answer.status in status, field


def test_a_large_form_is_refused_with_our_page(port: int) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = ask(port, "POST", "/en/sign-in", body="a=" + "x" * 300_000, headers=headers)
    assert answer.status == 413
    assert "This is too large to send" in answer.body.decode()


def test_very_many_fields_are_refused(port: int) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    body = part * 2_000 + "--b--\r\n"
    answer = ask(port, "POST", "/en/sign-in", body=body, headers=headers)
    assert answer.status == 413


@pytest.mark.parametrize("path", ["/", "/live/HALL2"])
def test_web_sockets_are_refused(port: int, path: str) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    request = b"GET %b HTTP/1.0\r\nHost: localhost\r\n" % path.encode() + upgrade + key
    assert b" 101 " not in talk(port, request).partition(b"\r\n")[0]


def test_a_server_that_speaks_web_sockets_is_told_no(app: Flask) -> None:
    house, sent = House(app, scheduler=False), _Sent()
    asyncio.run(house({"type": "websocket", "path": "/"}, _events("websocket.connect"), sent))
    assert [event["type"] for event in sent.events] == ["websocket.close"]


class _Sent:
    """An ASGI `send` that remembers."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    async def __call__(self, event: Any) -> None:
        self.events.append(event)


def _events(*types: str) -> Callable[[], Any]:
    """An ASGI `receive` that gives these."""
    left = iter(types)

    async def receive() -> dict[str, str]:
        return {"type": next(left)}

    return receive


def test_start_and_stop_happen_in_order(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler starts last; viewers go first, and pages finish before the answer."""
    steps: list[str] = []

    class Part:
        def __init__(self, _app: Flask, **_more: object) -> None:
            self.name = ""

        def start(self) -> None:
            steps.append("scheduler starts")

        def stop(self) -> None:
            steps.append("scheduler stops")

        def close(self) -> None:
            steps.append("pages end")

    class Viewers:
        def __init__(self, _app: Flask) -> None:
            self.name = ""

        async def start(self) -> None:
            steps.append("viewers may come")

        async def stop(self) -> None:
            steps.append("viewers leave")

    monkeypatch.setattr(asgi, "Scheduler", Part)
    monkeypatch.setattr(asgi, "Bridge", Part)
    monkeypatch.setattr(asgi, "Live", Viewers)
    sent = _Sent()
    house = House(app, scheduler=True)
    events = _events("lifespan.startup", "lifespan.shutdown")
    asyncio.run(house({"type": "lifespan"}, events, sent))
    assert [event["type"] for event in sent.events] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert steps == [
        "viewers may come", "scheduler starts",
        "viewers leave", "scheduler stops", "pages end",
    ]  # fmt: skip


def test_a_worker_has_no_scheduler(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_app: Flask) -> None:
        raise AssertionError("a second scheduler")

    monkeypatch.setattr(asgi, "Scheduler", refuse)
    House(app, scheduler=False)


def test_a_vote_leaves_nothing_for_the_collector(app: Flask) -> None:
    """One collection for 1,500 votes made a hall wait a tenth of a second."""
    gc.disable()
    try:
        request = Short(app)._request(EnvironBuilder(method="POST", data={"a": "b"}).get_environ())
        assert request.form["a"] == "b"
        left = weakref.ref(request)
        del request
        assert left() is None
    finally:
        gc.enable()
