"""`expected.toml` as data: what each actor should meet at each route."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask

from hanmadang.kernel.permissions import GRANTS, Permission
from hanmadang.kernel.rooms import needs_of
from tests.matrix.actors import NOBODY, PARTS
from tests.matrix.canaries import Allowance

FILE = Path(__file__).with_name("expected.toml")
METHODS = ("GET", "POST")
HINT = """{endpoint} is not in tests/matrix/expected.toml. Add:

    [routes."{endpoint}"]
    needs = "{needs}"
    objects = "…"   # a family of [objects] for {arguments}; leave out without parameters
"""
_PROOF = "people.second_factor"


class Outcome(StrEnum):
    """How a request may end."""

    SIGN_IN = "sign-in"
    SECOND_FACTOR = "second factor"
    FORBIDDEN = "403"
    HIDDEN = "404"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Route:
    """What the file says of one endpoint."""

    endpoint: str
    needs: Permission
    objects: str = ""
    get: tuple[int, ...] = (200,)
    post: tuple[int, ...] = (303, 422)
    writes: frozenset[str] = frozenset()
    """Tables that looking may change: a trail of looks, a reader's own bookmark."""
    framed: bool = False
    """Whether other sites may show the page in a frame."""

    def statuses(self, method: str) -> tuple[int, ...]:
        """What somebody hears who reaches it."""
        return self.post if method == "POST" else self.get


@dataclass(frozen=True)
class Policy:
    """The whole file."""

    tables: Mapping[str, Any]

    @classmethod
    def read(cls) -> "Policy":
        """From its place."""
        return cls(tomllib.loads(FILE.read_text(encoding="utf-8")))

    @cached_property
    def routes(self) -> Mapping[str, Route]:
        """By endpoint."""
        return {name: _route(name, table) for name, table in self.tables["routes"].items()}

    @cached_property
    def rooms(self) -> tuple[str, ...]:
        """The rooms that have routes, ``static`` among them."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.routes))

    @cached_property
    def grants(self) -> Mapping[str, frozenset[str]]:
        """Permissions by role."""
        return {role: frozenset(verbs) for role, verbs in self.tables["grants"].items()}

    @cached_property
    def allowances(self) -> tuple[Allowance, ...]:
        """Who may meet whose canaries."""
        return tuple(self._allowance(table) for table in self.tables["allow"])

    def undeclared(self, app: Flask) -> list[str]:
        """What to add to the file for routes it does not know; empty when it is whole."""
        return [
            HINT.format(
                endpoint=rule.endpoint,
                needs=(needs_of(app, rule.endpoint) or Permission.PUBLIC).value,
                arguments=", ".join(sorted(rule.arguments - {"lang"})) or "nothing",
            )
            for rule in app.url_map.iter_rules()
            if rule.endpoint not in self.routes
        ]

    def stale(self, app: Flask) -> list[str]:
        """Entries of the file without a route."""
        return sorted(set(self.routes) - set(app.view_functions))

    def disagreeing(self, app: Flask) -> list[str]:
        """Routes and roles of which file and code say different things."""
        found = [
            f"{name}: the file needs {route.needs}, the code {needs_of(app, name)}"
            for name, route in self.routes.items()
            if name in app.view_functions and needs_of(app, name) != route.needs
        ]
        roles = {role.value: frozenset(verb.value for verb in has) for role, has in GRANTS.items()}
        return found + [
            f"{role}: the file grants {sorted(self.grants.get(role, ()))}"
            for role, verbs in roles.items()
            if verbs != self.grants.get(role)
        ]

    def family(self, route: Route) -> Mapping[str, frozenset[str]]:
        """The objects a route is tried on, and who reaches each; one nameless for none."""
        if not route.objects:
            return {"": frozenset(PARTS)}
        table = self.tables["objects"][route.objects]
        return {name: self.people(readers) for name, readers in table.items()}

    def people(self, words: str) -> frozenset[str]:
        """Actors by name or group, ``-name`` for all but that one."""
        named: set[str] = set()
        for word in words.split():
            group = self.tables["groups"].get(word.lstrip("-"))
            members = self.people(group) if group else {word.lstrip("-")}
            named = named - members if word.startswith("-") else named | members
        unknown = named - set(PARTS) - set(self.tables["places"])
        if unknown:
            message = f"expected.toml names {sorted(unknown)}, whom nobody plays."
            raise ValueError(message)
        return frozenset(named)

    def outcome(self, route: Route, actor: str, readers: frozenset[str]) -> Outcome:
        """What should happen; the permission is asked before the object."""
        if not self.may(actor, Permission.SIGNED_IN) and route.needs is not Permission.PUBLIC:
            return Outcome.SIGN_IN
        if actor == "unproven" and self._asks_for_proof(route):
            return Outcome.SECOND_FACTOR
        if not self.may(actor, route.needs):
            return Outcome.FORBIDDEN
        return Outcome.REACHED if actor in readers else Outcome.HIDDEN

    def may(self, actor: str, verb: Permission) -> bool:
        """Whether the actor's role holds the permission; nobody holds only the public one."""
        role = PARTS[actor].role
        if verb is Permission.PUBLIC or actor in NOBODY or role is None:
            return verb is Permission.PUBLIC
        return verb.value in self.grants[role.value]

    def _asks_for_proof(self, route: Route) -> bool:
        return route.needs is not Permission.PUBLIC and route.endpoint != _PROOF

    def _allowance(self, table: Mapping[str, Any]) -> Allowance:
        return Allowance(
            self.people(table["who"]), self.people(table["of"]), frozenset(table["what"]),
            tuple(table["on"]), table["because"],
        )  # fmt: skip


def _route(name: str, table: Mapping[str, Any]) -> Route:
    statuses = {method: tuple(table[method]) for method in ("get", "post") if method in table}
    return Route(
        name, Permission(table["needs"]), table.get("objects", ""), **statuses,
        writes=frozenset(table.get("writes", ())), framed=table.get("framed", False),
    )  # fmt: skip


def verbs(app: Flask) -> Iterator[tuple[str, str]]:
    """Every (endpoint, method) of the house, HEAD and OPTIONS left out."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        yield from ((rule.endpoint, method) for method in METHODS if method in (rule.methods or ()))
