"""Problems of Open edX: every response becomes a question, the text before it is what it asks."""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hanmadang.courses.exchange import questions
from hanmadang.courses.exchange.bank import Shelf, question
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.olx import markdown
from hanmadang.courses.exchange.olx.source import Source
from hanmadang.courses.exchange.questions import (
    Accepted,
    Choice,
    Range,
    UnusableQuestionError,
    number_in,
)
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import EXPLANATION, SAID, TEXT, Work
from hanmadang.courses.exchange.xmltree import Node, escaped, parsed

_CODE = {"customresponse", "coderesponse", "schematicresponse", "javascriptresponse",
         "jsinputresponse", "externalresponse", "formularesponse", "symbolicresponse",
         "chemicalequationinput", "script", "jsinput"}  # fmt: skip
_OTHERS = {"imageresponse", "choicetextresponse", "annotationresponse"}
_GAPS = {"optionresponse", "stringresponse", "numericalresponse"}
_INTERVAL = re.compile(r"\s*([\[(])\s*([^,\[\]()]+),\s*([^,\[\]()]+)([\])])\s*")
_SMALLEST = 1e-9


def read_problem(source: Source, shelf: Shelf, node: Node) -> None:
    """All questions of a problem."""
    body = node
    simple = node.attr("markdown")
    if not node.children and simple.strip():
        body = parsed(markdown.as_xml(simple).encode())
        source.work.report.kept("<problem markdown=…>")
    elif simple.strip():
        source.work.report.changed("<problem markdown=…>", Reason.COMBINED)
    problem = _Problem(source, shelf, node.attr("display_name", "url_name"))
    problem.read(body)
    node.finish_own() if body is not node else None
    source.settings(node, "<problem>")


@dataclass(slots=True)
class _Problem:
    """A problem in the making: words wait until a response asks them."""

    source: Source
    shelf: Shelf
    title: str
    waiting: list[str] = field(default_factory=list)
    made: list[File] = field(default_factory=list)
    solutions: list[str] = field(default_factory=list)
    hints: list[File] = field(default_factory=list)

    @property
    def work(self) -> Work:
        return self.source.work

    def read(self, node: Node) -> None:
        try:
            self._walk(node)
        except UnusableQuestionError as error:
            self.work.report.left("<problem>", error.reason, self.title)
            node.finish()
        if self.made:
            self._explain()
        self._as_text()

    def _walk(self, node: Node) -> None:
        node.text_seen = True
        self.waiting.append(escaped(node.element.text or ""))
        for child in node.all():
            self._one(child)
            self.waiting.append(escaped(child.element.tail or ""))

    def _one(self, node: Node) -> None:
        report = self.work.report
        if node.tag in _RESPONSES:
            self._ask(node)
        elif node.tag in _CODE or (node.tag.endswith("response") and node.tag not in _OTHERS):
            said = " ".join([self._asked(), node.words(), *node.element.attrib.values()])
            report.left(f"<{node.tag}>", Reason.CODE, said)
            node.finish()
        elif node.tag in _OTHERS:
            report.left(f"<{node.tag}>", Reason.NO_KIND, f"{self._asked()} {node.words()}")
            node.finish()
        elif node.tag == "solution":
            self.solutions.append(node.markup())
        elif node.tag == "demandhint":
            hints = [self.work.words(hint.markup(), SAID) for hint in node.all("hint")]
            self.hints += [each for each in hints if each]
            report.kept("<demandhint>")
        elif _is_gap_text(node):
            self._gaps(node)
        elif any(each.tag.endswith("response") or each.tag == "solution" for each in node.walk()):
            node.finish_own()
            self._walk(node)
        else:
            node.finish()
            self.waiting.append(_outer(node))

    def _asked(self) -> str:
        return _bare("".join(self.waiting))

    def _ask(self, node: Node) -> None:
        report = self.work.report
        label = "".join(each.markup() for each in node.all("label"))
        more = "".join(f"<p>{each.markup()}</p>" for each in node.all("description"))
        before = "".join(self.waiting)
        inside = "".join(
            _outer(each) for each in node.children if each.tag in {"p", "div", "h3", "ul", "pre"}
            and not each.seen and not any("input" in n.tag or "group" in n.tag for n in each.walk())
        )  # fmt: skip
        for each in node.children:
            if inside and each.tag in {"p", "div", "h3", "ul", "pre"}:
                each.finish()
        self.waiting = []
        if label:
            self.shelf.blocks += self.work.blocks(before)
            asked = f"<p>{label}</p>{more}{inside}"
        else:
            asked = f"{before}{more}{inside}"
        try:
            text, shown = self.work.plain(asked, TEXT)
            if not text and self.title:
                text = self.work.text(self.title, TEXT)
            self.solutions += [each.markup() for each in node.all("solution")]
            kind, body = _RESPONSES[node.tag](self.work, node)
            made = question(
                self.work, self.work.named_slug(self.title, "<problem>"), kind, text, body
            )
        except UnusableQuestionError as error:
            report.left(f"<{node.tag}>", error.reason, f"{self.title} {_bare(asked)}")
            node.finish()
            return
        node.finish_own()
        self.shelf.add(self.work, made, shown)
        self.made.append(made)
        report.kept(f"<{node.tag}>", self.title)

    def _gaps(self, node: Node) -> None:
        """Responses amid a text, such as in the cells of a table: its gaps."""
        bodies = []
        for each in [n for n in node.walk() if n.tag in _GAPS]:
            kind, body = _RESPONSES[each.tag](self.work, each)
            bodies.append((kind, body))
            tail = each.element.tail
            each.finish()
            each.children.clear()
            each.element.clear()
            each.element.tag, each.element.tail = "span", tail
            each.element.text = f"\ue202{len(bodies)}\ue203"
            self.work.report.kept(f"<{each.tag}>", self.title)
        blocks = self.work.blocks("".join([*self.waiting, _outer(node)]))
        self.waiting = []
        words = [b["body"].get(self.work.language, "") for b in blocks if b["kind"] == "text"]
        passage = re.sub("\ue202(\\d+)\ue203", r"[[\1]]", "\n\n".join(words))
        self.shelf.blocks += [block for block in blocks if block["kind"] != "text"]
        body = questions.gaps(self.work.text(passage), bodies)
        slug = self.work.named_slug(self.title, "<problem>")
        made = question(self.work, slug, "gaps", questions.FILL_IN, body)
        self.shelf.add(self.work, made)
        self.made.append(made)

    def _explain(self) -> None:
        texts = [self.work.words(each, EXPLANATION) for each in self.solutions]
        said = questions.joined(self.work, *texts, longest=EXPLANATION)
        if said:
            self.made[-1]["explanation"] = said
            self.work.report.kept("<solution>")
        if self.hints:
            self.made[0]["hints"] = self.hints

    def _as_text(self) -> None:
        """Words that nothing asks after: a text block."""
        blocks = self.work.blocks("".join(self.waiting))
        self.shelf.blocks += blocks
        if blocks:
            self.work.report.changed("<problem>", Reason.AS_TEXT, self.title)
        if self.solutions and not self.made:
            self.work.report.left("<solution>", Reason.NO_KIND, " ".join(self.solutions))
        if self.hints and not self.made:
            self.work.report.left("<demandhint>", Reason.NO_KIND, str(self.hints))


def _bare(html: str) -> str:
    return re.sub("<[^<>]*>", " ", html)


def _outer(node: Node) -> str:
    inside = node.markup()
    attributes = "".join(
        f' {name}="{escaped(value).replace(chr(34), "&quot;")}"'
        for name, value in node.element.attrib.items()
        if "}" not in name
    )
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>"


def _is_gap_text(node: Node) -> bool:
    """Whether responses stand inside a table or a paragraph, among its words."""
    if node.tag not in {"table", "p", "ul", "ol"} and "gaps" not in node.element.get("class", ""):
        return False
    found = [each.tag for each in node.walk() if each.tag.endswith("response")]
    return bool(found) and set(found) <= _GAPS


def _is_true(said: str) -> bool:
    return said.strip().lower() in {"true", "1", "yes"}


def _choice_list(work: Work, node: Node, group: str) -> list[tuple[Choice, str]]:
    """Choices with the share that `correct` says, and what `correct` says."""
    found = []
    for box in node.all(group):
        for tag in ("label", "direction", "name", "type"):
            box.attr(tag)
        for number, each in enumerate(box.all("choice"), 1):
            hints = [_hint(work, hint) for hint in each.all("choicehint")]
            correct = each.attr("correct")
            for name in ("name", "location", "fixed", "explanation-id"):
                each.attr(name)
            label = work.label(_own(each), str(number))
            feedback = questions.joined(work, *hints)
            found.append((Choice(label, float(_is_true(correct)), feedback), correct.lower()))
        _compound(work, box)
    _compound(work, node)
    return found


def _own(node: Node) -> str:
    """What a choice says, without its hints."""
    node.text_seen = True
    parts = [escaped(node.element.text or "")]
    for child in node.children:
        if not child.tag.endswith("hint"):
            parts.append(_outer(child))
        parts.append(escaped(child.element.tail or ""))
    return "".join(parts)


def _hint(work: Work, node: Node) -> File | None:
    label = node.attr("label")
    words = work.words(node.markup(), SAID)
    if words and label:
        return work.text(f"{label}: {words.get(work.language, '')}", SAID)
    return words


def _compound(work: Work, node: Node) -> None:
    for each in node.all("compoundhint"):
        work.report.left("<compoundhint>", Reason.NO_KIND, f"{each.attr('value')} {each.words()}")


def _one(work: Work, node: Node) -> tuple[str, File]:
    found = _choice_list(work, node, "choicegroup")
    return "one", questions.one(work, [choice for choice, _said in found])


def _several(work: Work, node: Node) -> tuple[str, File]:
    found = _choice_list(work, node, "checkboxgroup")
    if any(said == "undecided" for _choice, said in found):
        work.report.changed('<choice correct="undecided">', Reason.CREDIT)
    credit = node.attr("partial_credit")
    if credit:
        work.report.left("<choiceresponse partial_credit=…>", Reason.SETTING, credit)
    return "several", questions.several(work, [c for c, _said in found], weighted=False)


def _option(work: Work, node: Node) -> tuple[str, File]:
    """A list to choose from: in an attribute, or as elements."""
    inputs = node.all("optioninput")
    if len(inputs) != 1:
        raise UnusableQuestionError
    (box,) = inputs
    correct, said = box.attr("correct"), box.attr("options")
    for name in ("label", "inline"):
        box.attr(name)
    choices = []
    for each in box.all("option"):
        hints = [_hint(work, hint) for hint in each.all("optionhint")]
        right = float(_is_true(each.attr("correct")))
        choices.append(Choice(work.label(_own(each), "?"), right, questions.joined(work, *hints)))
    if said:
        names = _python_list(said)
        choices += [Choice(work.text(name), float(name == correct)) for name in names]
    return "one", questions.one(work, choices)


def _python_list(said: str) -> list[str]:
    try:
        found = ast.literal_eval(said)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise UnusableQuestionError from error
    return [str(each) for each in found] if isinstance(found, tuple | list) else [str(found)]


def _string(work: Work, node: Node) -> tuple[str, File]:
    kinds = node.attr("type").lower().split()
    if "regexp" in kinds:
        raise UnusableQuestionError(Reason.REGEX)
    right = [_hint(work, each) for each in node.all("correcthint")]
    accepted = [Accepted(_literal(node.attr("answer")), 1.0, questions.joined(work, *right))]
    for each in node.all("additional_answer"):
        said = [_hint(work, hint) for hint in each.all("correcthint")]
        words = each.attr("answer") or each.text()
        accepted.append(Accepted(_literal(words), 1.0, questions.joined(work, *said)))
    for each in node.all("stringequalhint"):
        said = [_hint(work, each)]
        accepted.append(Accepted(_literal(each.attr("answer")), 0.0, said[0]))
    _inputs(node)
    body = questions.short(work, accepted, match_case="cs" in kinds)
    return "short", body


def _literal(words: str) -> str:
    """A star means itself in the source, and anything here."""
    if "*" in words:
        raise UnusableQuestionError(Reason.NO_KIND)
    return words


def _numeric(work: Work, node: Node) -> tuple[str, File]:
    tolerance = ""
    for each in node.all("responseparam"):
        each.attr("type", "description")
        each.attr("type")
        each.attr("description")
        tolerance = each.attr("default")
    right = questions.joined(work, *(_hint(work, each) for each in node.all("correcthint")))
    ranges = [_range(work, node.attr("answer"), tolerance, right)]
    for each in node.all("additional_answer"):
        said = [_hint(work, hint) for hint in each.all("correcthint")]
        ranges.append(_range(work, each.attr("answer"), tolerance, questions.joined(work, *said)))
    credit = node.attr("partial_credit", "partial_range", "partial_answers")
    if credit:
        work.report.left("<numericalresponse partial_credit=…>", Reason.SETTING, credit)
    _inputs(node)
    return "numeric", questions.numeric(work, ranges)


def _range(work: Work, said: str, tolerance: str, feedback: File | None) -> Range:
    interval = _INTERVAL.fullmatch(said)
    if interval:
        low, high = number_in(interval[2]), number_in(interval[3])
        step = max(abs(low), abs(high), 1.0) * _SMALLEST
        if interval[1] == "(" or interval[4] == ")":
            work.report.changed("<numericalresponse answer=(…)>", Reason.RANGE, said)
        low += step if interval[1] == "(" else 0
        high -= step if interval[4] == ")" else 0
        return Range(low, high, 1.0, feedback)
    if said.strip().startswith("$"):
        raise UnusableQuestionError(Reason.CODE)
    at = number_in(said)
    near = 0.0
    if tolerance.strip():
        bare = tolerance.strip()
        share = bare.endswith("%")
        near = abs(number_in(bare.rstrip("%"))) * (abs(at) / 100 if share else 1)
        work.report.changed("<responseparam tolerance>", Reason.RANGE, f"{said} ± {bare}")
    return Range(at - near, at + near, 1.0, feedback)


def _inputs(node: Node) -> None:
    """Fields to type in say only how they look."""
    for each in node.all("textline", "formulaequationinput", "numericalinput"):
        each.finish()


_RESPONSES: Mapping[str, Callable[[Work, Node], tuple[str, File]]] = {
    "multiplechoiceresponse": _one,
    "truefalseresponse": _one,
    "choiceresponse": _several,
    "optionresponse": _option,
    "stringresponse": _string,
    "numericalresponse": _numeric,
}


def responses() -> Sequence[str]:
    """The kinds of problems that become questions."""
    return tuple(_RESPONSES)
