"""One item of QTI 2: every interaction becomes a question; those amid words become gaps."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hanmadang.courses.exchange import questions
from hanmadang.courses.exchange.bank import Shelf, question
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.markup import Shown
from hanmadang.courses.exchange.qti2.declared import Declared, declarations, processing
from hanmadang.courses.exchange.qti2.spots import spots
from hanmadang.courses.exchange.qti2.words import bare, outer, words
from hanmadang.courses.exchange.questions import Accepted, Choice, Range, UnusableQuestionError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import EXPLANATION, SAID, TEXT, Work
from hanmadang.courses.exchange.xmltree import Node, unread

_INLINE = {"inlinechoiceinteraction", "textentryinteraction"}
_SETTINGS = ("outcomeDeclaration", "templateDeclaration", "templateProcessing", "stylesheet",
             "itemMetadata", "apipAccessibility")  # fmt: skip
_MARK, _END = "\ue202", "\ue203"
_TRUE, _FALSE = {"true", "참", "맞음", "o"}, {"false", "거짓", "틀림", "x"}


@dataclass(slots=True)
class Item:
    """An item being read."""

    work: Work
    shelf: Shelf
    title: str
    declared: dict[str, Declared]
    feedback: list[str] = field(default_factory=list)
    made: list[File] = field(default_factory=list)
    gaps: list[tuple[str, File]] = field(default_factory=list)


def read_item(work: Work, shelf: Shelf, node: Node) -> None:
    """Put an item's questions on its shelf, or name it as left out."""
    title = node.attr("title") or node.attr("identifier", "label")
    work.report.place = title
    node.finish_own()
    try:
        item = Item(work, shelf, title, declarations(node, work.report))
        processing(node, work.report)
        _settings(item, node)
        for body in node.all("itemBody"):
            _body(item, body)
        _explain(item)
    except UnusableQuestionError as error:
        work.report.left("<assessmentItem>", error.reason, f"{title} {words(node)}")
        node.finish()
    for each in unread(node):
        work.report.left(each.construct, Reason.UNKNOWN, each.words)


def _settings(item: Item, node: Node) -> None:
    for each in node.all(*_SETTINGS):
        words = [*each.element.attrib.values(), *each.element.itertext()]
        reason = Reason.CODE if each.tag.startswith("template") else Reason.SETTING
        if each.tag != "outcomeDeclaration":
            item.work.report.left(f"<{each.tag}>", reason, " ".join(words))
        each.finish()
    for each in node.all("modalFeedback"):
        ident = each.attr("identifier")
        html = each.markup()
        if re.search(r"incorrect|wrong|correct|right", ident, re.IGNORECASE):
            item.work.report.left("<modalFeedback>", Reason.NO_KIND, f"{ident}: {bare(html)}")
        else:
            item.feedback.append(html)


def _body(item: Item, body: Node) -> None:
    """Blocks of the body: words wait until an interaction asks them."""
    body.finish_own()
    _without_hidden(item.work, body)
    waiting = ""
    for child in body.all():
        inside = [each for each in child.walk() if _is_interaction(each)]
        if _is_interaction(child) and child.tag.lower() not in _INLINE:
            _asked(item, child, waiting)
            waiting = ""
        elif inside and not all(each.tag.lower() in _INLINE for each in inside):
            child.finish_own()
            for each in inside:
                _asked(item, each, waiting)
                waiting = ""
                _cleared(each)
            waiting += outer(child)
        elif child.tag.lower() == "rubricblock":
            child.attr("view", "use")
            html = child.markup()
            item.work.report.left("<rubricBlock>", Reason.NO_KIND, bare(html))
        else:
            waiting += _outer_with_gaps(item, child)
    _last(item, waiting)


_HIDDEN = {"feedbackblock", "feedbackinline", "templateblock", "templateinline",
           "printedvariable"}  # fmt: skip


def _without_hidden(work: Work, node: Node) -> None:
    """What is shown only after an answer, or by a rule, must not stand in the question."""
    for child in list(node.children):
        if child.tag.endswith("Choice"):
            continue
        if child.tag.lower() in _HIDDEN and not any(_is_interaction(n) for n in child.walk()):
            work.report.left(f"<{child.tag}>", Reason.NO_KIND, words(child))
            tail = child.element.tail
            child.element.clear()
            child.element.tag, child.element.tail = "span", tail
            child.children.clear()
            child.finish()
        else:
            _without_hidden(work, child)


def _is_interaction(node: Node) -> bool:
    return node.tag.lower().endswith("interaction")


def _cleared(node: Node) -> None:
    """An interaction that was asked leaves nothing in the words around it."""
    tail = node.element.tail
    node.children.clear()
    node.element.clear()
    node.element.tag, node.element.tail = "span", tail


def _asked(item: Item, node: Node, before: str) -> None:
    """A question; what stood before it is asked too, or told before where it has a prompt."""
    work = item.work
    maker = _MAKERS.get(node.tag.lower())
    prompts = "".join(each.markup() for each in node.all("prompt"))
    if maker is None or _MARK in before:
        work.report.left(f"<{node.tag}>", Reason.NO_KIND, f"{bare(before)} {prompts} {words(node)}")
        node.finish()
        return
    try:
        _put(item, node, maker, before, prompts)
    except UnusableQuestionError as error:
        work.report.left(f"<{node.tag}>", error.reason, f"{bare(before + prompts)}")
        node.finish()


def _put(item: Item, node: Node, maker: "Maker", before: str, prompts: str) -> None:
    work = item.work
    declared = item.declared.get(node.attr("responseIdentifier"))
    if declared is None:
        raise UnusableQuestionError
    if prompts and before.strip():
        item.shelf.blocks += work.blocks(before)
        before = ""
    text, shown = work.plain(f"{before}{prompts}", TEXT)
    text = text or work.text(item.title, TEXT)
    if node.tag.lower() == "extendedtextinteraction":
        for each in shown:
            item.shelf.blocks += work.shown(each)
        item.shelf.reflect(work, f"<{node.tag}>", text, item.title)
        _attributes(work, node)
        return
    kind, body = maker(item, node, declared)
    _attributes(work, node)
    _made(item, kind, body, text, shown)
    work.report.kept(f"<{node.tag}>", item.title)


def _made(item: Item, kind: str, body: File, text: File, shown: list[Shown]) -> None:
    slug = item.work.named_slug(item.title, "<assessmentItem title=…>")
    made = question(item.work, slug, kind, text, body)
    item.shelf.add(item.work, made, shown)
    item.made.append(made)


def _attributes(work: Work, node: Node) -> None:
    """How an interaction looks and may be used is named, and not kept."""
    for each in (node, *node.walk()):
        for name, value in each.element.attrib.items():
            if name not in each.attributes_seen:
                each.attributes_seen.add(name)
                if value not in {"false", "true", "0", "1", ""}:
                    work.report.left(f"<{each.tag} {name}=…>", Reason.SETTING, value)


def _explain(item: Item) -> None:
    texts = [item.work.words(html, EXPLANATION) for html in item.feedback]
    said = questions.joined(item.work, *texts, longest=EXPLANATION)
    if said and item.made:
        item.made[-1]["explanation"] = said
        item.work.report.kept("<modalFeedback>")
    elif said:
        item.work.report.left("<modalFeedback>", Reason.NO_KIND, str(said))


def _label(item: Item, node: Node) -> tuple[File, File | None]:
    """A choice's words, and what is said to whoever chose it."""
    said = [item.work.words(each.markup(), SAID) for each in node.all("feedbackInline")]
    _drop(node, "feedbackInline")
    html = node.markup()
    return item.work.label(html, node.attr("identifier") or "?"), questions.joined(item.work, *said)


def _drop(node: Node, tag: str) -> None:
    for child in [each for each in node.children if each.tag == tag]:
        tail = child.element.tail or ""
        node.element.remove(child.element)
        node.children.remove(child)
        node.element.text = (node.element.text or "") + tail


def _choice(item: Item, node: Node, declared: Declared) -> tuple[str, File]:
    shares = declared.shares()
    choices, idents, said = [], [], []
    for each in node.all("simpleChoice", "hottext"):
        ident = each.attr("identifier")
        label, feedback = _label(item, each)
        idents.append(ident)
        said.append(label.get(item.work.language, "").strip().lower())
        choices.append(Choice(label, shares.get(ident, 0.0), feedback))
    if declared.cardinality == "multiple":
        return "several", questions.several(item.work, choices, weighted=bool(declared.mapping))
    truths = [True if w in _TRUE else False if w in _FALSE else None for w in said]
    if sorted(map(str, truths)) == ["False", "True"]:
        by = dict(zip(truths, choices, strict=True))
        return "true_false", questions.true_false(
            is_true=by[True].share > by[False].share,
            when_true=by[True].feedback,
            when_false=by[False].feedback,
        )
    return "one", questions.one(item.work, choices)


def _order(item: Item, node: Node, declared: Declared) -> tuple[str, File]:
    labels = {each.attr("identifier"): _label(item, each)[0] for each in node.all("simpleChoice")}
    if sorted(declared.correct) != sorted(labels):
        raise UnusableQuestionError
    return "ordering", questions.ordering([labels[ident] for ident in declared.correct])


def _pairs(declared: Declared) -> list[tuple[str, str]]:
    said = declared.correct or [key for key, value in declared.mapping.items() if value > 0]
    pairs = [tuple(pair.split()) for pair in said]
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]  # noqa: PLR2004


def _match(item: Item, node: Node, declared: Declared) -> tuple[str, File]:
    """Left and right sets, or one set whose members belong together in pairs."""
    sets = [each.all("simpleAssociableChoice") for each in node.all("simpleMatchSet")]
    alone = node.all("simpleAssociableChoice")
    labels = {
        each.attr("identifier"): _label(item, each)[0] for group in (*sets, alone) for each in group
    }
    pairs = _pairs(declared)
    if len({left for left, _right in pairs}) != len(pairs):
        raise UnusableQuestionError(Reason.NO_KIND)
    if any(left not in labels or right not in labels for left, right in pairs):
        raise UnusableQuestionError
    paired = {each for pair in pairs for each in pair}
    extra = [label for ident, label in labels.items() if ident not in paired]
    made = [(labels[left], labels[right]) for left, right in pairs]
    return "matching", questions.matching(made, extra)


def _slider(item: Item, node: Node, declared: Declared) -> tuple[str, File]:
    """A slider is a number: it is typed here."""
    bounds = [node.attr(name) for name in ("lowerBound", "upperBound", "step")]
    item.work.report.changed("<sliderInteraction>", Reason.RANGE, " ".join(bounds))
    return "numeric", _numbers(item.work, declared)


def _numbers(work: Work, declared: Declared) -> File:
    shares = declared.shares()
    return questions.numeric(work, [
        Range(at, at, share) for said, share in shares.items()
        for at in (questions.number_in(said),) if math.isfinite(at)
    ])  # fmt: skip


def _hot_spots(item: Item, node: Node, declared: Declared) -> tuple[str, File]:
    return "spots", spots(item.work, node, declared)


def _gap_match(item: Item, node: Node, declared: Declared) -> tuple[str, File]:
    """Texts to put into gaps: each gap offers all of them."""
    work = item.work
    labels = {each.attr("identifier"): _label(item, each)[0] for each in node.all("gapText")}
    if node.all("gapImg"):
        raise UnusableQuestionError(Reason.NO_KIND)
    right = {gap: text for text, gap in _pairs(declared)}
    bodies: list[tuple[str, File]] = []
    html = ""
    for child in node.all():
        if child.tag in {"gapText", "prompt"}:
            continue
        for gap in [each for each in (child, *child.walk()) if each.tag == "gap"]:
            ident = gap.attr("identifier")
            if right.get(ident) not in labels:
                raise UnusableQuestionError
            choices = [Choice(label, float(name == right[ident])) for name, label in labels.items()]
            bodies.append(("one", questions.one(work, choices)))
            _put_mark(gap, len(bodies))
        html += outer(child)
    return "gaps", questions.gaps(_passage(item, html), bodies)


def _put_mark(node: Node, number: int) -> None:
    tail = node.element.tail
    node.finish()
    node.children.clear()
    node.element.clear()
    node.element.tag, node.element.tail = "span", tail
    node.element.text = f"{_MARK}{number}{_END}"


def _passage(item: Item, html: str) -> File:
    blocks = item.work.blocks(html)
    words = [b["body"].get(item.work.language, "") for b in blocks if b["kind"] == "text"]
    item.shelf.blocks += [block for block in blocks if block["kind"] != "text"]
    passage = re.sub(f"{_MARK}(\\d+){_END}", r"[[\1]]", "\n\n".join(words))
    return item.work.text(passage)


def _outer_with_gaps(item: Item, node: Node) -> str:
    """Words, in which each inline interaction leaves the mark of a gap."""
    for each in [n for n in (node, *node.walk()) if n.tag.lower() in _INLINE]:
        declared = item.declared.get(each.attr("responseIdentifier"))
        if declared is None:
            raise UnusableQuestionError
        bodies = item.gaps
        bodies.append(_gap(item, each, declared))
        item.work.report.kept(f"<{each.tag}>", item.title)
        _put_mark(each, len(bodies))
    return outer(node)


def _gap(item: Item, node: Node, declared: Declared) -> tuple[str, File]:
    shares = declared.shares()
    _attributes(item.work, node)
    if node.tag.lower() == "inlinechoiceinteraction":
        choices = []
        for each in node.all("inlineChoice"):
            label, feedback = _label(item, each)
            right = shares.get(each.attr("identifier"), 0.0)
            choices.append(Choice(label, right, feedback))
        return "one", questions.one(item.work, choices)
    if declared.base in {"integer", "float"}:
        return "numeric", _numbers(item.work, declared)
    accepted = [Accepted(text, share) for text, share in shares.items()]
    return "short", questions.short(item.work, accepted, match_case=declared.match_case)


def _last(item: Item, waiting: str) -> None:
    """Words behind the last interaction: a text with gaps, one question to type, or a text."""
    work, bodies = item.work, item.gaps
    if not waiting.strip():
        return
    if not bodies:
        item.shelf.blocks += work.blocks(waiting)
        work.report.changed("<itemBody>", Reason.AS_TEXT, bare(waiting))
        return
    before, _mark, after = waiting.partition(_MARK)
    if len(bodies) == 1 and not bare(after.partition(_END)[2]).strip():
        text, shown = work.plain(before, TEXT)
        kind, body = bodies[0]
        _made(item, kind, body, text or work.text(item.title, TEXT), shown)
        return
    passage = _passage(item, waiting)
    _made(item, "gaps", questions.gaps(passage, bodies), questions.FILL_IN, [])


Maker = Callable[[Item, Node, Declared], tuple[str, File]]
_MAKERS: Mapping[str, Maker] = {
    "choiceinteraction": _choice,
    "hottextinteraction": _choice,
    "orderinteraction": _order,
    "matchinteraction": _match,
    "associateinteraction": _match,
    "sliderinteraction": _slider,
    "hotspotinteraction": _hot_spots,
    "selectpointinteraction": _hot_spots,
    "gapmatchinteraction": _gap_match,
    "extendedtextinteraction": _choice,
}
