"""Graphs to propose changes of, and crowds whose answers follow a planted one."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.curricula.domain import graph
from hanmadang.curricula.graph import edits
from hanmadang.curricula.graph.specs import CompetencySpec, Document, Graph, TopicSpec
from hanmadang.curricula.models import ChangeKind, GraphChange
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel.permissions import Role, Viewer
from tests.factories.people import make_account

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def spec(code: str, *needs: str | tuple[str, ...], **fields: Any) -> CompetencySpec:
    """A competency; each need is a code, or a tuple of which one is enough."""
    groups = tuple((need,) if isinstance(need, str) else need for need in needs)
    usual: dict[str, Any] = {
        "topic": "history", "name_ko": f"{code} 역량", "name_en": f"Skill {code}", "needs": groups,
    }  # fmt: skip
    return CompetencySpec(code, **usual | fields).tidy()


def graph_of(*found: CompetencySpec) -> Graph:
    """A graph with these competencies and one topic."""
    topic = TopicSpec("history", 0, "역사", "History")
    return Graph({"history": topic}, {}, {each.code: each for each in found})


def editors(session: Session, number: int = 2) -> list[Viewer]:
    """People who may propose and review."""
    roles = frozenset({Role.PARTNER_EDITOR})
    return [Viewer(make_account(session).id, roles=roles) for _ in range(number)]


def lay(session: Session, *found: CompetencySpec) -> None:
    """Store a graph as it is."""
    graph.replace_all(session, graph_of(*found))


def proposed(session: Session, actor: Viewer, after: Document, **more: Any) -> GraphChange:
    """A proposal."""
    wanted = graph.Wanted(more.pop("kind", ChangeKind.EDIT), after, "because")
    return graph.propose(session, actor, wanted, now=NOW, **more)


def settled(session: Session, two: list[Viewer], after: Document, **more: Any) -> GraphChange:
    """A proposal that somebody else approved."""
    change = proposed(session, two[0], after, **more)
    return graph.approve(session, two[1], change.id, now=NOW)


def needing(session: Session, code: str, *needs: str | tuple[str, ...]) -> Document:
    """The competency as it stands, but with these needs."""
    now = read_graph(session).competencies[code]
    groups = spec(code, *needs).needs
    return edits.written(spec(code, topic=now.topic, name_ko=now.name_ko, name_en=now.name_en,
                              importance=now.importance, needs=groups))  # fmt: skip


def crowd(people: int, seed: int, planted: Mapping[str, tuple[str, ...]]) -> Iterator[Any]:
    """(person, competency, right, of): who lacks a planted need of k only guesses on k."""
    dice = random.Random(seed)
    for person in range(1, people + 1):
        known: set[str] = set()
        for code, needs in planted.items():
            if set(needs) <= known and dice.random() < 0.6:
                known.add(code)
        for code in sorted(planted):
            yield person, code, int(dice.random() < (0.9 if code in known else 0.12)), 1


def codes(found: Iterable[Any]) -> list[tuple[str, str, str]]:
    """(doubt, need, code) of suggestions."""
    return [(each.doubt.value, each.need, each.code) for each in found]
