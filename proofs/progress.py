"""Progress: it never falls in a version, and told again, reordered or doubled it is the same.

Learners do anything in any order against the room's verbs, on both databases: read, answer, take
quizzes with limits, watch, review, work offline and tell it late, often and shuffled, join and
leave, switch versions, lose a certificate and get it back. A model in plain sets walks beside the
product (`tests/courses/walk`); after every step nothing may have fallen, and a certificate exists
exactly when its conditions held. At the end everything is told once more. Beside each, two others
are told the same happenings, one in order, one shuffled and doubled in parcels, and must stand
alike. Then the same over HTTP, where one file arrives from eight connections at once. The twins
break one rule each, and every one must be noticed.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Answer
from hanmadang.courses.told import write_told
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.ids import new_key
from proofs import Run, Verdict
from proofs.house import DATABASES, House, opened
from tests.courses.walk import whole
from tests.courses.walk.editions import Stage, built
from tests.courses.walk.twins import BREAKAGES
from tests.courses.walk.walker import happened

RUNS, TWINS = 2_000, 40
READERS, AT_ONCE = 20, 8
_TAKE_OVER = "/ko/my/courses/take-over"


@dataclass(slots=True)
class Found:
    """What was done and what was wrong with it."""

    runs: int = 0
    told: int = 0
    certificates: int = 0
    over_http: int = 0
    faults: list[str] = field(default_factory=list)


def prove(run: Run) -> Verdict:
    """Both databases; in the twin's world each breakage in turn, every one to be caught."""
    if run.twin:
        return _twins(run)
    found = {}
    for database in DATABASES:
        with opened(database) as house:
            found[database] = _honest(house, run)
    faults = [fault for each in found.values() for fault in each.faults]
    summary = "; ".join(
        f"{name}: {each.runs} learners x {whole.STEPS} steps, {each.told} happenings told, "
        f"{each.certificates} certificates, {each.over_http} over HTTP, {len(each.faults)} faults"
        for name, each in found.items()
    )
    example = f" ({faults[0]})" if faults else ""
    figures = {f"{name}_faults": len(each.faults) for name, each in found.items()}
    return Verdict(not faults, summary + example, figures)


def _honest(house: House, run: Run) -> Found:
    with house.app.app_context():
        stage = _stage()
        found = _learners(stage, run, run.size(RUNS, 20))
    _readers(house, run, found)
    return found


def _twins(run: Run) -> Verdict:
    caught = {}
    with opened("sqlite") as house, house.app.app_context():
        stage = _stage()
        for name, breakage in BREAKAGES.items():
            with breakage():
                caught[name] = len(_learners(stage, run, run.size(TWINS, 20)).faults)
    missed = [name for name, faults in caught.items() if not faults]
    summary = ", ".join(f"{name}: {faults} faults" for name, faults in caught.items())
    return Verdict(bool(missed), summary, caught)


def _stage() -> Stage:
    with transaction() as session:
        return built(session)


def _learners(stage: Stage, run: Run, number: int) -> Found:
    """Run after run, each undone at its end so that the next begins alike."""
    chance, found = run.random(), Found()
    for _ in range(number):
        with _undone() as session:
            walked = whole.walk(session, stage, chance)
        found.runs += 1
        found.told += walked.told
        found.certificates += walked.certificates
        found.faults += walked.faults
    return found


@contextmanager
def _undone() -> Iterator[Session]:
    """A transaction that is rolled back, whatever happens in it."""
    try:
        with transaction() as session:
            yield session
            session.rollback()
    finally:
        db.session.rollback()


def _readers(house: House, run: Run, found: Found) -> None:
    """Over HTTP: one file from several connections at once, twice, and pages in between."""
    chance = run.random()
    people = house.people(run.size(READERS, 3))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for person in people:
            events = [happened(chance, "", clock.now(), 1) for _ in range(40)]
            file = write_told([replace(each, key=new_key()) for each in events])
            for _ in range(2):
                forms = [person.form({"events": file}) for _ in range(AT_ONCE)]
                answers = pool.map(partial(house.ask, _TAKE_OVER, person), forms)
                statuses = {answer.status for answer in answers}
                if statuses != {303}:
                    found.faults.append(f"over HTTP: answers {statuses}")
                found.over_http += AT_ONCE
            _count(house, person.account_id, file, found)


def _count(house: House, account_id: int, file: str, found: Found) -> None:
    """Each answer that fits is there once, and the numbers agree with the rows."""
    with house.app.app_context():
        session = db.session()
        rows = session.scalar(
            select(func.count()).select_from(Answer).where(Answer.account_id == account_id)
        )
        keys = file.count('"answered"')
        if not 0 <= (rows or 0) <= keys:
            found.faults.append(f"over HTTP: {rows} answers of {keys} told")
        found.faults += differences(session)
        session.rollback()
