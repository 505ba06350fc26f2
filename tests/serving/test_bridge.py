"""The bridge from ASGI to WSGI, asked over real connections."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

import pytest

from hanmadang.kernel.gate import aside
from hanmadang.serving.bridge import BODY_BYTES, Bridge
from tests.serving.conftest import ask, talk
from tests.support.ports import LOCAL

Serve = Callable[[Any], int]
Environ = dict[str, Any]


def mirror(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    """Answers with what it was asked."""
    body = environ["wsgi.input"].read()
    seen = {key: value for key, value in environ.items() if isinstance(value, str)}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen | {"body": body.decode("latin-1"), "size": len(body)}).encode()]


@pytest.fixture
def port(serve: Serve) -> int:
    """Where the mirror stands."""
    return serve(Bridge(mirror))


def seen(port: int, *args: Any, **options: Any) -> Any:
    """What the mirror saw."""
    return json.loads(ask(port, *args, **options).body)


def test_a_request_without_a_body_has_an_empty_one(port: int) -> None:
    answer = seen(port, path="/a?b=c&d")
    assert (answer["body"], answer["CONTENT_LENGTH"]) == ("", "0")
    assert (answer["PATH_INFO"], answer["QUERY_STRING"], answer["RAW_URI"]) == ("/a", "b=c&d", "/a")


@pytest.mark.parametrize("size", [0, 1, 70_000, BODY_BYTES])
def test_a_body_arrives_whole_up_to_the_cap(port: int, size: int) -> None:
    answer = seen(port, "POST", body=b"x" * size)
    assert (answer["size"], answer["CONTENT_LENGTH"]) == (size, str(size))


@pytest.mark.parametrize("size", [BODY_BYTES + 1, 4 * BODY_BYTES])
def test_a_larger_body_is_refused_in_a_sentence(port: int, size: int) -> None:
    answer = ask(port, "POST", body=b"x" * size)
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert "This is too large to send." in answer.body.decode()


@pytest.fixture
def guarded(serve: Serve) -> int:
    """The mirror, behind a guard who lets in whoever shows a pass."""
    return serve(Bridge(mirror, admits=lambda environ: "HTTP_PASS" in environ))


@pytest.mark.parametrize("size", [0, 5 * BODY_BYTES])
def test_a_file_of_who_may_not_send_it_is_not_read(guarded: int, size: int) -> None:
    body, path = b"x" * size, "/pictures"
    refused = json.loads(ask(guarded, "POST", path, body=body).body)
    taken = json.loads(ask(guarded, "POST", path, body=body, headers={"Pass": "1"}).body)
    assert (refused["size"], taken["size"]) == (0, size)


def test_who_may_not_send_takes_no_turn_of_who_may(guarded: int) -> None:
    head = b"POST /pictures HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(8):
            stranger = stack.enter_context(socket.create_connection((LOCAL, guarded)))
            stranger.sendall(head)
        taken = ask(guarded, "POST", "/pictures", body=b"x", headers={"Pass": "1"})
        assert json.loads(taken.body)["size"] == 1


def test_a_guard_who_fails_lets_nobody_in(serve: Serve) -> None:
    def failing(_environ: Environ) -> bool:
        raise OSError

    answer = ask(serve(Bridge(mirror, admits=failing)), "POST", "/pictures", body=b"xy")
    assert (answer.status, json.loads(answer.body)["size"]) == (200, 0)


def test_a_body_announced_as_enormous_is_refused_before_it_is_sent(port: int) -> None:
    start = time.monotonic()
    answer = talk(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - start < 1


def test_endless_chunks_are_cut_off(port: int) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with pytest.raises(OSError):  # noqa: PT011  (reset or broken pipe, as it happens)
        talk(port, head, *[chunk] * 512)  # 32 MiB; the server hangs up after nine


def test_a_chunked_body_is_read_like_any_other(port: int) -> None:
    answer = seen(port, "POST", body=iter([b"one ", b"two"]), encode_chunked=True)
    assert (answer["body"], answer["CONTENT_LENGTH"]) == ("one two", "7")
    assert "HTTP_TRANSFER_ENCODING" not in answer  # Werkzeug would take it for an empty body


@pytest.mark.parametrize("length", [b"abc", b"-1", b"1e3", b"5, 6", b""])
def test_a_length_that_is_no_number_is_a_bad_request(port: int, length: bytes) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %b\r\n\r\n" % length
    assert talk(port, request).startswith(b"HTTP/1.1 400 ")


def test_the_bridge_itself_checks_the_length() -> None:
    """Whatever server stands before it."""
    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {"type": "http", "headers": [(b"content-length", b"abc")]}
    asyncio.run(Bridge(mirror)(scope, None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 400


def test_a_request_whose_sender_left_is_not_acted_on(serve: Serve) -> None:
    ran: list[str] = []

    def app(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        ran.append(environ["PATH_INFO"])
        return mirror(environ, start_response)

    port = serve(Bridge(app))
    talk(port, b"POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", hang_up=True)
    assert ask(port, path="/next").status == 200
    assert ran == ["/next"]


def test_a_body_that_never_comes_is_given_up(serve: Serve) -> None:
    port = serve(Bridge(mirror, body_seconds=0.2))
    answer = talk(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nslow")
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_slow_bodies_hold_nobody_up(port: int) -> None:
    slow = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nslow"
    with ExitStack() as lines:
        for _ in range(60):  # more than there are threads
            line = lines.enter_context(socket.create_connection((LOCAL, port), timeout=5))
            line.sendall(slow)
        start = time.monotonic()
        assert ask(port).status == 200
        assert time.monotonic() - start < 1


def test_head_has_headers_and_no_body(port: int) -> None:
    answer = ask(port, "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/json"


def test_repeated_headers_are_folded(port: int) -> None:
    head = b"GET / HTTP/1.0\r\nHost: x\r\n"
    lines = b"Accept: a\r\nAccept: b\r\nCookie: c=1\r\nCookie: d=2\r\n\r\n"
    text = talk(port, head + lines).decode()
    answer = json.loads(text[text.index("{") : text.index("}") + 1])
    assert answer["HTTP_ACCEPT"] == "a,b"
    assert answer["HTTP_COOKIE"] == "c=1; d=2"


def test_headers_with_underscores_are_dropped(port: int) -> None:
    """X_Forwarded_For would otherwise pass for X-Forwarded-For behind a proxy that checks."""
    answer = seen(port, headers={"X_Forwarded_For": "6.6.6.6", "X-Real": "yes"})
    assert "HTTP_X_FORWARDED_FOR" not in answer
    assert answer["HTTP_X_REAL"] == "yes"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/%ED%86%B5%EC%9D%BC", "/통일"),
        ("/a%2Fb%20c", "/a/b c"),
        ("/%FF%FE", "/\udcff\udcfe"),
        ("/%zz", "/%zz"),
    ],
)
def test_paths_are_decoded_as_wsgi_wants(port: int, path: str, expected: str) -> None:
    raw = seen(port, path=path)["PATH_INFO"].encode("latin-1")
    assert raw.decode("utf-8", "surrogateescape") == expected


def answering(headers: list[tuple[str, str]], *parts: bytes) -> Bridge:
    """An app that always says the same."""

    def app(_environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return parts

    return Bridge(app)


def test_hangul_in_a_header_does_not_cost_the_answer(serve: Serve) -> None:
    answer = ask(serve(answering([("X-Name", "통일"), ("X-Latin", "caf\xe9")], b"fine")))
    assert (answer.status, answer.body) == (200, b"fine")
    assert answer.headers["x-name"].encode("latin-1").decode() == "통일"
    assert answer.headers["x-latin"] == "caf\xe9"


def test_an_answer_in_parts_is_joined_and_its_iterable_closed(serve: Serve) -> None:
    class Parts(list[bytes]):
        closed = False

        def close(self) -> None:
            self.closed = True

    parts = Parts([b"one ", b"two"])

    def app(_environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return parts

    assert ask(serve(Bridge(app))).body == b"one two"
    assert parts.closed


def test_an_app_that_breaks_is_answered_for_and_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def app(_environ: Environ, _start: Callable[..., Any]) -> list[bytes]:
        raise RuntimeError("no page for this")

    answer = ask(serve(Bridge(app)))
    assert answer.status == 500
    assert "Something went wrong" in answer.body.decode()
    assert b"no page for this" not in answer.body
    assert "no page for this" in caplog.text


def test_write_is_not_offered(serve: Serve) -> None:
    def app(_environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])(b"old style")
        return []

    assert ask(serve(Bridge(app))).status == 500


class Crowd:
    """An app that notes how many requests compute, and how many are inside, at once."""

    def __init__(self, *, steps_aside: bool) -> None:
        self.steps_aside = steps_aside
        self.computing = self.most_computing = self.inside = self.most_inside = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        self._enter()
        time.sleep(0.02)
        with self._lock:
            self.computing -= 1
        if self.steps_aside:
            with aside():
                time.sleep(0.2)
        with self._lock:
            self.inside -= 1
        start_response("200 OK", [])
        return [b"done"]

    def _enter(self) -> None:
        with self._lock:
            self.computing += 1
            self.inside += 1
            self.most_computing = max(self.most_computing, self.computing)
            self.most_inside = max(self.most_inside, self.inside)


@pytest.mark.parametrize("steps_aside", [True, False])
def test_one_request_computes_at_a_time_and_who_waits_steps_aside(
    serve: Serve, *, steps_aside: bool
) -> None:
    crowd = Crowd(steps_aside=steps_aside)
    port = serve(Bridge(crowd))
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(port).status)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == [200] * 6
    assert crowd.most_computing == 1
    assert (crowd.most_inside > 1) is steps_aside
