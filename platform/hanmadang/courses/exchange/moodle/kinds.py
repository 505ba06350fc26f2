"""One maker for each type of question that has a counterpart here."""

import html
import re
from collections.abc import Sequence

from hanmadang.courses.exchange import questions
from hanmadang.courses.exchange.bank import Bank, question
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.markup import Shown
from hanmadang.courses.exchange.moodle import cloze as nested
from hanmadang.courses.exchange.moodle.texts import html_of
from hanmadang.courses.exchange.questions import (
    Accepted,
    Choice,
    Range,
    UnusableQuestionError,
    number_in,
)
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import EXPLANATION, SAID, TEXT, Work
from hanmadang.courses.exchange.xmltree import Node

_NUMBERED = re.compile(r"\[\[(\d{1,3})\]\]")
_HINT_SETTINGS = ("clearwrong", "shownumcorrect", "options", "showcorrect")


def multichoice(bank: Bank, node: Node) -> None:
    """One of, or several of."""
    work = bank.work
    single = node.value("single").lower() not in {"false", "0"}
    choices = _choices(work, node)
    if single:
        _put(bank, node, "one", questions.one(work, choices))
    else:
        _put(bank, node, "several", questions.several(work, choices, weighted=True))


def multichoice_set(bank: Bank, node: Node) -> None:
    """Several of, all or nothing."""
    choices = _choices(bank.work, node)
    _put(bank, node, "several", questions.several(bank.work, choices, weighted=False))


def truefalse(bank: Bank, node: Node) -> None:
    """True or false."""
    found = {each.value("text").lower(): each for each in node.all("answer")}
    if set(found) != {"true", "false"}:
        raise UnusableQuestionError
    said = {name: bank.work.words(html_of(each.one("feedback")), SAID)
            for name, each in found.items()}  # fmt: skip
    for each in found.values():
        each.attr("format")
    is_true = _fraction(found["true"]) > _fraction(found["false"])
    body = questions.true_false(is_true=is_true, when_true=said["true"], when_false=said["false"])
    _put(bank, node, "true_false", body)


def shortanswer(bank: Bank, node: Node) -> None:
    """A few words to type."""
    accepted = [
        Accepted(
            _bare(html_of(each)),
            _fraction(each),
            bank.work.words(html_of(each.one("feedback")), SAID),
        )
        for each in node.all("answer")
    ]
    case = node.value("usecase") in {"1", "true"}
    _put(bank, node, "short", questions.short(bank.work, accepted, match_case=case))


def numerical(bank: Bank, node: Node) -> None:
    """A number, with tolerances and a unit."""
    work = bank.work
    ranges = []
    for each in node.all("answer"):
        said = work.words(html_of(each.one("feedback")), SAID)
        words, share = _bare(html_of(each)), _fraction(each)
        tolerance = each.value("tolerance") or each.attr("tolerance")
        if words in {"*", ""}:
            ranges.append(Range(-questions.LARGEST, questions.LARGEST, min(share, 0.99), said))
            continue
        near, at = abs(number_in(tolerance)) if tolerance else 0.0, number_in(words)
        if near:
            work.report.changed("<tolerance>", Reason.RANGE, f"{words} ± {tolerance}")
        ranges.append(Range(at - near, at + near, share, said))
    _put(bank, node, "numeric", questions.numeric(work, ranges, _unit(work, node)))


def _unit(work: Work, node: Node) -> File | None:
    """The unit that counts once; its multiples cannot be said here."""
    name = None
    for units in node.all("units"):
        for unit in units.all("unit"):
            said, times = unit.value("unit_name"), unit.value("multiplier")
            if (
                name is None
                and said
                and times in {"", "1"} | {f"1.{'0' * n}" for n in range(1, 10)}
            ):
                name = work.text(said, 40)
            else:
                work.report.left("<unit>", Reason.SETTING, f"{said} × {times}")
    return name


def matching(bank: Bank, node: Node) -> None:
    """Pairs; a right side without a left one belongs to nothing."""
    work, pairs, extra = bank.work, [], []
    for each in node.all("subquestion"):
        left = work.words(html_of(each))
        answer = each.one("answer")
        right = work.label(html_of(answer), "?")
        if left:
            pairs.append((left, right))
        else:
            extra.append(right)
    _put(bank, node, "matching", questions.matching(pairs, extra))


def ordering(bank: Bank, node: Node) -> None:
    """Things in their order."""
    items = []
    for number, each in enumerate(node.all("answer"), 1):
        each.attr("fraction")
        items.append(bank.work.label(html_of(each), str(number)))
        for said in each.all("feedback"):
            if html_of(said).strip():
                bank.work.report.left("<answer><feedback>", Reason.NO_KIND, html_of(said))
    _put(bank, node, "ordering", questions.ordering(items))


def essay(bank: Bank, node: Node) -> None:
    """A reflection: nobody marks it."""
    text, shown = bank.work.plain(html_of(node.one("questiontext")), 2_000)
    if not text:
        raise UnusableQuestionError
    for each in shown:
        bank.shelf.blocks += bank.work.shown(each)
    bank.shelf.reflect(bank.work, '<question type="essay">', text, bank.work.report.place)
    said = html_of(node.one("generalfeedback"))
    if said.strip():
        bank.work.report.left("<generalfeedback>", Reason.NO_KIND, said)


def description(bank: Bank, node: Node) -> None:
    """A text, not a question."""
    html_text = html_of(node.one("questiontext"))
    bank.shelf.blocks += bank.work.blocks(html_text)
    bank.work.report.changed('<question type="description">', Reason.AS_TEXT, _bare(html_text))
    said = html_of(node.one("generalfeedback"))
    if said.strip():
        bank.shelf.blocks += bank.work.blocks(said)
        bank.work.report.changed("<generalfeedback>", Reason.AS_TEXT, _bare(said))


def cloze(bank: Bank, node: Node) -> None:
    """A text with questions in it. Those of several answers become questions of their own."""
    work = bank.work
    marked, found = nested.taken_apart(html_of(node.one("questiontext")))
    nested.check(found)
    if len({gap.weight for gap in found}) > 1:
        work.report.changed("{weight:…}", Reason.CREDIT, " ".join(str(g.weight) for g in found))
    bodies, apart, number = [], [], 0
    for place, gap in enumerate(found, 1):
        kind, body = nested.body(work, gap)
        mark = f"{nested.BEGIN}{place}{nested.END}"
        if kind == "several":
            apart.append(body)
            work.report.changed(f"{{:{gap.name}:}}", Reason.APART)
            marked = marked.replace(mark, nested.LINE)
            continue
        number += 1
        marked = marked.replace(mark, f"\ue202{number}\ue203")
        bodies.append((kind, body))
        work.report.kept(f"{{:{gap.name}:}}")
    _put_gaps(bank, node, marked, bodies)
    whole, _shown = work.plain(re.sub("\ue202\\d+\ue203", nested.LINE, marked), TEXT)
    for body in apart:
        slug = work.slug(work.report.place, usual="question")
        bank.shelf.add(work, question(work, slug, "several", whole, body))


def gap_select(bank: Bank, node: Node) -> None:
    """Gaps, each with the choices of its group."""
    choices = [_grouped(bank.work, each) for each in node.all("selectoption")]
    _numbered_gaps(bank, node, choices)


def drag_words(bank: Bank, node: Node) -> None:
    """Words to drag into a text: here they are chosen from a list."""
    choices = []
    for each in node.all("dragbox"):
        each.value("infinite")
        choices.append(_grouped(bank.work, each))
    bank.work.report.changed("<dragbox>", Reason.LAYOUT)
    _numbered_gaps(bank, node, choices)


def _grouped(work: Work, node: Node) -> tuple[File, str]:
    return work.label(html.escape(node.value("text")), "?"), node.value("group") or "1"


def _numbered_gaps(bank: Bank, node: Node, choices: Sequence[tuple[File, str]]) -> None:
    """``[[3]]`` in the text is the place of the third choice."""
    marked = html_of(node.one("questiontext"))
    bodies: list[tuple[str, File]] = []

    def mark(match: re.Match[str]) -> str:
        right = int(match[1]) - 1
        if not 0 <= right < len(choices):
            raise UnusableQuestionError
        group = choices[right][1]
        options = [Choice(label, float(n == right))
                   for n, (label, of) in enumerate(choices) if of == group]  # fmt: skip
        bodies.append(("one", questions.one(bank.work, options)))
        return f"\ue202{len(bodies)}\ue203"

    marked = _NUMBERED.sub(mark, marked)
    _put_gaps(bank, node, marked, bodies)


def _put_gaps(bank: Bank, node: Node, marked: str, bodies: Sequence[tuple[str, File]]) -> None:
    """A text whose marks are gaps; its pictures stand before it."""
    work = bank.work
    if not bodies:
        _put_text_only(bank, node)
        return
    blocks = work.blocks(marked)
    words = [b["body"].get(work.language, "") for b in blocks if b["kind"] == "text"]
    passage = re.sub("\ue202(\\d+)\ue203", r"[[\1]]", "\n\n".join(words))
    bank.shelf.blocks += [block for block in blocks if block["kind"] != "text"]
    body = questions.gaps(work.text(passage), bodies)
    _put(bank, node, "gaps", body, questions.FILL_IN)


def _put_text_only(bank: Bank, node: Node) -> None:
    said = _explanation(bank.work, node)
    if said:
        bank.work.report.left("<generalfeedback>", Reason.NO_KIND, str(said))


def _put(bank: Bank, node: Node, kind: str, body: File, text: File | None = None) -> None:
    work, type_ = bank.work, node.attr("type")
    shown: list[Shown] = []
    if text is None:
        text, shown = work.plain(html_of(node.one("questiontext")), TEXT)
    made = question(
        work,
        work.named_slug(work.report.place, "<name>"),
        kind,
        text,
        body,
        explanation=_explanation(work, node),
        hints=_hints(work, node),
    )
    bank.shelf.add(work, made, shown)
    work.report.kept(f'<question type="{type_}">')


def _explanation(work: Work, node: Node) -> File | None:
    return work.words(html_of(node.one("generalfeedback")), EXPLANATION)


def _hints(work: Work, node: Node) -> list[File]:
    found = []
    for hint in node.all("hint"):
        said = work.words(html_of(hint), SAID)
        for tag in _HINT_SETTINGS:
            for each in hint.all(tag):
                work.report.left(f"<hint><{tag}>", Reason.SETTING, each.words() or "1")
        if said:
            found.append(said)
    return found


def _choices(work: Work, node: Node) -> list[Choice]:
    choices = []
    for number, each in enumerate(node.all("answer"), 1):
        text = html_of(each)
        said = work.words(html_of(each.one("feedback")), SAID)
        choices.append(Choice(work.label(text, str(number)), _fraction(each), said))
    return choices


def _fraction(node: Node) -> float:
    return number_in(node.attr("fraction") or "0") / 100


def _bare(text: str) -> str:
    return html.unescape(re.sub(r"<[^<>]{0,500}>", "", text)).strip()
