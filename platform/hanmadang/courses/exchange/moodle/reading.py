"""Moodle XML to questions of ours."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from hanmadang.courses.exchange.bank import Bank, Shelf
from hanmadang.courses.exchange.gift.reading import category
from hanmadang.courses.exchange.imported import Format, Imported, Options
from hanmadang.courses.exchange.moodle import kinds
from hanmadang.courses.exchange.moodle.texts import html_of
from hanmadang.courses.exchange.questions import UnusableQuestionError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import Work
from hanmadang.courses.exchange.xmltree import Node, parsed, unread

_FILE = "@@PLUGINFILE@@/"
_CODE = {"calculated", "calculatedmulti", "calculatedsimple", "formulas", "stack", "coderunner",
         "pmatch", "regexp", "algebra", "varnumeric", "varnumericset", "varnumunit",
         "wq", "shortanswerwiris", "multichoicewiris"}  # fmt: skip
_SETTINGS = ("defaultgrade", "penalty", "hidden", "shuffleanswers", "answernumbering",
             "showstandardinstruction", "shownumcorrect", "shuffle", "unitgradingtype",
             "unitpenalty", "showunits", "unitsleft", "responseformat", "responserequired",
             "responsefieldlines", "responsetemplate", "attachments", "attachmentsrequired",
             "minwordlimit", "maxwordlimit", "maxbytes", "filetypeslist", "graderinfo",
             "layouttype", "selecttype", "selectcount", "gradingtype", "showgrading",
             "numberingstyle", "showmisplaced", "questionsperpage", "image", "image_base64",
             "instructions", "editorheight")  # fmt: skip
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
Maker = Callable[[Bank, Node], None]
_MAKERS: Mapping[str, Maker] = {
    "multichoice": kinds.multichoice,
    "multichoiceset": kinds.multichoice_set,
    "truefalse": kinds.truefalse,
    "shortanswer": kinds.shortanswer,
    "numerical": kinds.numerical,
    "matching": kinds.matching,
    "ddmatch": kinds.matching,
    "essay": kinds.essay,
    "description": kinds.description,
    "cloze": kinds.cloze,
    "multianswer": kinds.cloze,
    "gapselect": kinds.gap_select,
    "ddwtos": kinds.drag_words,
    "ordering": kinds.ordering,
}


def read(name: str, data: bytes, options: Options) -> Imported:
    """All questions of a Moodle XML file. Raises ExchangeError."""
    work, root = Work(options), parsed(data)
    if root.tag != "quiz":
        work.report.left(f"<{root.tag}>", Reason.UNKNOWN)
    root.finish_own()
    work.needs_language(" ".join(root.element.itertext())[:20_000])
    bank = Bank(work, name)
    for node in root.all("question"):
        work.resolve = _files(work, node)
        _read(bank, node)
    work.report.place = ""
    for each in unread(root):
        work.report.left(each.construct, Reason.UNKNOWN, each.words)
    return bank.imported(Format.MOODLE)


def _read(bank: Bank, node: Node) -> None:
    work, type_ = bank.work, node.attr("type").strip().lower()
    if type_ == "category":
        _category(bank, node)
        return
    name = node.one("name")
    said = name.words() if name else ""
    work.report.place = said
    maker = _MAKERS.get(type_)
    if maker is None:
        reason = Reason.CODE if type_ in _CODE else Reason.NO_KIND
        work.report.left(f'<question type="{type_}">', reason, _first_words(node))
        node.finish()
        return
    try:
        maker(bank, node)
    except UnusableQuestionError as error:
        work.report.left(f'<question type="{type_}">', error.reason, _first_words(node))
        node.finish()
        return
    _settings(work, node)


def _category(bank: Bank, node: Node) -> None:
    path = node.value("category")
    bank.at = category(path)
    bank.work.report.place = bank.at
    bank.work.report.kept('<question type="category">', path)
    info = node.one("info")
    html = html_of(info) if info else ""
    if html.strip():
        shelf: Shelf = bank.shelf
        shelf.blocks += bank.work.blocks(html)
        bank.work.report.changed("<info>", Reason.AS_TEXT, html)
    for each in node.all("idnumber"):
        _tag(bank.work, "<idnumber>", each)


def _settings(work: Work, node: Node) -> None:
    """What a question says beyond its words: tags, and settings that we do not have."""
    for tags in node.all("tags"):
        for tag in tags.all("tag"):
            _tag(work, "<tag>", tag)
    for each in node.all("idnumber"):
        _tag(work, "<idnumber>", each)
    for name in _SETTINGS:
        for each in node.all(name):
            words = each.words()
            if words:
                work.report.left(f"<{name}>", Reason.SETTING, words)
    for name in _COMBINED:
        for each in node.all(name):
            html = html_of(each)
            if html.strip():
                work.report.left(f"<{name}>", Reason.NO_KIND, re.sub("<[^<>]*>", " ", html))


def _tag(work: Work, construct: str, node: Node) -> None:
    words = node.words()
    if words:
        work.report.left(construct, Reason.TAG, words)


def _first_words(node: Node) -> str:
    text = next((n for n in node.children if n.tag == "questiontext"), node)
    words = "".join(text.element.itertext())
    return f"{re.sub('<[^<>]*>', ' ', words)}"


def _files(work: Work, node: Node) -> Callable[[str], bytes | None]:
    """The files that lie in a question, by the addresses that its texts use."""
    found: dict[str, bytes] = {}
    for file in node.within("file"):
        file.seen = True
        name, path = file.attr("name"), file.attr("path").strip("/")
        if file.attr("encoding") not in {"", "base64"}:
            work.report.left("<file>", Reason.BROKEN, name)
            continue
        try:
            data = base64.b64decode(file.text(), validate=False)
        except (binascii.Error, ValueError):
            work.report.left("<file>", Reason.BROKEN, name)
            continue
        found["/".join(part for part in (path, name) if part)] = data
    asked = "".join(node.element.itertext())
    for name in found:
        if name not in asked and name not in unquote(asked):
            work.report.left("<file>", Reason.ORPHAN, name)

    def resolve(address: str) -> bytes | None:
        name = unquote(address.removeprefix(_FILE).partition("?")[0])
        return found.get(name) if address.startswith(_FILE) else None

    return resolve
