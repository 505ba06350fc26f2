"""Seats: 200 people at once want the last ten, on SQLite and PostgreSQL; exactly ten get one.

The twin checks the free seats before its transaction, as a page that counts first would.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

from sqlalchemy import func, select

from hanmadang.events.models import Event, Registration, RegistrationState, Slot
from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.fsck import differences
from proofs import Run, Verdict
from proofs.house import DATABASES, House, Person, opened
from tests.factories.events import evening, make_event

CLIENTS, SEATS, ROUNDS, PROCESSES = 200, 10, 5, 4


@dataclass(frozen=True, slots=True)
class Round:
    """What one rush brought."""

    confirmed: int
    waiting: int
    errors: int
    """Answers other than a redirect."""

    def holds(self, clients: int) -> bool:
        """Ten seats, everybody else waits, nobody saw an error."""
        return (self.confirmed, self.waiting, self.errors) == (SEATS, clients - SEATS, 0)


def prove(run: Run) -> Verdict:
    """Rush after rush on both databases."""
    clients = run.size(CLIENTS, 30)
    rounds = run.size(ROUNDS, 2)
    found = {name: _rushes(name, clients, rounds, twin=run.twin) for name in DATABASES}
    every = [rush for rushes, _ in found.values() for rush in rushes]
    differing = sum(number for _, number in found.values())
    sold = Counter(each.confirmed for each in every)
    oversold = sum(each.confirmed > SEATS for each in every)
    errors = sum(each.errors for each in every)
    passed = all(each.holds(clients) for each in every) and (run.twin or differing == 0)
    summary = (
        f"{clients} clients x {rounds} rounds x {len(DATABASES)} databases, "
        f"sold {dict(sold)} of {SEATS}, {errors} errors, oversold {oversold} of {len(every)}"
    )
    figures = {"clients": clients, "rounds": rounds, "errors": errors, "oversold": oversold}
    return Verdict(passed, summary, figures)


def _rushes(database: str, clients: int, rounds: int, *, twin: bool) -> tuple[list[Round], int]:
    wsgi = "proofs.wsgi_seats" if twin else "wsgi"
    with opened(database, processes=PROCESSES, wsgi=wsgi) as house:
        people = house.people(clients)
        found = [_rush(house, people, f"rush-{number}") for number in range(rounds)]
        with house.app.app_context():
            return found, len(differences(db.session()))


def _rush(house: House, people: list[Person], slug: str) -> Round:
    """Everybody presses the button at the same moment."""
    with house.app.app_context(), transaction() as session:
        starts = Moment.from_instant(clock.now() + timedelta(days=9), "Asia/Seoul")
        fields = evening(starts, capacity=SEATS)
        event_id = make_event(session, fields, slug=slug, now=clock.now()).id
    start = Barrier(len(people), timeout=60)

    def book(number: int, person: Person) -> int:
        form = person.form()
        start.wait()
        return house.ask(f"/ko/events/{slug}/book", person, form, place=number).status

    with ThreadPoolExecutor(len(people)) as pool:
        statuses = list(pool.map(book, range(len(people)), people))
    return _counted(house, event_id, sum(status != 303 for status in statuses))


def _counted(house: House, event_id: int, errors: int) -> Round:
    with house.app.app_context():
        rows = db.session.execute(
            select(Registration.state, func.count())
            .join(Slot, Slot.id == Registration.slot_id)
            .join(Event, Event.id == Slot.event_id)
            .where(Event.id == event_id)
            .group_by(Registration.state)
        )
        counts = {state: count for state, count in rows}  # noqa: C416 (rows are not pairs)
    states = (RegistrationState.CONFIRMED.value, RegistrationState.WAITLISTED.value)
    return Round(counts.get(states[0], 0), counts.get(states[1], 0), errors)
