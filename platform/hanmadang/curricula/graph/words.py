"""What is wrong with a graph, and what a change does, in words; names in the reader's language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hanmadang.curricula.graph.faults import LONGEST_NAME, LONGEST_TEXT, MOST_GROUPS, Fault
from hanmadang.curricula.graph.faults import FaultKind as Kind
from hanmadang.curricula.graph.specs import (
    ACTIVE,
    COMPETENCIES,
    MERGED,
    RETIRED,
    TOPICS,
    VIEWS,
    CompetencySpec,
    Document,
    Graph,
)
from hanmadang.kernel.i18n import LazyText, current_locale, lazy

SENTENCES: Mapping[Kind, LazyText] = {
    Kind.CODE: lazy(
        "%(name)s: a code has small Latin letters, digits and single hyphens, at most 60."
    ),
    Kind.NAME: lazy("%(name)s: please write the name in Korean and in English."),
    Kind.LONG: lazy(
        "%(name)s: a name has at most %(name_length)s characters, "
        "a description at most %(text_length)s."
    ),
    Kind.TOPIC: lazy("There is no topic with the code %(name)s."),
    Kind.IMPORTANCE: lazy("%(name)s: importance lies between 0.1 and 1."),
    Kind.UNKNOWN: lazy("%(name)s stands on competencies that do not exist: %(others)s."),
    Kind.TWICE: lazy("%(name)s names these prerequisites more than once: %(others)s."),
    Kind.ITSELF: lazy("%(name)s cannot be its own prerequisite."),
    Kind.GROUPS: lazy("%(name)s has more than %(groups)s groups of alternatives."),
    Kind.NEEDED: lazy("%(name)s is not in use, and yet %(others)s stands on it."),
    Kind.STATE: lazy("%(name)s: a merged competency names the one it was merged into."),
    Kind.INTO: lazy("%(name)s was merged into %(others)s, which is not in use."),
    Kind.CYCLE: lazy(
        "These prerequisites lead in a circle: %(others)s. "
        "Each one must be known before the one in front of it."
    ),
}
_CIRCLE, _LIST = " → ", ", "


@dataclass(frozen=True, slots=True)
class Names:
    """Names in quotation marks, in the language of whoever reads them."""

    pairs: tuple[tuple[str, str], ...]
    """(Korean, English)."""
    between: str = _LIST

    def __str__(self) -> str:
        korean = current_locale() == "ko"
        quoted = (f"‘{ko}’" if korean else f"“{en}”" for ko, en in self.pairs)
        return self.between.join(quoted)


def fault_text(fault: Fault, graph: Graph) -> LazyText:
    """One sentence that says what is wrong, and with which."""
    between = _CIRCLE if fault.kind is Kind.CYCLE else _LIST
    return LazyText(
        SENTENCES[fault.kind].message,
        {
            "name": Names((names_of(fault.code, graph),)),
            "others": Names(tuple(names_of(code, graph) for code in fault.others), between),
            "name_length": LONGEST_NAME,
            "text_length": LONGEST_TEXT,
            "groups": MOST_GROUPS,
        },
    )


def names_of(code: str, graph: Graph) -> tuple[str, str]:
    """(Korean, English) name of whatever has that code; the code where there is none."""
    for part in (graph.competencies, graph.viewpoints, graph.topics):
        if code in part:
            found = part[code]
            return found.name_ko or code, found.name_en or code
    return code, code


def names_in(codes: Iterable[str], graph: Graph, between: str = _LIST) -> Names:
    """The names of these codes."""
    return Names(tuple(names_of(code, graph) for code in codes), between)


def needs_text(each: CompetencySpec, graph: Graph) -> str:
    """What must be known before, in one sentence of the reader's language; empty for nothing."""
    alone = [group[0] for group in each.needs if len(group) == 1]
    parts = [str(names_in(alone, graph))] if alone else []
    parts += [
        str(lazy("one of %(names)s", names=names_in(group, graph)))
        for group in each.needs
        if len(group) > 1
    ]
    return "; ".join(parts)


def helps_text(each: CompetencySpec, graph: Graph) -> str:
    """What makes it easier; empty for nothing."""
    return str(names_in(each.helps, graph)) if each.helps else ""


STATES: Mapping[str, LazyText] = {
    ACTIVE: lazy("In use"),
    RETIRED: lazy("Retired"),
    MERGED: lazy("Merged"),
}
"""Where a competency stands."""
PARTS: Mapping[str, LazyText] = {
    TOPICS: lazy("A topic"),
    VIEWS: lazy("A viewpoint"),
    COMPETENCIES: lazy("A competency"),
}
FIELDS: Mapping[str, LazyText] = {
    "name_ko": lazy("Name in Korean"),
    "name_en": lazy("Name in English"),
    "about_ko": lazy("Description in Korean"),
    "about_en": lazy("Description in English"),
    "topic": lazy("Topic"),
    "importance": lazy("Importance"),
    "needs": lazy("Must be known before"),
    "helps": lazy("Helps when known before"),
    "state": lazy("State"),
    "merged_into": lazy("Merged into the competency"),
    "position": lazy("Place in the list"),
}
"""What can differ, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one thing that a change fills anew; texts are in the reader's language."""

    part: str
    code: str
    names: Names
    label: LazyText
    before: str
    after: str


def differences(before: Document, after: Document, graph: Graph) -> Iterator[Difference]:
    """Everything that reads differently, thing by thing."""
    then, now = graph.after(_without_none(before)), graph.after(_without_none(after))
    for part, codes in after.items():
        for code in codes:
            old = _fields(part, before.get(part, {}).get(code), then)
            new = _fields(part, codes[code], now)
            names = Names((names_of(code, now if codes[code] else then),))
            for name, label in FIELDS.items():
                if old.get(name, "") != new.get(name, ""):
                    was, will = old.get(name, ""), new.get(name, "")
                    yield Difference(part, code, names, label, was, will)


def _without_none(document: Document) -> Document:
    return {
        part: {code: each for code, each in codes.items() if each is not None}
        for part, codes in document.items()
    }


def _fields(part: str, stored: Mapping[str, Any] | None, graph: Graph) -> dict[str, str]:
    """The fields as a reader sees them."""
    if stored is None:
        return {}
    if part != COMPETENCIES:
        return {name: str(value) for name, value in stored.items()}
    each = graph.competencies[stored["code"]]
    into = str(names_in([each.merged_into], graph)) if each.merged_into else ""
    return {
        **{name: str(stored[name]) for name in ("name_ko", "name_en", "about_ko", "about_en")},
        "topic": str(names_in([each.topic], graph)),
        "importance": f"{each.importance:g}",
        "needs": needs_text(each, graph),
        "helps": helps_text(each, graph),
        "state": str(STATES[each.state]),
        "merged_into": into,
    }
