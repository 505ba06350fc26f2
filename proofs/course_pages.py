"""Course pages: constant statements at 60 units, 500 questions, 10,000 learners; an answer's CPU.

The lesson and the course page ask the database as often in a course of three units with one
learner as in the large one. An answer (read, grade, record, progress) is a POST to the running
server; what it costs is the server's CPU, beside a bare insert into the same database and a bare
Flask view, in turns in one run. So is a search through a catalogue of 60 more courses of 60 units,
which may ask no oftener than before they came. The twin asks once for each question.
"""

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from statistics import median
from urllib.parse import quote

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from hanmadang.courses.models import LearningEvent
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.ids import new_key
from proofs import Run, Verdict
from proofs.cost import Ask, cost, getting, yardstick
from proofs.course_city import SMALL, Learner, School, large, learner, open_school
from proofs.course_library import COMMON, RARE, open_library
from proofs.course_spoiled import spoil
from proofs.house import DATABASES, LOCAL, House, Manner, served

ROUNDS, POSTS, GETS, INSERTS = 25, 8, 10, 60
ANSWER_GOAL_MS = 12.0


@dataclass(slots=True)
class Found:
    """What one database brought."""

    statements: dict[str, list[int]] = field(default_factory=dict)
    """Page: statements in the small course, and in the large one."""
    answer_ms: list[float] = field(default_factory=list)
    to_insert: list[float] = field(default_factory=list)
    to_view: dict[str, list[float]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every goal is reached."""
        flat = all(small == big for small, big in self.statements.values())
        return flat and median(self.answer_ms) <= ANSWER_GOAL_MS


def prove(run: Run) -> Verdict:
    """All figures on both databases."""
    found = {name: _measured(name, run) for name in DATABASES}
    words = "; ".join(f"{name}: {_words(each)}" for name, each in found.items())
    figures = {
        f"{name}_{what}": figure
        for name, each in found.items()
        for what, figure in _figures(each).items()
    }
    return Verdict(all(each.holds for each in found.values()), words, figures)


def _figures(found: Found) -> dict[str, float]:
    pages = {f"{page}_x": round(median(each), 1) for page, each in found.to_view.items()}
    asked = {f"{page}_statements": big for page, (_small, big) in found.statements.items()}
    return {
        "answer_ms": round(median(found.answer_ms), 2),
        "answer_to_insert_x": round(median(found.to_insert), 1),
        **pages,
        **asked,
    }


def _words(found: Found) -> str:
    asked = ", ".join(
        f"{page} {big} statements" + ("" if small == big else f" (small course {small})")
        for page, (small, big) in found.statements.items()
    )
    views = ", ".join(f"{page} {median(each):.0f}x" for page, each in found.to_view.items())
    return (
        f"{asked}; CPU to a bare view: {views}; answer {median(found.answer_ms):.1f} ms "
        f"(goal {ANSWER_GOAL_MS:g} ms), {median(found.to_insert):.0f}x a bare insert"
    )


def _measured(database: str, run: Run) -> Found:
    if run.twin:
        spoil()
    wsgi = "proofs.wsgi_course_pages" if run.twin else "wsgi"
    manner = Manner(1, wsgi=wsgi, durable=True)
    with served(database, manner) as house, yardstick(house) as bare:
        small = open_school(house, SMALL)
        big = open_school(house, large(run.size(10_000, 300)))
        found = Found(statements=_statements(house, small, big))
        few = {page: _count(house, big, path) for page, path in _SEARCHES.items()}
        open_library(house, run.size(60, 2))
        for page, path in _SEARCHES.items():
            found.statements[page] = [few[page], _count(house, big, path)]
        _costs(house, bare, big, run, found)
    return found


def _statements(house: House, small: School, big: School) -> dict[str, list[int]]:
    """How often each page asks, in the small course and in the large one."""
    return {
        page: [_count(house, school, path(school)) for school in (small, big)]
        for page, path in _PAGES.items()
    }


_PAGES: dict[str, Callable[[School], str]] = {
    "lesson": lambda school: school.lesson(1),
    "course": lambda school: school.course,
}


_SEARCHES = {
    "search_rare": f"/ko/search/courses?q={quote(RARE)}",
    "search_common": f"/ko/search/courses?q={quote(COMMON)}",
}


def _count(house: House, school: School, path: str) -> int:
    """Statements of the page's second showing, to somebody in the middle of the course."""
    who = learner(house, school)
    client = house.app.test_client(use_cookies=False)
    headers = {"Host": LOCAL, "Cookie": who.person.cookies}
    client.get(path, headers=headers)
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        status = client.get(path, headers=headers).status_code
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert status == HTTPStatus.OK, path
    return len(asked)


def _costs(house: House, bare: tuple[int, int], big: School, run: Run, found: Found) -> None:
    who = learner(house, big)
    port = house.ports[0]
    paths = {page: path(big) for page, path in _PAGES.items()} | _SEARCHES
    for turn in range(run.size(ROUNDS, 7)):
        yard = cost([bare[0]], bare[1], getting("/"), 40)
        for page, path in paths.items():
            spent = cost(house.pids, port, _reading(path, who), GETS)
            found.to_view.setdefault(page, []).append(spent / yard)
        answered = cost(house.pids, port, _answering(big, who, turn), POSTS)
        found.answer_ms.append(answered * 1e3)
        found.to_insert.append(answered / _insert(house, big, who))


def _reading(path: str, who: Learner) -> Ask:
    return _asking(lambda _number: ("GET", path, None), who, 200)


def _answering(school: School, who: Learner, turn: int) -> Ask:
    """Each request answers another question than the one before, and never as last time."""

    def request(number: int) -> tuple[str, str, str]:
        place = number % school.units
        fields = {f"q-{school.question(place)}": str((turn + number) % 3)}
        return "POST", f"{school.lesson(place)}/answer", who.person.form(fields)

    return _asking(request, who, 303)


def _asking(
    request: Callable[[int], tuple[str, str, str | None]], who: Learner, status: int
) -> Ask:
    def ask(connection: http.client.HTTPConnection, number: int) -> None:
        method, path, body = request(number)
        headers = {"Cookie": who.person.cookies}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.read()
        if response.status != status:
            message = f"{path} answered {response.status}"
            raise RuntimeError(message)

    return ask


def _insert(house: House, school: School, who: Learner) -> float:
    """Seconds of CPU of a transaction that inserts one row and nothing else."""
    row = insert(LearningEvent.__table__)  # type: ignore[arg-type]

    def work(session: Session) -> None:
        session.execute(
            row,
            {"account_id": who.person.account_id, "key": new_key(), "kind": "opened",
             "unit_id": school.first_unit, "at": school.now},
        )  # fmt: skip

    with house.app.app_context():
        transact(work)
        before = time.process_time()
        for _time in range(INSERTS):
            transact(work)
        return (time.process_time() - before) / INSERTS
