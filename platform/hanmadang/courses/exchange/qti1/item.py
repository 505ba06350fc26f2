"""One item of QTI 1.2: what is asked, how it is answered, what counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from hanmadang.courses.exchange import questions
from hanmadang.courses.exchange.bank import Shelf, question
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.qti1.material import FLOWS, html_in, material
from hanmadang.courses.exchange.qti1.scoring import Condition, Scoring, ranges, scoring
from hanmadang.courses.exchange.qti1.words import bare, truth
from hanmadang.courses.exchange.questions import Accepted, Choice, Range, UnusableQuestionError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import EXPLANATION, SAID, TEXT, Work
from hanmadang.courses.exchange.xmltree import Node

_RESPONSES = ("response_lid", "response_str", "response_num", "response_xy", "response_grp",
              "response_extension")  # fmt: skip
_ESSAYS = {"essay_question", "cc.essay.v0p1", "essay"}
_UNMARKED = {"file_upload_question", "text_only_question", "calculated_question",
             "categorization_question"}  # fmt: skip
_LOOKS = ("rshuffle", "rarea", "rrange", "labelrefid", "match_group", "match_max", "position")
_MARK, _END = "\ue202", "\ue203"


@dataclass(slots=True)
class Response:
    """A place to answer, with its labels in their order."""

    ident: str
    tag: str
    cardinality: str
    labels: list[tuple[str, str]] = field(default_factory=list)
    words: str = ""
    """Its own material: the left side of a pair, the name of a gap."""


@dataclass(slots=True)
class Item:
    """An item taken apart."""

    title: str
    kind: str
    html: str = ""
    """What is asked, with a mark where each response stands."""
    responses: list[Response] = field(default_factory=list)
    feedback: dict[str, str] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)


def read_item(work: Work, shelf: Shelf, node: Node) -> None:
    """Put an item on its shelf, or name it as left out."""
    title = node.attr("title") or node.attr("ident")
    for name in ("ident", "label", "maxattempts", "lang"):
        node.attr(name)
    work.report.place = title
    item = Item(title, _metadata(work, node))
    try:
        found = scoring(node, work.report)
        _feedback(work, item, node)
        for child in node.all("presentation"):
            for name in ("label", "x0", "y0", "width", "height"):
                child.attr(name)
            _present(item, child)
        _made(work, shelf, item, found)
    except UnusableQuestionError as error:
        asked = [n for n in node.children if n.tag == "presentation"]
        words = " ".join(part for n in asked for part in n.element.itertext())
        work.report.left(f"<item> {item.kind}".strip(), error.reason, f"{title} {bare(words)}")
        node.finish()


def _metadata(work: Work, node: Node) -> str:
    """The item's own word for its kind; other fields are named."""
    kind = ""
    for metadata in node.all("itemmetadata"):
        fields = [f for each in metadata.all("qtimetadata") for f in each.all("qtimetadatafield")]
        for each in fields:
            name, value = each.value("fieldlabel").lower(), each.value("fieldentry")
            if name in {"question_type", "cc_profile", "qmd_itemtype"}:
                kind = kind or value.lower()
            elif value:
                work.report.left(name, Reason.SETTING, value)
        for each in metadata.all("qmd_itemtype"):
            kind = kind or each.words().lower()
    return kind


def _feedback(work: Work, item: Item, node: Node) -> None:
    for each in node.all("itemfeedback"):
        ident, html = each.attr("ident"), html_in(each)
        for name in ("title", "view"):
            each.attr(name)
        for inner in each.all("solution", "hint"):
            inner.attr("feedbackstyle")
            for holder in inner.all("solutionmaterial", "hintmaterial"):
                if inner.tag == "hint":
                    item.hints.append(html_in(holder))
                else:
                    html += html_in(holder)
                    ident = "solution"
        if html.strip():
            item.feedback[ident] = item.feedback.get(ident, "") + html
    for each in node.all("objectives", "rubric"):
        html = html_in(each)
        if html.strip():
            work.report.left(f"<item><{each.tag}>", Reason.NO_KIND, html)


def _present(item: Item, node: Node) -> None:
    for child in node.all("material", *FLOWS, *_RESPONSES):
        if child.tag == "material":
            item.html += material(child)
        elif child.tag in FLOWS:
            child.finish_own()
            _present(item, child)
        else:
            item.responses.append(_response(child))
            item.html += f" {_MARK}{len(item.responses)}{_END} "


def _response(node: Node) -> Response:
    found = Response(node.attr("ident"), node.tag, node.attr("rcardinality").lower())
    node.attr("rtiming")
    for child in node.all("material", "flow_mat"):
        found.words += html_in(child)
    for render in node.all():
        if render.tag in {"render_hotspot", "render_slider", "render_extension"}:
            raise UnusableQuestionError(Reason.NO_KIND)
        if not render.tag.startswith("render_"):
            continue
        render.finish_own()
        _labels(found, render)
    return found


def _labels(found: Response, node: Node) -> None:
    for child in node.all("response_label", *FLOWS, "material"):
        if child.tag == "response_label":
            ident = child.attr("ident")
            for name in _LOOKS:
                child.attr(name)
            found.labels.append((ident, html_in(child)))
        elif child.tag == "material":
            found.words += material(child)
        else:
            _labels(found, child)


def _made(work: Work, shelf: Shelf, item: Item, found: Scoring) -> None:
    """The question, by how it is answered."""
    count = len(item.responses)
    if not count and item.html.strip():
        shelf.blocks += work.blocks(item.html)
        work.report.changed("<item>", Reason.AS_TEXT, bare(item.html))
        return
    if not count or item.kind in _UNMARKED:
        raise UnusableQuestionError(Reason.NO_KIND)
    first = item.responses[0]
    tags = {each.tag for each in item.responses}
    if tags == {"response_lid"} and count == 1:
        _chosen(work, shelf, item, found, first)
    elif tags == {"response_lid"} and not _named_gaps(item):
        _matched(work, shelf, item, found)
    elif tags <= {"response_lid", "response_str", "response_num"}:
        if count == 1 and not _amid(item) and not _named_gaps(item):
            _typed(work, shelf, item, found, first)
        else:
            _gapped(work, shelf, item, found)
    else:
        raise UnusableQuestionError(Reason.NO_KIND)


def _put(  # noqa: PLR0913  (a question's parts)
    work: Work, shelf: Shelf, item: Item, kind: str, body: File, *, text: File | None = None,
    used: frozenset[str] = frozenset(), found: Scoring | None = None,
) -> None:  # fmt: skip
    shown: list[object] = []
    if text is None:
        bare = re.sub(f"{_MARK}\\d+{_END}", "", item.html)
        text, shown = work.plain(bare, TEXT)  # type: ignore[assignment]
    hints = [each for html in item.hints if (each := work.words(html, SAID))]
    explanation = _explanation(work, item, used, found)
    slug = work.named_slug(item.title, "<item title=…>")
    made = question(work, slug, kind, text, body, explanation=explanation, hints=hints)
    shelf.add(work, made, shown)  # type: ignore[arg-type]
    work.report.kept(f"<item> {item.kind}".strip(), item.title)


def _explanation(
    work: Work, item: Item, used: frozenset[str], found: Scoring | None
) -> File | None:
    """What is said whatever was answered; what is said only when right, or wrong, is named."""
    general = {"solution"}
    for condition in found.conditions if found else ():
        if condition.is_other and not condition.score and not condition.said:
            general.update(condition.feedback)
    texts = []
    for ident, html in item.feedback.items():
        if ident in general or (ident.startswith("general_") and "incorrect" not in ident):
            texts.append(work.words(html, EXPLANATION))
        elif ident not in used:
            work.report.left("<itemfeedback>", Reason.NO_KIND, bare(html))
    return questions.joined(work, *texts, longest=EXPLANATION)


def _label_feedback(
    work: Work, item: Item, found: Scoring, response: str, label: str
) -> tuple[File | None, set[str]]:
    """What is said to whoever chose a label."""
    links = {
        link
        for condition in found.conditions
        if len(condition.said) == 1 and not condition.not_said
        and condition.said[0].response == response and condition.said[0].value == label
        for link in condition.feedback
    }  # fmt: skip
    texts = [work.words(item.feedback[link], SAID) for link in sorted(links & set(item.feedback))]
    return questions.joined(work, *texts), links


def _chosen(work: Work, shelf: Shelf, item: Item, found: Scoring, response: Response) -> None:
    """One of, several of, true or false, or an order."""
    if response.cardinality == "ordered":
        _ordered(work, shelf, item, found, response)
        return
    shares, weighted = _shares(found, response)
    choices, used = [], set()
    for number, (ident, html) in enumerate(response.labels, 1):
        said, links = _label_feedback(work, item, found, response.ident, ident)
        used |= links
        choices.append(Choice(work.label(html, str(number)), shares.get(ident, 0.0), said))
    put = partial(_put, work, shelf, item, used=frozenset(used), found=found)
    if response.cardinality == "multiple":
        put("several", questions.several(work, choices, weighted=weighted))
        return
    truths = [truth(html) for _ident, html in response.labels]
    if sorted(map(str, truths)) == ["False", "True"] and max(shares.values(), default=0) > 0:
        by = dict(zip(truths, choices, strict=True))
        is_true = by[True].share > by[False].share
        put("true_false", questions.true_false(
            is_true=is_true, when_true=by[True].feedback, when_false=by[False].feedback))  # fmt: skip  # noqa: E501
        return
    put("one", questions.one(work, choices))


def _shares(found: Scoring, response: Response) -> tuple[dict[str, float], bool]:
    """What each label is worth, and whether labels count one by one."""
    shares: dict[str, float] = {}
    together = False
    for condition in found.conditions:
        said = [each.value for each in condition.said if each.response == response.ident]
        if not said or not condition.score:
            continue
        together = together or (condition.together and condition.score > 0)
        for value in said:
            shares[value] = max(shares.get(value, -1.0), found.share(condition)) if (
                condition.score > 0) else found.share(condition)  # fmt: skip
    if response.cardinality != "multiple":
        return shares, False
    if not together and sum(each for each in shares.values() if each > 0) > 1 + 1e-6:
        return shares, False
    return shares, not together


def _ordered(work: Work, shelf: Shelf, item: Item, found: Scoring, response: Response) -> None:
    for condition in found.giving():
        order = [each.value for each in condition.said if each.response == response.ident]
        labels = dict(response.labels)
        if sorted(order) == sorted(labels):
            items = [work.label(labels[ident], ident) for ident in order]
            _put(work, shelf, item, "ordering", questions.ordering(items), found=found)
            return
    raise UnusableQuestionError


def _matched(work: Work, shelf: Shelf, item: Item, found: Scoring) -> None:
    """A list of choices for each left side."""
    labels = {ident: html for each in item.responses for ident, html in each.labels}
    pairs, right_ones = [], set()
    for response in item.responses:
        right = _right_of(found, response.ident)
        if right not in labels:
            raise UnusableQuestionError
        right_ones.add(bare(labels[right]))
        left = work.label(response.words, response.ident)
        pairs.append((left, work.label(labels[right], right)))
    unmatched = {bare(html): html for html in labels.values() if bare(html) not in right_ones}
    extra = [work.label(html, words) for words, html in unmatched.items()]
    _put(work, shelf, item, "matching", questions.matching(pairs, extra), found=found)


def _right_of(found: Scoring, response: str) -> str:
    for condition in found.giving():
        for said in condition.said:
            if said.response == response and (condition.score or 0) > 0:
                return said.value
    raise UnusableQuestionError


def _typed(work: Work, shelf: Shelf, item: Item, found: Scoring, response: Response) -> None:
    """Words, a number, or a text that a person would have to read."""
    giving = [each for each in found.giving() if _speaks_of(each, response.ident)]
    if item.kind in _ESSAYS or (not giving and response.tag == "response_str"):
        unmarked = re.sub(f"{_MARK}\\d+{_END}", "", item.html)
        text, shown = work.plain(unmarked, 2_000)
        if not text:
            raise UnusableQuestionError
        for each in shown:
            shelf.blocks += work.shown(each)
        shelf.reflect(work, "<item> essay", text, item.title)
        for html in item.feedback.values():
            work.report.left("<itemfeedback>", Reason.NO_KIND, bare(html))
        return
    kind, body, used = _typed_body(work, item, found, response)
    _put(work, shelf, item, kind, body, used=used, found=found)


def _speaks_of(condition: Condition, response: str) -> bool:
    said = (each.response for each in condition.said)
    return response in {*said, *(each.response for each in condition.bounds)}


def _typed_body(
    work: Work, item: Item, found: Scoring, response: Response
) -> tuple[str, File, frozenset[str]]:
    giving = [each for each in found.giving() if _speaks_of(each, response.ident)]
    numeric = response.tag == "response_num" or any(each.bounds for each in giving)
    numeric = numeric or item.kind in {"numerical_question", "numeric"}
    if numeric:
        accepted = [
            Range(low, high, 1.0 if len(item.responses) > 1 else found.share(condition))
            for low, high, condition in ranges(giving, response.ident)
        ]
        return "numeric", questions.numeric(work, accepted), frozenset()
    words, used, case = [], set[str](), False
    for condition in giving:
        for said in condition.said:
            if said.response != response.ident:
                continue
            feedback, links = _label_feedback(work, item, found, response.ident, said.value)
            used |= links
            case = case or said.match_case
            text = f"*{said.value}*" if said.is_part else said.value
            share = 1.0 if len(item.responses) > 1 else found.share(condition)
            words.append(Accepted(text, share, feedback))
    return "short", questions.short(work, words, match_case=case), frozenset(used)


def _amid(item: Item) -> bool:
    """Whether the answer is typed amid the words."""
    before, _mark, after = item.html.partition(_MARK)
    return bool(bare(before).strip() and bare(after.partition(_END)[2]).strip())


def _named_gaps(item: Item) -> bool:
    """Whether the words name their gaps in brackets: ``[year]``."""
    return all(_name_in(item.html, each) for each in item.responses)


def _name_in(html: str, response: Response) -> str:
    """What stands in brackets for a response: its words, or, where those say more, its number."""
    names = (bare(response.words).strip(), response.ident.removeprefix("response_"))
    return next((name for name in names if name and f"[{name}]" in html), "")


def _gapped(work: Work, shelf: Shelf, item: Item, found: Scoring) -> None:
    """A text with gaps, named in brackets or standing where the responses stand."""
    html, bodies = item.html, []
    named = _named_gaps(item)
    for number, response in enumerate(item.responses, 1):
        if response.tag == "response_lid":
            bodies.append(("one", questions.one(work, _gap_choices(work, found, response))))
        else:
            kind, body, _used = _typed_body(work, item, found, response)
            bodies.append((kind, body))
        if named:
            html = html.replace(f"{_MARK}{number}{_END}", "")
            name = _name_in(item.html, response)
            html = html.replace(f"[{name}]", f"{_MARK}{number}{_END}", 1)
    blocks = work.blocks(html)
    words = [b["body"].get(work.language, "") for b in blocks if b["kind"] == "text"]
    passage = re.sub(f"{_MARK}(\\d+){_END}", r"[[\1]]", "\n\n".join(words))
    shelf.blocks += [block for block in blocks if block["kind"] != "text"]
    body = questions.gaps(work.text(passage), bodies)
    _put(work, shelf, item, "gaps", body, text=questions.FILL_IN, found=found)


def _gap_choices(work: Work, found: Scoring, response: Response) -> Sequence[Choice]:
    right = {
        said.value for condition in found.giving() for said in condition.said
        if said.response == response.ident and (condition.score or 0) > 0
    }  # fmt: skip
    return [
        Choice(work.label(html, ident), float(ident in right)) for ident, html in response.labels
    ]
