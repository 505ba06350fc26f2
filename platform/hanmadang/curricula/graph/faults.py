"""What would be wrong with a graph: found before anything is stored, and by `flask fsck` after."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from hanmadang.curricula.graph.specs import MERGED, RETIRED, CompetencySpec, Graph

LONGEST_NAME, LONGEST_TEXT = 200, 2_000
MOST_GROUPS = 6
"""As many groups "one of these" as the form offers."""
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE = 60


class FaultKind(StrEnum):
    """What is wrong."""

    CODE = "code"
    NAME = "name"
    LONG = "long"
    TOPIC = "topic"
    IMPORTANCE = "importance"
    UNKNOWN = "unknown"
    TWICE = "twice"
    ITSELF = "itself"
    GROUPS = "groups"
    NEEDED = "needed"
    STATE = "state"
    INTO = "into"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with the codes it is about."""

    kind: FaultKind
    code: str
    others: tuple[str, ...] = ()
    """For a cycle: each needs the next, and the last is the first again."""


def faults(graph: Graph) -> list[Fault]:
    """Everything that is wrong with a graph; a cycle is looked for when all else is right."""
    return [*_of_words(graph), *_of_competencies(graph)] or _of_circles(graph)


def broken(graph: Graph) -> list[Fault]:
    """What does not hold together: the same without the texts, which hurt no path."""
    return [*_of_competencies(graph), *_of_circles(graph)]


def _of_circles(graph: Graph) -> list[Fault]:
    cycle = cycle_in(graph)
    return [Fault(FaultKind.CYCLE, cycle[0], cycle)] if cycle else []


def cycle_in(graph: Graph) -> tuple[str, ...]:
    """A way that leads back to where it began, hard and soft prerequisites alike; empty for none.

    Alternatives count too: whoever takes that alternative must not be led in a circle.
    """
    sorter = TopologicalSorter({code: set(each.before()) for code, each in graph.active().items()})
    try:
        sorter.prepare()
    except CycleError as error:
        way: list[str] = error.args[1]
        return tuple(reversed(way))
    return ()


def _of_words(graph: Graph) -> Iterator[Fault]:
    for part in (graph.topics, graph.viewpoints, graph.competencies):
        for code, each in part.items():
            yield from _of_texts(code, each)
    used = {each.topic for each in graph.competencies.values()}
    yield from (Fault(FaultKind.TOPIC, code) for code in sorted(used - set(graph.topics)))


def _of_texts(code: str, each: object) -> Iterator[Fault]:
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
        yield Fault(FaultKind.CODE, code)
    names = [str(getattr(each, name)) for name in ("name_ko", "name_en")]
    if not all(name.strip() for name in names):
        yield Fault(FaultKind.NAME, code)
    texts = [str(getattr(each, name, "")) for name in ("about_ko", "about_en")]
    if max(map(len, names)) > LONGEST_NAME or max(map(len, texts)) > LONGEST_TEXT:
        yield Fault(FaultKind.LONG, code)


def _of_competencies(graph: Graph) -> Iterator[Fault]:
    active = graph.active()
    for code, each in graph.competencies.items():
        if not 0 < each.importance <= 1:
            yield Fault(FaultKind.IMPORTANCE, code)
        yield from _of_state(each, active.__contains__)
        yield from _of_edges(each, graph)


def _of_state(each: CompetencySpec, is_active: Callable[[object], bool]) -> Iterator[Fault]:
    if not each.is_active and each.state not in (RETIRED, MERGED):
        yield Fault(FaultKind.STATE, each.code)
    if bool(each.merged_into) != (each.state == MERGED):
        yield Fault(FaultKind.STATE, each.code)
    elif each.merged_into and not is_active(each.merged_into):
        yield Fault(FaultKind.INTO, each.code, (each.merged_into,))


def _of_edges(each: CompetencySpec, graph: Graph) -> Iterator[Fault]:
    named = Counter(each.before())
    if each.code in named:
        yield Fault(FaultKind.ITSELF, each.code)
    if twice := tuple(sorted(code for code, times in named.items() if times > 1)):
        yield Fault(FaultKind.TWICE, each.code, twice)
    if unknown := tuple(sorted(set(named) - set(graph.competencies))):
        yield Fault(FaultKind.UNKNOWN, each.code, unknown)
    out = sorted(set(named) - set(graph.active()) - set(unknown))
    yield from (Fault(FaultKind.NEEDED, code, (each.code,)) for code in out)
    if sum(len(group) > 1 for group in each.needs) > MOST_GROUPS:
        yield Fault(FaultKind.GROUPS, each.code)
