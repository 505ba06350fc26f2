"""What QTI 1.2 counts as right: the conditions of ``<resprocessing>``, as far as we know them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hanmadang.courses.exchange.questions import UnusableQuestionError, number_in
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report
from hanmadang.courses.exchange.xmltree import Node

_COMPARED = ("varequal", "varsubset", "varsubstring")
_BOUNDS = {"vargte": "low", "vargt": "low", "varlte": "high", "varlt": "high"}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that a condition asks for."""

    response: str
    value: str
    match_case: bool = False
    is_part: bool = False


@dataclass(slots=True)
class Bound:
    """Numbers that a condition asks for."""

    response: str
    low: float | None = None
    high: float | None = None


@dataclass(slots=True)
class Condition:
    """A condition: what it asks for, what it gives, what it shows."""

    said: list[Said] = field(default_factory=list)
    not_said: list[Said] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    is_other: bool = False
    together: bool = False
    """Whether all of what it asks for must hold."""
    score: float | None = None
    feedback: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Scoring:
    """All conditions of an item, and the most it gives."""

    conditions: list[Condition]
    most: float

    def giving(self) -> list[Condition]:
        """Conditions that give something."""
        return [each for each in self.conditions if each.score]

    def share(self, condition: Condition) -> float:
        """What a condition gives, of the whole."""
        return (condition.score or 0.0) / self.most if self.most else 0.0


def scoring(item: Node, report: Report) -> Scoring:
    """Read all conditions of an item."""
    conditions, maxima = [], []
    for processing in item.all("resprocessing", "response_processing"):
        processing.attr("scoremodel")
        for outcomes in processing.all("outcomes"):
            for var in outcomes.all("decvar"):
                maxima.append(var.attr("maxvalue"))
                for name in ("minvalue", "varname", "vartype", "defaultval", "cutvalue"):
                    var.attr(name)
        conditions += [_condition(each, report) for each in processing.all("respcondition")]
    most = next((_number(each) for each in maxima if each), 0.0)
    given = [each.score for each in conditions if each.score and each.score > 0]
    if most <= 0 or (given and max(given) > most):
        most = max(given, default=1.0)
    return Scoring(conditions, most)


def _condition(node: Node, report: Report) -> Condition:
    for name in ("title", "continue"):
        node.attr(name)
    found = Condition()
    for asked in node.all("conditionvar"):
        _asked(asked, found, report, negated=False)
    for var in node.all("setvar"):
        action, said = var.attr("action").lower(), var.text()
        var.attr("varname")
        value = _number(said)
        found.score = (found.score or 0.0) + (-value if action == "subtract" else value)
        if action not in {"", "set", "add", "subtract"}:
            report.changed(f'<setvar action="{action}">', Reason.CREDIT, said)
    for shown in node.all("displayfeedback"):
        found.feedback.append(shown.attr("linkrefid"))
        shown.finish()
    return found


def _asked(node: Node, found: Condition, report: Report, *, negated: bool) -> None:
    for child in node.all("and", "or", "not", "other", "unanswered", *_COMPARED, *_BOUNDS):
        if child.tag in {"and", "or", "not"}:
            found.together = found.together or child.tag == "and"
            _asked(child, found, report, negated=negated or child.tag == "not")
        elif child.tag in _COMPARED:
            case = child.attr("case").lower() == "yes"
            child.attr("index")
            response, value = child.attr("respident"), child.text()
            said = Said(response, value, case, child.tag != "varequal")
            (found.not_said if negated else found.said).append(said)
        elif child.tag in _BOUNDS:
            _bound(child, found, report)
        else:
            child.finish()
            found.is_other = True
    parts = [each for each in node.children if each.tag in {*_COMPARED, "and", "not"}]
    found.together = found.together or (node.tag == "conditionvar" and len(parts) > 1)


def _bound(node: Node, found: Condition, report: Report) -> None:
    response, value = node.attr("respident"), number_in(node.text())
    side = _BOUNDS[node.tag]
    if node.tag in {"vargt", "varlt"}:
        report.changed(f"<{node.tag}>", Reason.RANGE, f"{value:g}")
    if not found.bounds or getattr(found.bounds[-1], side) is not None:
        found.bounds.append(Bound(response))
    setattr(found.bounds[-1], side, value)


def _number(said: str) -> float:
    try:
        return number_in(said)
    except UnusableQuestionError:
        return 0.0


def ranges(conditions: list[Condition], response: str) -> Iterator[tuple[float, float, Condition]]:
    """Numbers that are accepted: a bound on both sides, or one number."""
    for condition in conditions:
        bounded = False
        for bound in condition.bounds:
            if bound.response == response and bound.low is not None and bound.high is not None:
                bounded = True
                yield bound.low, bound.high, condition
        for said in () if bounded else condition.said:
            if said.response == response:
                at = number_in(said.value)
                yield at, at, condition
