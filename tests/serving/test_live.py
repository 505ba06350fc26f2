"""Live results from outside: a real server on loopback, a vote, and what viewers receive."""

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
from flask import Flask

from hanmadang.kernel import hints
from hanmadang.polls.domain import BallotSet, change_state
from hanmadang.polls.models import PollState, Question, ResultsShown
from hanmadang.polls.queries import snapshot
from hanmadang.polls.rules import seen_token
from hanmadang.polls.views.room import WRITER
from hanmadang.serving.live import Live
from tests.factories.polls import INTEREST, KNOWLEDGE, NOW, OPINION, ballot, make_poll
from tests.support.ports import LOCAL, free_port

Opener = Callable[[], Any]


class Viewer:
    """A browser's EventSource, as far as it matters here."""

    def __init__(self, port: int, path: str) -> None:
        self.connection = http.client.HTTPConnection(LOCAL, port, timeout=10)
        self.connection.request("GET", path)
        self.response = self.connection.getresponse()

    def event(self) -> dict[str, str]:
        """The next event's fields, comments skipped."""
        fields: dict[str, str] = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if not line and fields:
                return fields
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    def snapshot(self) -> Any:
        """The next event's data."""
        return json.loads(self.event()["data"])

    def close(self) -> None:
        """Hang up."""
        self.response.close()
        self.connection.close()


@contextmanager
def serving(live: Live) -> Iterator[int]:
    """A server for `live`; yields its port."""
    port = free_port()
    config = uvicorn.Config(live, host=LOCAL, port=port, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    if live._loop:
        asyncio.run_coroutine_threadsafe(live.stop(), live._loop).result(5)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Where the app's live results are served."""
    with serving(Live(app)) as found:
        yield found


Watch = Callable[[int, str], Viewer]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """`watch(port, path)` opens a stream that is closed after the test."""
    opened: list[Viewer] = []

    def open_one(port: int, path: str) -> Viewer:
        opened.append(Viewer(port, path))
        return opened[-1]

    yield open_one
    for viewer in opened:
        viewer.close()


@pytest.fixture
def asked(write: Opener) -> tuple[str, Question]:
    """The code of an open poll, and its one question."""
    with write() as session:
        poll = make_poll(session, OPINION)
        return poll.code, poll.questions[0]


def vote(app: Flask, question: Question, *places: int) -> None:
    """One device answers, through the group writer."""
    sent: BallotSet = ballot(question, *places)
    app.extensions[WRITER].write(sent)


def get(port: int, path: str, method: str = "GET", **headers: str) -> tuple[Any, bytes]:
    """One request; (response, body)."""
    connection = http.client.HTTPConnection(LOCAL, port, timeout=10)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_a_viewer_first_gets_the_whole_picture(
    watch: Watch, port: int, asked: tuple[str, Question]
) -> None:
    code, question = asked
    event = watch(port, f"/live/{code}").event()
    data = json.loads(event["data"])
    assert event["id"] == str(data["version"])
    assert int(event["retry"]) > 0
    assert data["state"] == "open"
    assert data["questions"][0]["id"] == question.id
    assert [option["count"] for option in data["questions"][0]["options"]] == [0, 0, 0]


def test_a_vote_reaches_a_viewer_within_a_second(
    app: Flask, watch: Watch, port: int, asked: tuple[str, Question]
) -> None:
    code, question = asked
    viewer = watch(port, f"/live/{code}")
    before = viewer.snapshot()["version"]
    start = time.monotonic()
    vote(app, question, 1)
    data = viewer.snapshot()
    assert time.monotonic() - start < 1
    assert data["version"] == before + 1
    assert data["questions"][0]["answered"] == 1
    assert data["questions"][0]["options"][1] == {
        "id": question.options[1].id, "count": 1, "share": 100.0,
    }  # fmt: skip


def test_two_viewers_receive_the_same_bytes(
    app: Flask, watch: Watch, port: int, asked: tuple[str, Question]
) -> None:
    code, question = asked
    viewers = [watch(port, f"/live/{code.lower()}"), watch(port, f"/live/{code}")]
    assert viewers[0].event() == viewers[1].event()
    vote(app, question, 0)
    assert viewers[0].event() == viewers[1].event()


def test_a_burst_of_votes_becomes_few_frames_that_end_right(
    app: Flask, watch: Watch, port: int, asked: tuple[str, Question]
) -> None:
    code, question = asked
    viewer = watch(port, f"/live/{code}")
    viewer.event()
    for _ in range(30):
        vote(app, question, 0)
    frames = [viewer.snapshot()]
    while frames[-1]["questions"][0]["answered"] < 30:
        frames.append(viewer.snapshot())
    assert len(frames) < 15
    assert [f["version"] for f in frames] == sorted(f["version"] for f in frames)


def test_a_lost_hint_is_healed_by_reading_again(
    app: Flask,
    watch: Watch,
    port: int,
    asked: tuple[str, Question],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, question = asked
    viewer = watch(port, f"/live/{code}")
    viewer.event()
    monkeypatch.setattr(hints.of(app), "announce", lambda _name: None)
    vote(app, question, 0)
    assert viewer.snapshot()["questions"][0]["answered"] == 1


def test_closing_is_seen_live(
    app: Flask, watch: Watch, port: int, asked: tuple[str, Question], write: Opener
) -> None:
    code, question = asked
    viewer = watch(port, f"/live/{code}")
    viewer.event()
    with write() as session:
        change_state(session, None, question.poll_id, PollState.CLOSED, now=NOW)
    assert viewer.snapshot()["state"] == "closed"


@pytest.mark.parametrize("shown", [ResultsShown.CLOSED, ResultsShown.AFTER_VOTE])
def test_results_that_may_not_be_shown_never_leave(
    app: Flask, watch: Watch, port: int, write: Opener, shown: ResultsShown
) -> None:
    with write() as session:
        poll = make_poll(session, replace(KNOWLEDGE, results_shown=shown), INTEREST)
        code, question = poll.code, poll.questions[0]
    vote(app, question, 1)
    viewer = watch(port, f"/live/{code}")
    for data in (viewer.snapshot(), json.loads(get(port, f"/live/{code}.json")[1])):
        hidden, open_one = data["questions"]
        assert hidden == {"id": question.id, "answered": 1, "options": []}
        assert len(open_one["options"]) == 3


def test_who_answered_sees_what_is_shown_after_answering(
    app: Flask, port: int, write: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, replace(OPINION, results_shown=ResultsShown.AFTER_VOTE))
        code, other = poll.code, make_poll(session).code
    mine = seen_token(str(app.secret_key), code)
    shown = json.loads(get(port, f"/live/{code}.json?seen={mine}")[1])
    assert len(shown["questions"][0]["options"]) == 3
    foreign = seen_token(str(app.secret_key), other)
    hidden = json.loads(get(port, f"/live/{code}.json?seen={foreign}")[1])
    assert hidden["questions"][0]["options"] == []


def test_results_kept_until_the_close_are_shown_after_it(port: int, write: Opener) -> None:
    with write() as session:
        poll = make_poll(
            session,
            replace(OPINION, results_shown=ResultsShown.CLOSED),
            state=PollState.CLOSED,
        )
        code = poll.code
    data = json.loads(get(port, f"/live/{code}.json")[1])
    assert len(data["questions"][0]["options"]) == 3


def test_the_snapshot_is_not_sent_twice(app: Flask, port: int, asked: tuple[str, Question]) -> None:
    code, question = asked
    first, body = get(port, f"/live/{code}.json")
    assert first.getheader("ETag") == f'"{json.loads(body)["version"]}-open"'
    again, empty = get(port, f"/live/{code}.json", If_None_Match=first.getheader("ETag"))
    assert (again.status, empty) == (304, b"")
    vote(app, question, 0)
    later, _body = get(port, f"/live/{code}.json", If_None_Match=first.getheader("ETag"))
    assert later.status == 200


def test_flask_serves_the_same_snapshot_on_a_plain_wsgi_host(
    client: Any, port: int, asked: tuple[str, Question]
) -> None:
    code, _question = asked
    live, body = get(port, f"/live/{code}.json")
    flask = client.get(f"/live/{code}.json")
    assert flask.data == body
    assert flask.headers["ETag"] == live.getheader("ETag")
    again = client.get(f"/live/{code}.json", headers={"If-None-Match": flask.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/live/ZZZZZ", "/live/ZZZZZ.json", "/live/", "/live/A/B"])
def test_there_is_nothing_behind_an_unknown_code(app: Flask, port: int, path: str) -> None:
    assert get(port, path)[0].status == 404


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_a_draft_does_not_exist(client: Any, port: int, write: Opener, suffix: str) -> None:
    with write() as session:
        code = make_poll(session, state=PollState.DRAFT).code
    assert get(port, f"/live/{code}{suffix}")[0].status == 404
    assert client.get(f"/live/{code}.json").status_code == 404


def test_only_reading_is_possible(port: int, asked: tuple[str, Question]) -> None:
    assert get(port, f"/live/{asked[0]}", method="POST")[0].status == 405
    head, body = get(port, f"/live/{asked[0]}", method="HEAD")
    assert (head.status, body) == (200, b"")


def test_a_full_hall_says_when_to_come_back(
    watch: Watch, app: Flask, asked: tuple[str, Question]
) -> None:
    with serving(Live(app, most=1)) as port:
        viewer = watch(port, f"/live/{asked[0]}")
        assert viewer.response.status == 200
        refused, _body = get(port, f"/live/{asked[0]}")
        assert (refused.status, refused.getheader("Retry-After")) == (503, "20")
        assert get(port, f"/live/{asked[0]}.json")[0].status == 200


def test_who_leaves_is_forgotten(watch: Watch, app: Flask, asked: tuple[str, Question]) -> None:
    live = Live(app)
    with serving(live) as port:
        viewers = [watch(port, f"/live/{asked[0]}") for _ in range(3)]
        assert live.hub.viewers == 3
        for viewer in viewers:
            viewer.close()
        end = time.monotonic() + 5
        while live.hub.viewers and time.monotonic() < end:
            time.sleep(0.02)
        assert live.hub.viewers == 0


def test_proxies_are_told_to_pass_frames_on(
    watch: Watch, port: int, asked: tuple[str, Question]
) -> None:
    response = watch(port, f"/live/{asked[0]}").response
    assert response.getheader("X-Accel-Buffering") == "no"
    assert response.getheader("Cache-Control") == "no-store"
    assert response.getheader("Content-Type") == "text/event-stream; charset=utf-8"


@pytest.mark.parametrize("questions", [1, 3])
def test_a_snapshot_is_one_statement(
    write: Opener, read: Opener, count_queries: Opener, questions: int
) -> None:
    with write() as session:
        code = make_poll(session, *(OPINION,) * questions).code
    with read() as session, count_queries() as statements:
        assert snapshot(session, code) is not None
    assert len(statements) == 1
