"""The files of an OLX archive: documents that point to each other, and what they show."""

import re
from urllib.parse import unquote

from hanmadang.courses.exchange.archive import Archive
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import Work
from hanmadang.courses.exchange.xmltree import Node, parsed, unread

_ASSET = re.compile(r"(?:asset-v1:[^@\s]+@asset(?:\+|@)block[@/]|/c4x/[^/]+/[^/]+/asset/)(.+)")
_ALWAYS_READ = {"url_name", "display_name", "filename", "slug", "xml_attributes"}
_DEEPEST = 12


class Source:
    """An archive of Open edX, and the documents read of it."""

    def __init__(self, work: Work, archive: Archive) -> None:
        self.work = work
        self.archive = archive
        self._documents: dict[str, Node] = {}
        for path, reason in archive.passed_over:
            work.report.files((path,), reason)

    def parsed(self, path: str) -> Node | None:
        """A document of the archive; one that is broken is named."""
        if path in self._documents:
            return self._documents[path]
        data = self.archive.get(path)
        if data is None:
            return None
        try:
            self._documents[path] = parsed(data)
        except UnreadableError:
            self.work.report.left(path, Reason.BROKEN)
            return None
        return self._documents[path]

    def pointed(self, node: Node) -> Node:
        """The element itself, or the one in the file that it points to."""
        name = node.attr("url_name")
        path = f"{node.tag}/{name.replace(':', '/')}.xml"
        inline = set(node.element.attrib) - {"url_name", "org", "course"}
        if node.children or not name or (inline and path not in self.archive):
            return node
        if path in self._documents:  # pointed to twice, or to itself
            self.work.report.left(f"<{node.tag} url_name=…>", Reason.BROKEN, name)
            return node
        found = self.parsed(path)
        if found is None:
            self.work.report.left(f"<{node.tag} url_name=…>", Reason.MISSING_FILE, path)
            return node
        self.settings(node, f"<{node.tag}>")
        found.element.attrib.setdefault("url_name", name)
        return found

    def settings(self, node: Node, construct: str) -> None:
        """Attributes that nobody else asks for: the other system's settings."""
        for name in _ALWAYS_READ:
            node.attr(name)
        for name, value in node.element.attrib.items():
            if name not in node.attributes_seen:
                node.attributes_seen.add(name)
                if value.strip():
                    said = f"{construct.rstrip('>')} {name}=…>"
                    self.work.report.left(said, Reason.SETTING, value)

    def asset(self, address: str) -> bytes | None:
        """A file of the course, by any of the addresses under which texts show it."""
        bare = unquote(address.strip()).partition("?")[0].partition("#")[0]
        match = _ASSET.search(bare)
        name = match[1] if match else bare.removeprefix("/static/").removeprefix("static/")
        if not match and bare == name and ("/" in name or not name):
            return None
        for path in (f"static/{name}", f"static/{name.replace('/', '_')}"):
            if path in self.archive:
                return self.archive.get(path)
        return None

    def finish(self) -> None:
        """What nobody read: parts of documents, and whole files."""
        report = self.work.report
        for path, root in self._documents.items():
            report.place = path
            for each in unread(root):
                report.left(each.construct, Reason.UNKNOWN, each.words)
        report.place = ""
        report.files(self.archive.rest(), Reason.ORPHAN)
