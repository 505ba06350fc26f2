"""QTI 1.2 to questions of ours: assessments, sections, object banks and single items."""

from collections.abc import Callable

from hanmadang.courses.exchange.bank import Bank, Shelf
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.imported import Format, Imported, Options
from hanmadang.courses.exchange.qti1.item import read_item
from hanmadang.courses.exchange.qti1.material import html_in
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import Work
from hanmadang.courses.exchange.xmltree import Node, parsed, unread

_TEXTS = ("presentation_material", "objectives", "rubric", "assessfeedback", "sectionfeedback")
_MINUTES = {"qmd_timelimit", "cc_timelimit"}
_TRIES = {"cc_maxattempts"}
_KINDS = {"cc_profile", "qmd_assessmenttype", "cc_exam_profile"}


def read(name: str, data: bytes, options: Options) -> Imported:
    """All questions of a QTI 1.2 document. Raises ExchangeError."""
    work = Work(options)
    root = parsed(data)
    if root.tag != "questestinterop":
        raise UnreadableError(f"<{root.tag}>")
    work.speaks(root.attr("lang"))
    work.needs_language(" ".join(root.element.itertext())[:20_000])
    bank = Bank(work, name)
    read_document(work, root, lambda title: _shelf(bank, title))
    return bank.imported(Format.QTI1)


def _shelf(bank: Bank, title: str) -> Shelf:
    bank.at = title
    return bank.shelf


def read_document(work: Work, root: Node, shelf_for: Callable[[str], Shelf]) -> None:
    """Put all items of a document on the shelves of their assessments."""
    root.finish_own()
    for child in root.all("assessment", "objectbank", "section", "item"):
        title = child.attr("title")
        shelf = shelf_for(title if child.tag != "item" else "")
        if child.tag == "item":
            read_item(work, shelf, child)
        else:
            _section(work, shelf, child)
    place = work.report.place
    for each in unread(root):
        work.report.place = each.path
        work.report.left(each.construct, Reason.UNKNOWN, each.words)
    work.report.place = place


def _section(work: Work, shelf: Shelf, node: Node) -> None:
    """An assessment, an object bank or a section: settings, texts, then what is in it."""
    title = node.attr("title")
    node.attr("ident")
    node.attr("lang")
    work.report.place = title
    work.report.kept(f"<{node.tag}>", title)
    for child in node.all("qtimetadata"):
        _metadata(work, shelf, child)
    for child in node.all("duration", "assessmentcontrol", "sectionprecondition", "qticomment"):
        words = child.words()
        work.report.left(f"<{child.tag}>", Reason.SETTING, words)
    for child in node.all(*_TEXTS):
        html = html_in(child)
        if html.strip():
            shelf.blocks += work.blocks(html)
            work.report.changed(f"<{child.tag}>", Reason.AS_TEXT, html)
    _selection(work, shelf, node)
    for child in node.all("section", "item", "itemref", "sectionref"):
        if child.tag == "item":
            read_item(work, shelf, child)
        elif child.tag == "section":
            _section(work, shelf, child)
        else:
            work.report.left(f"<{child.tag}>", Reason.MISSING_FILE, child.attr("linkrefid"))
            child.finish()


def _metadata(work: Work, shelf: Shelf, node: Node) -> None:
    for each in node.all("qtimetadatafield"):
        name, value = each.value("fieldlabel").lower(), each.value("fieldentry")
        if name in _TRIES and value.isdecimal() and int(value) > 0:
            shelf.quiz["attempts"] = int(value)
            work.report.kept(name, value)
        elif name in _MINUTES and value.isdecimal() and int(value) > 0:
            shelf.quiz["time_limit_minutes"] = int(value)
            work.report.kept(name, value)
        elif name in _KINDS:
            work.report.kept(name, value)
        elif value:
            work.report.left(name, Reason.SETTING, value)


def _selection(work: Work, shelf: Shelf, node: Node) -> None:
    """How many are drawn: said for the whole unit where the unit is one such section."""
    for ordering in node.all("selection_ordering"):
        for number in ordering.within("selection_number"):
            words = "".join(number.element.itertext()).strip()
            drawn = int(words) if words.isdecimal() and len(words) < 5 else 0  # noqa: PLR2004
            if drawn and not shelf.questions and "draw" not in shelf.quiz:
                shelf.quiz["draw"] = drawn
            work.report.changed("<selection_number>", Reason.BANK, words)
        for each in ordering.within("sourcebank_ref", "selection_extension", "order"):
            said = " ".join([*each.element.itertext(), *each.element.attrib.values()])
            work.report.left(f"<{each.tag}>", Reason.SETTING, said)
        ordering.finish()
