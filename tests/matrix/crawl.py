"""Asking a house everything as everybody, and writing down what was not as expected."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask
from werkzeug.routing import MapAdapter

from hanmadang.kernel.ids import new_key
from tests.matrix.actors import Actor
from tests.matrix.canaries import Ornithologist
from tests.matrix.doors import Door, Fields, Reply
from tests.matrix.headers import lacking
from tests.matrix.policy import METHODS, Outcome, Policy, Route, verbs
from tests.matrix.watch import Watch
from tests.matrix.world import World

LANGUAGES = ("en", "ko")


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: may this actor do this here?"""

    route: Route
    method: str
    actor: Actor
    object: str
    path: str
    expected: Outcome

    def __str__(self) -> str:
        thing = f" ({self.object})" if self.object else ""
        return f"{self.actor.name}: {self.method} {self.route.endpoint}{thing}"


@dataclass(slots=True)
class Report:
    """What a crawl found."""

    cells: int = 0
    routes: set[str] = field(default_factory=set)
    actors: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    """Cells that ended otherwise than the file says."""
    writes: list[str] = field(default_factory=list)
    """Looks and refusals after which something stored was different."""
    leaks: list[str] = field(default_factory=list)
    """Canaries in front of people who may not see them."""
    bare: list[str] = field(default_factory=list)
    """Answers without a header that protects their reader."""


@dataclass(slots=True)
class Crawler:
    """Everything a crawl needs."""

    app: Flask
    door: Door
    watch: Watch
    world: World
    policy: Policy
    ears: Ornithologist
    report: Report = field(default_factory=Report)

    @property
    def adapter(self) -> MapAdapter:
        """Builds addresses."""
        return self.app.url_map.bind("localhost")

    def cells(
        self, endpoints: Iterable[str] = (), methods: Iterable[str] = METHODS
    ) -> Iterator[Cell]:
        """Every cell of these endpoints, or of all."""
        chosen, adapter = set(endpoints), self.adapter
        for place, (endpoint, method) in enumerate(verbs(self.app)):
            route = self.policy.routes.get(endpoint)
            if route is None or method not in methods or (chosen and endpoint not in chosen):
                continue
            for name, readers in self.policy.family(route).items():
                path = self._path(adapter, route, name, LANGUAGES[place % 2], method)
                for actor in self.world.actors.values():
                    outcome = self.policy.outcome(route, actor.name, readers)
                    yield Cell(route, method, actor, name, path, outcome)

    def run(self, cells: Iterable[Cell]) -> Report:
        """Ask them all."""
        for cell in cells:
            self._try(cell)
        return self.report

    def ask(self, cell: Cell, fields: Fields | None = None, **headers: str) -> Reply:
        """One request as the cell's actor; a form carries its token unless fields are given."""
        form = fields
        if cell.method == "POST" and fields is None:
            form = self.signed(cell.actor)
        sent = {"Cookie": cell.actor.cookies, **headers}
        return self.door.ask(cell.method, cell.path, sent, form)

    def signed(self, actor: Actor, **fields: str) -> Fields:
        """A form as a page of ours would send it."""
        token = actor.token(str(self.app.secret_key))
        return {"csrf_token": token, "idempotency_key": new_key(), **fields}

    def _try(self, cell: Cell) -> None:
        reply = self.ask(cell)
        self.report.cells += 1
        self.report.routes.add(cell.route.endpoint)
        self.report.actors.add(cell.actor.name)
        fault = judged(cell, reply)
        if fault:
            self.report.faults.append(
                f"{cell}: expected {fault}, got {reply.status} {reply.location}"
            )
        self._check_stored(cell)
        self._listen(cell, reply)
        framed = cell.route.framed and reply.status == HTTPStatus.OK
        if missing := lacking(reply, framed=framed):
            self.report.bare.append(f"{cell}: {reply.status} without {', '.join(missing)}")

    def _check_stored(self, cell: Cell) -> None:
        changed = self.watch.changed()
        if not changed:
            return
        self.watch.restore()
        acted = cell.method == "POST" and cell.expected is Outcome.REACHED
        let_in = cell.expected in (Outcome.REACHED, Outcome.HIDDEN)
        told = cell.route.writes if let_in else frozenset()
        if not acted and changed - told:
            self.report.writes.append(f"{cell} changed {', '.join(sorted(changed - told))}")

    def _listen(self, cell: Cell, reply: Reply) -> None:
        where = cell.route.endpoint
        heard = self.world.aviary.heard(reply.body)
        for canary in sorted(self.ears.escaped(cell.actor.name, where, heard), key=str):
            self.report.leaks.append(f"{cell} shows {canary}")

    def _path(
        self, adapter: MapAdapter, route: Route, name: str, language: str, method: str
    ) -> str:
        """The address, with those of the object's parameters that the route takes."""
        known = {**self.world.objects["nothing"], **self.world.objects.get(name, {})}
        rules = self.app.url_map.iter_rules(route.endpoint)
        wanted = next(rule.arguments for rule in rules if method in (rule.methods or ()))
        values = {key: language if key == "lang" else known[key] for key in wanted}
        return adapter.build(route.endpoint, values, method)


def judged(cell: Cell, reply: Reply) -> str:
    """What should have come instead; empty when the reply is as expected."""
    if cell.expected is Outcome.REACHED:
        right = reply.status in cell.route.statuses(cell.method) and not _sent_away(cell, reply)
        return "" if right else f"one of {cell.route.statuses(cell.method)}"
    right = {
        Outcome.SIGN_IN: reply.status == 303 and "/sign-in" in reply.location,
        Outcome.SECOND_FACTOR: reply.status == 303 and "/account/second-factor" in reply.location,
        Outcome.FORBIDDEN: reply.status == 403,
        Outcome.HIDDEN: reply.status == 404,
    }[cell.expected]
    return "" if right else cell.expected.value


def _sent_away(cell: Cell, reply: Reply) -> bool:
    """Whether a redirect leads to the door rather than onward."""
    if cell.route.endpoint.startswith("people."):
        return False
    return any(door in reply.location for door in ("/sign-in", "/account/second-factor"))
