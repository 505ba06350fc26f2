"""What an item of QTI 2 declares: right answers, mappings, and how they are worked with."""

from dataclasses import dataclass, field

from hanmadang.courses.exchange.questions import number_in
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report
from hanmadang.courses.exchange.xmltree import Node

_TEMPLATES = ("match_correct", "map_response", "map_response_point", "cc2_match", "cc2_map")


@dataclass(slots=True)
class Declared:
    """One response: what is right, what each answer is worth."""

    ident: str
    cardinality: str
    base: str
    correct: list[str] = field(default_factory=list)
    mapping: dict[str, float] = field(default_factory=dict)
    match_case: bool = False
    usual: float = 0.0
    areas: list[tuple[str, str, float]] = field(default_factory=list)
    """(shape, coords, value) of a mapping of areas."""

    def shares(self) -> dict[str, float]:
        """What each answer is worth, of the most that can be had."""
        if not self.mapping:
            return dict.fromkeys(self.correct, 1.0)
        positive = [value for value in self.mapping.values() if value > 0]
        most = sum(positive) if self.cardinality == "multiple" else max(positive, default=1.0)
        return {key: value / (most or 1.0) for key, value in self.mapping.items()}


def declarations(item: Node, report: Report) -> dict[str, Declared]:
    """Every response that an item declares."""
    found = {}
    for node in item.all("responseDeclaration"):
        each = Declared(node.attr("identifier"), node.attr("cardinality"), node.attr("baseType"))
        for correct in node.all("correctResponse"):
            correct.finish_own()
            each.correct = [value.words() for value in correct.all("value")]
        for mapping in node.all("mapping"):
            _mapping(mapping, each, report)
        for mapping in node.all("areaMapping"):
            mapping.finish_own()
            for entry in mapping.all("areaMapEntry"):
                value = number_in(entry.attr("mappedValue") or "0")
                each.areas.append((entry.attr("shape"), entry.attr("coords"), value))
        for default in node.all("defaultValue"):
            report.left("<responseDeclaration><defaultValue>", Reason.SETTING, default.words())
        found[each.ident] = each
    return found


def _mapping(node: Node, each: Declared, report: Report) -> None:
    each.usual = number_in(node.attr("defaultValue") or "0")
    if each.usual:
        report.left("<mapping defaultValue=…>", Reason.CREDIT, f"{each.usual:g}")
    for name in ("lowerBound", "upperBound"):
        said = node.attr(name)
        if said and number_in(said) not in {0.0, 1.0}:
            report.left(f"<mapping {name}=…>", Reason.CREDIT, said)
    for entry in node.all("mapEntry"):
        value = number_in(entry.attr("mappedValue") or "0")
        each.mapping[entry.attr("mapKey")] = value
        each.match_case = each.match_case or entry.attr("caseSensitive").lower() == "true"


def processing(item: Node, report: Report) -> None:
    """Answers are worked with by the usual templates; rules of an item's own are named."""
    for node in item.all("responseProcessing"):
        template = node.attr("template", "templateLocation")
        name = template.rpartition("/")[2].removesuffix(".xml")
        own = node.children
        if template and any(each in name.lower() for each in _TEMPLATES):
            report.kept("<responseProcessing>", name)
        elif template:
            report.left("<responseProcessing template=…>", Reason.UNKNOWN, template)
        if own:
            said = sorted({each.tag for each in node.walk()})
            reason = Reason.SETTING if _only_usual(said) else Reason.CODE
            report.left("<responseProcessing> rules", reason, " ".join(said))
        node.finish()


_USUAL = {"responseCondition", "responseIf", "responseElse", "responseElseIf", "match", "variable",
          "correct", "setOutcomeValue", "baseValue", "isNull", "not", "and", "sum", "mapResponse",
          "mapResponsePoint", "multiple", "member", "or", "equal", "exitResponse", "gte", "lt",
          "gt", "lte", "min", "max", "product"}  # fmt: skip


def _only_usual(tags: list[str]) -> bool:
    return set(tags) <= _USUAL
