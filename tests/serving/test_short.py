"""Two doors to one vote: the short way and the page accept and refuse alike."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPMessage
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask, Request
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import EnvironBuilder

from hanmadang.factory import create_app
from hanmadang.kernel import limits, origins
from hanmadang.kernel.ids import keyed, new_key, new_secret
from hanmadang.polls.domain import BallotSet, Result, change_state
from hanmadang.polls.entry import Visitor, voter_of
from hanmadang.polls.models import Assurance, Ballot, Option, Poll, PollState, QuestionType, Tally
from hanmadang.polls.views import short as door
from hanmadang.polls.views.room import cast_all
from hanmadang.serving.asgi import House
from hanmadang.serving.bridge import Bridge
from hanmadang.settings import Settings
from tests.factories.polls import INTEREST, MINUTES, NOW, OPINION, POINTS, RANKED, make_poll
from tests.serving.conftest import Reply, ask

Opener = Callable[[], Any]
Serve = Callable[[Any], int]
FORM = "application/x-www-form-urlencoded"
VARYING = {"date", "x-request-id"}
ASKED = (OPINION, MINUTES, RANKED, POINTS, INTEREST)
LIMITS = 3
"""Declared at the page."""


@dataclass
class Doors:
    """The same house through its short way, and through pages alone."""

    app: Flask
    short: int
    page: int


@dataclass(frozen=True)
class Case:
    """A request; what is left out is as a browser sends it."""

    fields: dict[str, Any] = field(default_factory=lambda: {"opinion": 0})
    headers: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    body: str = ""
    path: str = ""
    state: PollState = PollState.OPEN
    times: int = 1
    status: int = 303
    method: str = "POST"
    before: dict[str, Any] = field(default_factory=dict)
    """What the same device answered earlier."""


@pytest.fixture
def doors(app: Flask, serve: Serve) -> Doors:
    return Doors(app, serve(House(app, scheduler=False)), serve(Bridge(app)))


CASES = {
    "one answer": Case(),
    "in Korean": Case(path="/ko/polls/{slug}"),
    "every type": Case({"opinion": 1, "number": "35", "ranks": "2 1 ", "points": "4 6 "}),
    "the same bytes twice": Case(times=2),
    "ticked boxes": Case({"boxes": "0 2", "boxes-asked": "1"}),
    "boxes unticked": Case({"opinion": 0, "boxes-asked": "1"}),
    "boxes not on the page": Case({"opinion": 0}, before={"boxes": "0 1"}),
    "boxes taken back": Case({"boxes-asked": "1"}, before={"boxes": "0 1"}),
    "radios not on the page": Case({"number": "35"}, before={"opinion": 1}),
    "an emptied number": Case({"opinion": 2, "number": ""}),
    "a key of its own": Case({"opinion": 0, "idempotency_key": "k" * 64}),
    "own origin": Case(headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}),
    "a query": Case(path="/en/polls/{slug}?from=qr"),
    "a query that is broken": Case(path="/en/polls/{slug}?a=%00", status=400),
    "a content type with a charset": Case(headers={"Content-Type": FORM + "; charset=utf-8"}),
    "nothing answered": Case({}, status=422),
    "an option that is not there": Case({"opinion": 99}, status=422),
    "an option that is no number": Case({"opinion": "x"}, status=422),
    "two ranks alike": Case({"ranks": "1 1 "}, status=422),
    "points that do not add up": Case({"points": "4 4 "}, status=422),
    "no token": Case({"opinion": 0, "csrf_token": ""}, status=422),
    "a foreign token": Case({"opinion": 0, "csrf_token": "a" * 64}, status=422),
    "a token that is not ASCII": Case({"opinion": 0, "csrf_token": "가"}, status=422),
    "a short key": Case({"opinion": 0, "idempotency_key": "k"}, status=422),
    "a broken key": Case({"opinion": 0, "idempotency_key": "abcdefgh\0"}, status=400),
    "no device": Case(without=("Cookie",), status=422),
    "a device of another length": Case(headers={"Cookie": "hm_device=short"}, status=422),
    "a session that is none": Case(headers={"Cookie": "hm_device={device}; hm_session=x"}),
    "a foreign origin": Case(headers={"Origin": "https://evil.example"}, status=403),
    "an origin that is none": Case(headers={"Origin": "http://["}, status=403),
    "an origin of nobody": Case(headers={"Origin": "null"}, status=403),
    "a foreign site": Case(headers={"Sec-Fetch-Site": "cross-site"}, status=403),
    "a foreign host": Case(headers={"Host": "evil.example"}, status=400),
    "multipart": Case(headers={"Content-Type": "multipart/form-data; boundary=b"}, status=422),
    "no content type": Case(without=("Content-Type",), status=422),
    "a large form": Case({"opinion": 0, "more": "x" * 20_000}),
    "a form too large": Case({"opinion": 0, "more": "x" * 300_000}, status=413),
    "an unknown poll": Case(path="/en/polls/nowhere", status=404),
    "a poll that is not in Latin": Case(path="/en/polls/" + quote("없음"), status=404),
    "a slug that is broken": Case(path="/en/polls/%00", status=400),
    "a slug that is no text": Case(path="/en/polls/%FF", status=404),
    "another language": Case(path="/fr/polls/{slug}", status=404),
    "a paused poll": Case(state=PollState.PAUSED, status=409),
    "a closed poll": Case(state=PollState.CLOSED, status=409),
    "a draft": Case(state=PollState.DRAFT, status=404),
    "PUT": Case(method="PUT", status=405),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_both_doors_answer_alike(case: Case, doors: Doors, write: Opener, read: Opener) -> None:
    """Each door gets a poll of its own and the same request."""
    sides = [_through(port, case, doors.app, write, read) for port in (doors.short, doors.page)]
    assert sides[0][0] == case.status
    assert sides[0] == sides[1]


def _through(port: int, case: Case, app: Flask, write: Opener, read: Opener) -> Any:
    with write() as session:
        poll = make_poll(session, *ASKED, state=case.state)
        poll_id, slug, secret = poll.id, poll.slug, str(poll.secret)
        names = _names(poll)
    device = new_secret()
    if case.before:
        earlier = _request(Case(case.before), app, names, slug, device)
        assert ask(port, "POST", **earlier).status == 303
    request = _request(case, app, names, slug, device)
    replies = [ask(port, case.method, **request) for _ in range(case.times)]
    last = replies[-1]
    with read() as session:
        rows = _stored(session, poll_id, voter_of(secret, Assurance.LINK, Visitor(device)))
    texts = _plain(last, slug)
    return last.status, _headers(last.headers, slug), texts, rows


def _names(poll: Poll) -> dict[str, Any]:
    keys = ("opinion", "number", "ranks", "points", "boxes")
    return {
        key: (question.id, [option.id for option in question.options])
        for key, question in zip(keys, poll.questions, strict=True)
    }


def _request(
    case: Case, app: Flask, names: dict[str, Any], slug: str, device: str
) -> dict[str, Any]:
    fields: dict[str, Any] = {"csrf_token": keyed(str(app.secret_key), "form", device)}
    fields["idempotency_key"] = new_key()
    for key, value in case.fields.items():
        fields |= _field(names, key, value)
    headers = {"Cookie": f"hm_device={device}", "Content-Type": FORM} | case.headers
    headers["Cookie"] = headers["Cookie"].replace("{device}", device)
    kept = {name: text for name, text in headers.items() if name not in case.without}
    path = (case.path or "/en/polls/{slug}").replace("{slug}", slug)
    return {"path": path, "headers": kept, "body": urlencode(fields, doseq=True)}


def _field(names: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    if key == "boxes-asked":
        return {f"q{names['boxes'][0]}-asked": value}
    if key not in names:
        return {key: str(value)}
    id_, options = names[key]
    if key == "opinion":
        is_place = isinstance(value, int) and value < len(options)
        return {f"q{id_}": str(options[value] if is_place else value)}
    if key == "number":
        return {f"q{id_}": value}
    if key == "boxes":
        return {f"q{id_}": [str(options[int(place)]) for place in value.split()]}
    texts = value.split(" ")
    return {f"q{id_}-{option}": text for option, text in zip(options, texts, strict=True)}


def _stored(session: Any, poll_id: int, voter: str) -> Any:
    """Ballots and counters, without the numbers that differ between two polls."""
    questions = session.get_one(Poll, poll_id).questions
    places = {
        (question.id, option.id): place
        for question in questions
        if question.type != QuestionType.NUMBER
        for place, option in enumerate(question.options)
    }
    ids = {question.id: number for number, question in enumerate(questions)}
    rows = session.scalars(select(Ballot).where(Ballot.question_id.in_(ids)))
    ballots = sorted(
        (ids[id_], row.voter_key == voter, [places.get((id_, c), c) for c in row.choices], row.rev)
        for row in rows
        for id_ in (row.question_id,)
    )
    tallies = session.execute(
        select(Tally.count, Tally.points, Tally.firsts)
        .join(Option, Option.id == Tally.option_id)
        .where(Option.question_id.in_(ids))
        .order_by(Option.question_id, Option.position)
    ).all()
    version = session.get_one(Poll, poll_id).version
    return ballots, [tuple(row) for row in tallies], [q.answered for q in questions], version


def _headers(headers: HTTPMessage, slug: str) -> dict[str, str]:
    found = {name.lower(): text for name, text in headers.items() if name.lower() not in VARYING}
    return {name: _blank(text, slug) for name, text in found.items()}


def _plain(reply: Reply, slug: str) -> str:
    text = reply.body.decode(errors="replace").replace(reply.headers.get("x-request-id", "-"), "")
    return _blank(text, slug)


def _blank(text: str, slug: str) -> str:
    """Without the names and numbers that differ from one device and poll to the next."""
    text = text.replace(slug, "SLUG")
    text = re.sub(r"(hm_device=)[\w-]+", r"\1", text)
    text = re.sub(r'(name="(?:csrf_token|idempotency_key)"[^>]*value=")[^"]*', r"\1", text)
    return re.sub(r"\d+|(?<=/live/)[A-Z\d]+|(?<=/p/)[A-Z\d]+", "N", text)


def test_the_plain_vote_really_takes_the_short_way(
    doors: Doors, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(doors.app.view_functions, "polls.show", lambda **_: ("no", 500))
    for name in ("one answer", "in Korean", "every type", "the same bytes twice"):
        assert _through(doors.short, CASES[name], doors.app, write, read)[0] == 303


def test_answers_that_come_together_are_counted_together(
    doors: Doors, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them is refused by its page; the others do not notice."""
    with write() as session:
        poll = make_poll(session, *ASKED)
        slug, names = poll.slug, _names(poll)
    sizes: list[int] = []

    def noted(ballots: Sequence[BallotSet]) -> list[Result | None]:
        sizes.append(len(ballots))
        return cast_all(ballots)

    monkeypatch.setattr(door, "cast_all", noted)

    def send(number: int) -> int:
        case = Case({"opinion": 99 if number == 7 else number % 3})
        request = _request(case, doors.app, names, slug, new_secret())
        return ask(doors.short, "POST", **request).status

    with ThreadPoolExecutor(24) as pool:
        statuses = list(pool.map(send, range(24)))
    assert [number for number, status in enumerate(statuses) if status != 303] == [7]
    assert sum(sizes) == 24
    with read() as session:
        assert session.get_one(Poll, poll.id).questions[0].answered == 23


def test_one_bad_request_leaves_its_neighbours_on_the_short_way(
    app: Flask, write: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with write() as session:
        poll = make_poll(session, *ASKED)
        slug, names = poll.slug, _names(poll)
    sent = [_as_sent(app, names, slug) for _ in range(4)]
    real = origins.is_foreign

    def stumble(one: Request) -> bool:
        if one is sent[1]:
            raise ValueError("what nobody thought of")
        return real(one)

    monkeypatch.setattr(door, "is_foreign", stumble)
    with app.app_context():
        answers = door.ShortVotes().answer(sent)
    assert [each.status if each else None for each in answers] == [303, None, 303, 303]
    assert "A request could not be judged" in caplog.text


def _as_sent(app: Flask, names: dict[str, Any], slug: str) -> Request:
    parts = _request(CASES["one answer"], app, names, slug, new_secret())
    environ = EnvironBuilder(method="POST", **_built(parts)).get_environ()
    request = app.request_class(environ)
    request.trusted_hosts = app.config["TRUSTED_HOSTS"]
    return request


def _built(parts: dict[str, Any]) -> dict[str, Any]:
    return {"path": parts["path"], "headers": parts["headers"], "data": parts["body"]}


def test_when_the_short_way_itself_breaks_the_page_counts_the_vote(
    doors: Doors, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_anything: object) -> None:
        raise RuntimeError("a stone on the way")

    monkeypatch.setattr(door, "_judge", stumble)
    for _ in range(2):
        answer = _through(doors.short, CASES["one answer"], doors.app, write, read)
        assert answer == _through(doors.page, CASES["one answer"], doors.app, write, read)
        assert answer[0] == 303


def test_when_the_database_fails_the_page_says_so(
    doors: Doors, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_anything: object) -> None:
        raise OperationalError("", {}, RuntimeError("gone"))

    monkeypatch.setattr(doors.app.extensions["hanmadang.polls.writer"], "_apply", fail)
    short = _through(doors.short, CASES["one answer"], doors.app, write, read)
    page = _through(doors.page, CASES["one answer"], doors.app, write, read)
    assert short == page
    assert short[0] >= 500


@pytest.fixture
def guarded(app: Flask, settings: Settings, serve: Serve) -> Iterator[Doors]:
    """The same house with its limits on."""
    house = create_app(replace(settings, limits=True))
    yield Doors(house, serve(House(house, scheduler=False)), serve(Bridge(house)))
    limits._limiter.enabled = False


def test_limits_count_the_same_at_both_doors(
    guarded: Doors, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty a minute for one device, through whichever door; refusals count once."""
    amounts: list[int] = []
    storage = limits._limiter.limiter.storage
    real = storage.incr

    def noted(key: str, expiry: int, amount: int = 1) -> int:
        amounts.append(amount)
        return int(real(key, expiry, amount))

    monkeypatch.setattr(storage, "incr", noted)
    with write() as session:
        poll = make_poll(session, *ASKED)
        slug, names = poll.slug, _names(poll)
    at_page = LIMITS - 1  # which stops at the one reached
    for second, refused in ((guarded.short, 2 * LIMITS), (guarded.page, LIMITS + at_page)):
        ports = (guarded.short, second)
        device, statuses = new_secret(), []
        amounts.clear()
        for number in range(32):
            case = Case({"opinion": 99 if number % 5 == 0 else number % 3})
            request = _request(case, guarded.app, names, slug, device)
            statuses.append(ask(ports[number % 2], "POST", **request).status)
        assert statuses[30:] == [429, 429]
        assert set(statuses[:30]) == {303, 422}
        assert sum(amounts) == 30 * LIMITS + refused


def test_an_address_is_counted_through_its_proxy(
    settings: Settings, app: Flask, serve: Serve, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = create_app(replace(settings, limits=True, proxy_hops=1))
    seen: list[str] = []
    real = origins.network_of

    def noted(sent: Request) -> str:
        seen.append(real(sent))
        return seen[-1]

    monkeypatch.setattr(limits, "network_of", noted)
    with write() as session:
        poll = make_poll(session, *ASKED)
        slug, names = poll.slug, _names(poll)
    case = Case(headers={"X-Forwarded-For": "203.0.113.9"})
    for application in (House(house, scheduler=False), Bridge(house.wsgi_app)):
        request = _request(case, house, names, slug, new_secret())
        assert ask(serve(application), "POST", **request).status == 303
    limits._limiter.enabled = False
    assert set(seen) == {"203.0.113.9"}


def test_who_votes_while_it_closes_is_counted_or_told(
    doors: Doors, write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, *ASKED)
        poll_id, slug, names = poll.id, poll.slug, _names(poll)
    statuses = []
    for number in range(6):
        if number == 3:
            with write() as session:
                change_state(session, None, poll_id, PollState.CLOSED, now=NOW)
        request = _request(CASES["one answer"], doors.app, names, slug, new_secret())
        statuses.append(ask(doors.short, "POST", **request).status)
    assert statuses == [303, 303, 303, 409, 409, 409]
