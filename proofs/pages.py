"""Speed: server CPU of the main pages, uncached, as multiples of a bare Flask view in the same run.

CPU is the user and system time of the whole server process, every thread of it, per request; one
client asks over one kept connection, page and yardstick in turns so short that both meet the same
machine (its speed may halve from one second to the next), and the median ratio counts.
"""

import gzip
import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median

from sqlalchemy import select

from hanmadang.courses.models import CourseVersion, Module, Unit, VersionState
from hanmadang.demo.load import load
from hanmadang.demo.people import acting, institution_id
from hanmadang.events import domain
from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import db, transaction
from hanmadang.polls.models import Poll
from proofs import Run, Verdict
from proofs.cost import Ask, cost, getting, yardstick
from proofs.house import House, Person, opened
from tests.factories.events import evening

EVENTS, REQUESTS, ROUNDS = 1_000, 20, 60
GOALS = {"list": 15.0, "event": 10.0, "lesson": 10.0, "vote": 8.0}
HOME_BYTES = 60 * 1024
POLL = "tonight-songs-of-north-and-south"


def prove(run: Run) -> Verdict:
    """Ratios of list, event, lesson and vote, and the weight of the landing page."""
    rounds = run.size(ROUNDS, 10)
    with opened("sqlite", demo=True) as house, yardstick(house) as bare:
        _fill(house, run.size(EVENTS, 50))
        pages = _pages(house)
        ratios: dict[str, list[float]] = {name: [] for name in pages}
        costs: dict[str, list[float]] = {name: [] for name in ("bare", *pages)}
        for _ in range(rounds):
            for name, ask in pages.items():
                yard = cost([bare[0]], bare[1], getting("/"), REQUESTS * 2)
                page = cost(house.pids, house.ports[0], ask, REQUESTS)
                ratios[name].append(page / yard)
                costs[name].append(page)
                costs["bare"].append(yard)
        weight = _landing_bytes(house)
    goals = {name: goal / 4 if run.twin else goal for name, goal in GOALS.items()}
    found = {name: round(median(values), 1) for name, values in ratios.items()}
    passed = all(found[name] <= goal for name, goal in goals.items()) and weight <= HOME_BYTES
    words = ", ".join(f"{name} {found[name]}x (goal {GOALS[name]:g}x)" for name in found)
    micro = {f"{name}_us": round(median(values) * 1e6) for name, values in costs.items()}
    return Verdict(passed, f"{words}, landing page {weight / 1024:.1f} KB", {**found, **micro})


def _pages(house: House) -> dict[str, Ask]:
    with house.app.app_context():
        unit, module, course = _first_unit()
        poll, fields = _first_poll()
    return {
        "list": getting("/en/events"),
        "event": getting("/en/events/event-500"),
        "lesson": getting(f"/en/courses/{course}/{module}/{unit}"),
        "vote": _vote(f"/en/polls/{poll}", fields),
    }


def _vote(path: str, fields: list[tuple[str, str]]) -> Ask:
    """Each vote comes from a device that never voted."""

    def ask(connection: http.client.HTTPConnection, _number: int) -> None:
        voter = Person(0, "")
        headers = {
            "Cookie": voter.cookies, "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        with _one_packet(connection):
            connection.request("POST", path, voter.form(fields), headers)
        response = connection.getresponse()
        response.read()
        if response.status != 303:
            message = f"The vote was answered {response.status}"
            raise RuntimeError(message)

    return ask


@contextmanager
def _one_packet(connection: http.client.HTTPConnection) -> Iterator[None]:
    """Send head and body together, as a browser does with a small form."""
    if connection.sock is None:
        connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    yield
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)


def _fill(house: House, events: int) -> None:
    """The sample city, and many more concerts."""
    with house.app.app_context(), transaction() as session:
        load(session)
        admin, host = (
            acting(session, "administrator"),
            institution_id(session, "hanmadang-city-peace"),
        )
        for number in range(events):
            starts = clock.now() + timedelta(days=10, minutes=15 * number)
            fields = evening(Moment.from_instant(starts, "Asia/Seoul"), topics=("culture",))
            event = domain.create(
                session, fields, actor=admin, institution_id=host, now=clock.now(),
                slug=f"event-{number + 1 if events > 500 else 500 - number}",
            )  # fmt: skip
            domain.publish(session, event, actor=admin, now=clock.now())


def _first_unit() -> tuple[str, str, str]:
    version = CourseVersion.state == VersionState.PUBLISHED.value
    row = db.session.execute(
        select(Unit.slug, Module.slug, CourseVersion.course_id)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(version)
        .order_by(Unit.id)
    ).first()
    assert row is not None
    return row[0], row[1], "division-and-armistice"


def _first_poll() -> tuple[str, list[tuple[str, str]]]:
    """The hall's poll and one answer to each of its questions."""
    poll = db.session.scalars(select(Poll).where(Poll.slug == POLL)).one()
    return poll.slug, [(f"q{each.id}", str(each.options[0].id)) for each in poll.questions]


def _landing_bytes(house: House) -> int:
    """The landing page with its styles and scripts, gzip, without fonts and images."""
    page = house.ask("/ko/").body
    names = {part.split(b'"')[0] for part in page.split(b'"/static/')[1:]}
    wanted = [name for name in names if name.split(b"?")[0].endswith((b".css", b".js"))]
    parts = [page, *(house.ask("/static/" + name.decode()).body for name in wanted)]
    return sum(len(gzip.compress(part)) for part in parts)
