"""What is wrong with a graph, and what a change does, in words; names in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from hanmadang.curricula.graph.faults import LONGEST_NAME, LONGEST_TEXT, MOST_GROUPS, Fault
from hanmadang.curricula.graph.faults import FaultKind as Kind
from hanmadang.curricula.graph.specs import Graph
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
