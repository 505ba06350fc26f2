"""Progress: it never falls in a version, and told again, reordered or doubled it is the same.

Learners do anything in any order against the room's verbs, on both databases: read, answer, be
done, work offline and tell it late, often and shuffled, review, switch versions. After every step
nothing may have fallen; at the end everything is told once more. Beside each, two others are told
the same happenings, one in order, one shuffled and doubled in parcels, and must stand alike. Then
the same over HTTP, where one file arrives from eight connections at once. The twins forget the key
of an answer, take back what was right, and let the last parcel win whatever its clock.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses import checks
from hanmadang.courses.domain import arriving, device_answers, progress
from hanmadang.courses.models import Answer, Question, QuestionProgress, UnitProgress
from hanmadang.courses.told import clipped, write_told
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.ids import new_key
from proofs import Run, Verdict
from proofs.house import DATABASES, House, opened
from proofs.learner import START, Learner, first_version, happened, newcomer, stored
from tests.factories import courses as make

RUNS, STEPS, TWINS = 2_000, 50, 40
READERS, AT_ONCE = 20, 8
_TAKE_OVER = "/ko/my/courses/take-over"


@dataclass(slots=True)
class Found:
    """What was done and what was wrong with it."""

    runs: int = 0
    steps: int = 0
    told: int = 0
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
        f"{name}: {each.runs} learners x {STEPS} steps, {each.told} happenings told, "
        f"{each.over_http} over HTTP, {len(each.faults)} faults"
        for name, each in found.items()
    )
    example = f" ({faults[0]})" if faults else ""
    figures = {f"{name}_faults": len(each.faults) for name, each in found.items()}
    return Verdict(not faults, summary + example, figures)


def _honest(house: House, run: Run) -> Found:
    found = _learners(house, run, run.size(RUNS, 20))
    _readers(house, run, found)
    return found


def _twins(run: Run) -> Verdict:
    caught = {}
    with opened("sqlite") as house:
        for name, breakage in BREAKAGES.items():
            with breakage():
                caught[name] = len(_learners(house, run, run.size(TWINS, 20)).faults)
    missed = [name for name, faults in caught.items() if not faults]
    summary = ", ".join(f"{name}: {faults} faults" for name, faults in caught.items())
    return Verdict(bool(missed), summary, caught)


def _learners(house: House, run: Run, number: int) -> Found:
    """Run after run, each undone at its end so that the next begins alike."""
    chance, found = run.random(), Found()
    with house.app.app_context():
        if not db.session.scalars(select(Question.id)).first():
            with transaction() as session:
                make.publish(session, first_version())
        for _ in range(number):
            with _undone() as session:
                learner = Learner(session, chance, newcomer(session))
                _one(learner, found)
                _beside(learner, found)
                found.faults += list(checks.progress(session))
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


def _one(learner: Learner, found: Found) -> None:
    """Fifty steps; then everything is told again."""
    for _ in range(STEPS):
        learner.step()
    before = stored(learner.session, learner.who)
    learner.take(learner.chance.sample(learner.told, len(learner.told)))
    after = stored(learner.session, learner.who)
    if _tries(after) != _tries(before):
        learner.faults.append("telling everything again made new tries")
    if len(learner.seen) == 1 and _settled(after) != _settled(before):
        learner.faults.append("telling everything again changed something")
    learner.look()
    found.runs += 1
    found.steps += STEPS
    found.told += len(learner.told)
    found.faults += learner.faults


def _tries(state: list[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """The answers; in a newer version, old ones are told of units that are opened there first."""
    return [row for row in state[0] if row[4] is not None]


def _settled(state: list[list[tuple[Any, ...]]]) -> list[list[tuple[Any, ...]]]:
    """Without the place to continue, which follows the latest clock."""
    return state[:3]


def _beside(learner: Learner, found: Found) -> None:
    """Two newcomers are told the same, one in order, one shuffled and doubled in parcels.

    Where two clocks say the same instant, the place to continue may be either of the two.
    """
    chance, end = learner.chance, learner.now
    version = 2 if learner.published else 1
    events = [happened(chance, START + timedelta(days=2), version) for _ in range(12)]
    shuffled = chance.sample(events, 12) + chance.choices(events, k=6)
    cuts = sorted(chance.sample(range(1, 18), 2))
    parcels = [shuffled[: cuts[0]], shuffled[cuts[0] : cuts[1]], shuffled[cuts[1] :]]
    states = []
    for told in ([events], parcels):
        other = Learner(learner.session, chance, newcomer(learner.session), end)
        for parcel in told:
            other.take(parcel)
        states.append(stored(learner.session, other.who))
    is_clear = len({clipped(each.at, START, end) for each in events}) == len(events)
    one, other_state = states if is_clear else map(_settled, states)
    if one != other_state:
        found.faults.append("the order or the parcels of what was told made a difference")


def _readers(house: House, run: Run, found: Found) -> None:
    """Over HTTP: one file from several connections at once, twice, and pages in between."""
    chance = run.random()
    people = house.people(run.size(READERS, 3))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for person in people:
            events = [happened(chance, clock.now()) for _ in range(40)]
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


def _keyless() -> AbstractContextManager[Any]:
    """Every telling is a new one."""
    honest = device_answers.record

    def record(session: Session, account_id: int, answers: Any, now: Any) -> int:
        fresh = [(replace(told, key=new_key()), at, question) for told, at, question in answers]
        return honest(session, account_id, fresh, now)

    return patch.object(arriving, "record", record)


def _forgetful() -> AbstractContextManager[Any]:
    """A unit counts what is right now, not what was once right."""
    honest = progress.recount

    def recount(session: Session, reached: UnitProgress) -> None:
        honest(session, reached)
        wrong = session.scalars(
            select(QuestionProgress)
            .join(Question, Question.id == QuestionProgress.question_id)
            .where(
                QuestionProgress.account_id == reached.account_id,
                Question.unit_id == reached.unit_id,
            )
        ).all()
        for each in wrong:
            if each.response == [0]:
                each.right_at = None
        session.flush()
        honest(session, reached)

    return patch.object(progress, "recount", recount)


def _credulous() -> AbstractContextManager[Any]:
    """The last parcel wins, whatever its clock says."""
    honest = device_answers.record

    def record(session: Session, account_id: int, answers: Any, now: Any) -> int:
        new = honest(session, account_id, answers, now)
        for told, _at, question in answers:
            held = session.get(QuestionProgress, (account_id, question.id))
            if held is not None:
                held.response = list(told.response)
        session.flush()
        return new

    return patch.object(arriving, "record", record)


BREAKAGES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "no keys": _keyless,
    "what was right is forgotten": _forgetful,
    "the last parcel wins": _credulous,
}
