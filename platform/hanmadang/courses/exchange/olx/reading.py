"""From a course of Open edX to one of ours: a chapter is a module, a sequential a unit.

A vertical's name becomes a heading in its unit. Every file that nothing leads to is named.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from hanmadang.courses.exchange.archive import Archive, opened
from hanmadang.courses.exchange.bank import Shelf
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.imported import File, Format, Imported, Options
from hanmadang.courses.exchange.olx.blocks import read_block
from hanmadang.courses.exchange.olx.source import Source
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.settle import settled
from hanmadang.courses.exchange.work import TITLE, Work
from hanmadang.courses.exchange.xmltree import Node

_SUMMARY = 300
_STRUCTURE = {"chapter", "sequential", "vertical"}
_READ_POLICIES = {"display_name", "language"}


def read(name: str, data: bytes, options: Options) -> Imported:
    """The course in an OLX archive. Raises ExchangeError."""
    archive = _rooted(opened(data))
    work = Work(options)
    source = Source(work, archive)
    work.resolve = source.asset
    return _Course(work, source, name).read()


def is_olx(archive: Archive) -> bool:
    """Whether a course of Open edX lies in the archive."""
    return _root_of(archive) is not None


def _root_of(archive: Archive) -> str | None:
    for path in sorted(archive, key=len):
        if path == "course.xml" or path.endswith("/course.xml"):
            return path.removesuffix("course.xml").rstrip("/")
    return None


def _rooted(archive: Archive) -> Archive:
    root = _root_of(archive)
    if root is None:
        raise UnreadableError("course.xml")
    return archive.below(root) if root else archive


@dataclass(slots=True)
class _Course:
    """A course in the making."""

    work: Work
    source: Source
    name: str
    policies: dict[str, Any] = field(default_factory=dict)

    def read(self) -> Imported:
        root = self.source.parsed("course.xml")
        if root is None or root.tag != "course":
            raise UnreadableError("course.xml")
        run = root.attr("url_name") or "course"
        course = self.source.pointed(root) if not root.children else root
        for name in ("org", "course"):
            self._tag(root, name)
        self._policy(run)
        self.work.speaks(course.attr("language") or str(self.policies.get("language", "")))
        title = str(self.policies.get("display_name") or "") or course.attr("display_name")
        chapters = self._children(course, "chapter", "<course>")
        self.work.needs_language(self._sample(title))
        title = title or course.attr("display_name") or self.name
        self.source.settings(course, "<course>")
        summary = self._about()
        file: File = {
            "slug": self.work.slug(root.attr("course"), title, usual="course"),
            "position": 0,
            "title": self.work.text(title, TITLE),
            "summary": summary,
            "audience": {},
            "modules": [self._module(chapter) for chapter in chapters],
        }
        imported_notes = self.source.finish
        imported_notes()
        return settled(self.work, Format.OLX, file)

    def _tag(self, root: Node, name: str) -> None:
        value = root.attr(name)
        if value:
            self.work.report.left(f"<course {name}=…>", Reason.TAG, value)

    def _policy(self, run: str) -> None:
        """What the policies say: the language and name are read, the rest is named."""
        for path in [p for p in self.source.archive if p.startswith("policies/")]:
            if path == "policies/assets.json":  # lists what lies in static/, which is read itself
                self.source.archive.get(path)
                self.work.report.left(path, Reason.SETTING)
                continue
            data = self.source.archive.get(path) or b""
            self.work.report.place = path
            try:
                said = json.loads(data.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                self.work.report.left(path, Reason.BROKEN)
                continue
            for key, value in said.items() if isinstance(said, dict) else ():
                if key == f"course/{run}" and isinstance(value, dict):
                    self.policies |= value
                    self._policy_settings(value)
                else:
                    self.work.report.left(f"{key}", Reason.SETTING, json.dumps(value)[:200])

    def _policy_settings(self, policy: dict[str, Any]) -> None:
        for name, value in policy.items():
            if name not in _READ_POLICIES and value not in (None, "", [], {}):
                said = json.dumps(value, ensure_ascii=False)[:200]
                self.work.report.left(f"course: {name}", Reason.SETTING, said)

    def _sample(self, title: str) -> str:
        texts = [d for p, d in self.source.archive.files.items() if p.endswith((".html", ".xml"))]
        return title + b" ".join(texts[:50])[:20_000].decode("utf-8", "ignore")

    def _about(self) -> File:
        """The short description is the summary; the longer ones have no place here."""
        archive = self.source.archive
        for path in [p for p in archive if p.startswith(("about/", "info/", "tabs/"))]:
            if path == "about/short_description.html":
                continue
            words = (archive.get(path) or b"").decode("utf-8", "replace")
            self.work.report.place = path
            if words.strip():
                self.work.report.left(path, Reason.NO_KIND, words)
        short = (archive.get("about/short_description.html") or b"").decode("utf-8", "replace")
        self.work.report.place = "about/short_description.html"
        return (self.work.words(short, _SUMMARY) or {}) if short.strip() else {}

    def _children(self, node: Node, tag: str, of: str) -> list[Node]:
        """Children of that tag, followed to their own files; the others are named."""
        found = []
        for child in node.all():
            if child.tag == tag:
                found.append(self.source.pointed(child))
            else:
                words = child.attr("display_name", "slug") or child.words()
                reason = Reason.SETTING if child.tag in {"wiki", "textbook"} else Reason.NO_KIND
                self.work.report.left(f"{of}<{child.tag}>", reason, words)
                child.finish()
        return found

    def _module(self, chapter: Node) -> File:
        title = self._title(chapter, "<chapter>")
        units = [self._unit(each) for each in self._children(chapter, "sequential", "<chapter>")]
        return {
            "slug": self.work.slug(_readable(chapter), title, usual="module"),
            "title": self.work.text(title, TITLE),
            "summary": self.work.text(title, _SUMMARY),
            "units": units,
        }

    def _unit(self, sequential: Node) -> File:
        title = self._title(sequential, "<sequential>")
        slug = self.work.slug(_readable(sequential), title, usual="unit")
        shelf = Shelf(self.work.text(title, TITLE), slug)
        for child in sequential.all():
            node = self.source.pointed(child)
            if node.tag == "vertical":
                self._vertical(shelf, node, title)
            else:
                read_block(self.source, shelf, node)
        return shelf.unit()

    def _vertical(self, shelf: Shelf, vertical: Node, unit_title: str) -> None:
        title = self._title(vertical, "<vertical>")
        if title and title != unit_title:
            shelf.blocks.append({"kind": "text", "body": self.work.heading(title)})
        for child in vertical.all():
            read_block(self.source, shelf, self.source.pointed(child))

    def _title(self, node: Node, construct: str) -> str:
        title = node.attr("display_name") or node.attr("url_name") or node.tag
        self.work.report.place = title
        self.work.report.kept(construct, title)
        self.source.settings(node, construct)
        return title


def _readable(node: Node) -> str:
    """An address says something unless it is a number of the other system."""
    name = node.attr("url_name")
    return "" if len(name) == 32 and all(c in "0123456789abcdef" for c in name) else name  # noqa: PLR2004
