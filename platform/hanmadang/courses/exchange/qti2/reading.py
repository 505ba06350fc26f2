"""A package of QTI 2.1 or 2.2: tests give the order, sections are units."""

from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from hanmadang.courses.exchange.archive import Archive, is_archive, opened
from hanmadang.courses.exchange.bank import Bank
from hanmadang.courses.exchange.cartridge.manifest import found_from, manifest, root_of
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.imported import Format, Imported, Options
from hanmadang.courses.exchange.qti2.item import read_item
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import Work
from hanmadang.courses.exchange.xmltree import Node, parsed, unread

_ITEM = ("assessmentitem", "qti-assessment-item")
_TEST = ("assessmenttest", "qti-assessment-test")
_TEST_SETTINGS = ("outcomeDeclaration", "outcomeProcessing", "itemSessionControl", "preCondition",
                  "branchRule", "ordering", "testFeedback", "weight", "variableMapping",
                  "templateDefault")  # fmt: skip


def read(name: str, data: bytes, options: Options) -> Imported:
    """All questions of a package, or of a single item. Raises ExchangeError."""
    work = Work(options)
    archive = opened(data) if is_archive(data) else Archive({"item.xml": data})
    root = root_of(archive)
    archive = archive.below(root) if root else archive
    for path, reason in archive.passed_over:
        work.report.files((path,), reason)
    package = _Package(work, archive, Bank(work, name))
    return package.read(has_manifest=root is not None)


@dataclass(slots=True)
class _Package:
    """A package in the making."""

    work: Work
    archive: Archive
    bank: Bank
    done: set[str] = field(default_factory=set)

    def read(self, *, has_manifest: bool) -> Imported:
        documents = [p for p in self.archive if p.lower().endswith((".xml", ".qti"))]
        if has_manifest:
            found = manifest(self.work, self.archive)
            self.work.speaks(found.language)
            listed = [r.href or next(iter(r.files), "") for r in found.resources.values()
                      if "qti" in r.type]  # fmt: skip
            documents = [path for path in dict.fromkeys(listed) if path]
        sample = " ".join(self.archive.files.get(p, b"").decode("utf-8", "ignore")[:4_000]
                          for p in documents[:40])  # fmt: skip
        self.work.speaks(_said_language(sample))
        self.work.needs_language(_without_tags(sample))
        trees = {path: tree for path in documents if (tree := self._tree(path)) is not None}
        for path, tree in trees.items():
            if tree.tag.lower() in _TEST:
                self._test(path, tree, trees)
        for path, tree in trees.items():
            if tree.tag.lower() in _ITEM and path not in self.done:
                self.bank.at = ""
                self._item(path, tree)
            elif tree.tag.lower() not in {*_ITEM, *_TEST}:
                self.work.report.left(f"<{tree.tag}>", Reason.UNKNOWN, path)
        if not any(tree.tag.lower() in {*_ITEM, *_TEST} for tree in trees.values()):
            raise UnreadableError("QTI 2")
        self.work.report.place = ""
        self.work.report.files(self.archive.rest(), Reason.ORPHAN)
        return self.bank.imported(Format.QTI2)

    def _tree(self, path: str) -> Node | None:
        data = self.archive.get(path)
        if data is None:
            self.work.report.left("<resource>", Reason.MISSING_FILE, path)
            return None
        try:
            return parsed(data)
        except UnreadableError:
            self.work.report.left(path, Reason.BROKEN)
            return None

    def _item(self, path: str, tree: Node) -> None:
        self.done.add(path)
        self.work.resolve = lambda address: found_from(self.archive, path, address)
        read_item(self.work, self.bank.shelf, tree)

    def _test(self, path: str, tree: Node, trees: dict[str, Node]) -> None:
        tree.finish_own()
        title = tree.attr("title")
        self.work.report.place = title
        self.work.report.kept("<assessmentTest>", title)
        self._limits(tree, title)
        self._settings(tree)
        for part in tree.all("testPart"):
            part.finish_own()
            self._limits(part, title)
            self._settings(part)
            for section in part.all("assessmentSection"):
                self._section(path, section, trees, title)
        for each in unread(tree):
            self.work.report.left(each.construct, Reason.UNKNOWN, each.words)

    def _section(self, path: str, section: Node, trees: dict[str, Node], above: str) -> None:
        section.finish_own()
        title = section.attr("title") or above
        self.bank.at = title
        self.work.report.place = title
        self.work.report.kept("<assessmentSection>", title)
        self._limits(section, title)
        self._settings(section)
        for each in section.all("selection"):
            drawn = each.attr("select")
            each.finish()
            if drawn.isdecimal() and int(drawn[:4]) > 0 and not self.bank.shelf.questions:
                self.bank.shelf.quiz["draw"] = int(drawn[:4])
            self.work.report.changed("<selection>", Reason.BANK, drawn)
        for each in section.all("rubricBlock"):
            self.work.resolve = lambda address: found_from(self.archive, path, address)
            each.attr("view")
            html = each.markup()
            self.bank.shelf.blocks += self.work.blocks(html)
            self.work.report.changed("<rubricBlock>", Reason.AS_TEXT, html)
        for child in section.all("assessmentItemRef", "assessmentSection"):
            if child.tag.lower() == "assessmentsection":
                self._section(path, child, trees, title)
                self.bank.at = title
            else:
                self._reference(path, child, trees)

    def _reference(self, path: str, node: Node, trees: dict[str, Node]) -> None:
        href = normpath(join(dirname(path), unquote(node.attr("href"))))
        node.finish_own()
        self._settings(node)
        tree = trees.get(href)
        if tree is None and href in self.archive:
            tree = self._tree(href)
        if tree is None or tree.tag.lower() not in _ITEM:
            self.work.report.left("<assessmentItemRef>", Reason.MISSING_FILE, href)
        elif href not in self.done:
            self._item(href, tree)

    def _limits(self, node: Node, title: str) -> None:
        for each in node.all("timeLimits"):
            said = each.attr("maxTime")
            each.finish()
            self.bank.at = title
            try:
                minutes = round(float(said) / 60)
            except (ValueError, OverflowError):
                minutes = 0
            if minutes > 0:
                self.bank.shelf.quiz["time_limit_minutes"] = minutes
                self.work.report.kept("<timeLimits>", said)

    def _settings(self, node: Node) -> None:
        for each in node.all(*_TEST_SETTINGS):
            words = [*each.element.attrib.values(), *each.element.itertext()]
            self.work.report.left(f"<{each.tag}>", Reason.SETTING, " ".join(words))
            each.finish()


def _said_language(sample: str) -> str:
    for mark in ('xml:lang="', "xml:lang='"):
        if mark in sample:
            return sample.partition(mark)[2][:8].partition(mark[-1])[0]
    return ""


def _without_tags(sample: str) -> str:
    parts = sample.split("<")
    return " ".join(part.partition(">")[2] for part in parts)
