"""``imsmanifest.xml``: what a package holds, and in which order it is read."""

from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from hanmadang.courses.exchange.archive import Archive
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import Work
from hanmadang.courses.exchange.xmltree import Node, parsed, unread

NAME = "imsmanifest.xml"
_BASES = ("$IMS-CC-FILEBASE$", "$IMS_CC_FILEBASE$", "$IMS_CC_FILE_BASE$", "%24IMS-CC-FILEBASE%24",
          "%24IMS_CC_FILEBASE%24")  # fmt: skip


@dataclass(slots=True)
class Resource:
    """One thing in the package."""

    ident: str
    type: str
    href: str
    files: tuple[str, ...]
    needs: tuple[str, ...]
    is_protected: bool = False


@dataclass(slots=True)
class Entry:
    """A line of the table of contents."""

    title: str
    resource: str
    entries: list["Entry"] = field(default_factory=list)


@dataclass(slots=True)
class Manifest:
    """The package as its manifest tells it."""

    title: str
    language: str
    entries: list[Entry]
    resources: dict[str, Resource]


def root_of(archive: Archive) -> str | None:
    """The folder of the manifest that lies highest; None without any."""
    found = [p for p in archive if p == NAME or p.endswith(f"/{NAME}")]
    return dirname(min(found, key=len)) if found else None


def manifest(work: Work, archive: Archive) -> Manifest:
    """Read the manifest. Raises UnreadableError."""
    data = archive.get(NAME)
    if data is None:
        raise UnreadableError(NAME)
    root = parsed(data)
    work.report.place = NAME
    root.finish_own()
    title, language = _metadata(work, root)
    entries = []
    for organizations in root.all("organizations"):
        organizations.finish_own()
        for organization in organizations.all("organization"):
            organization.finish_own()
            title = title or organization.value("title")
            entries += [_entry(item) for item in organization.all("item")]
    resources: dict[str, Resource] = {}
    for holder in root.all("resources"):
        base = holder.attr("base")
        for each in holder.all("resource"):
            found = _resource(work, each, base)
            resources[found.ident] = found
    for each in root.all("authorizations"):
        work.report.left("<authorizations>", Reason.ENCRYPTED)
        each.finish()
    for left in unread(root):
        work.report.left(left.construct, Reason.UNKNOWN, left.words)
    return Manifest(title, language, _opened(entries), resources)


def _opened(entries: list[Entry]) -> list[Entry]:
    """Without the one entry that only holds the others."""
    while len(entries) == 1 and not entries[0].title and not entries[0].resource:
        entries = entries[0].entries
    return [each for each in entries if each.entries or each.resource]


def _metadata(work: Work, root: Node) -> tuple[str, str]:
    """Title and language of the package; what else it says of itself is named."""
    title = language = ""
    for node in root.all("metadata"):
        for each in node.walk():
            words = (each.element.text or "").strip()
            path = each.path.lower()
            if not words:
                continue
            if path.endswith(("general/title/string", "general/title/langstring")):
                title = title or words
            elif path.endswith("general/language"):
                language = language or words
            elif not path.endswith(("/schema", "/schemaversion")):
                work.report.left(f"<{each.tag}>", Reason.SETTING, words)
        node.finish()
    return title, language


def _entry(node: Node) -> Entry:
    node.attr("identifier")
    node.attr("isvisible")
    title, target = node.value("title"), node.attr("identifierref")
    return Entry(title, target, [_entry(each) for each in node.all("item")])


def _resource(work: Work, node: Node, base: str) -> Resource:
    for name in ("intendeduse", "identifier"):
        node.attr(name)
    protected = node.attr("protected").lower() == "true"
    for each in node.all("metadata"):
        words = each.words()
        if words:
            work.report.left("<resource><metadata>", Reason.SETTING, words)
    folder = join(base, node.attr("base"))
    files = [normpath(join(folder, unquote(f.attr("href")))) for f in node.all("file")]
    for each in node.all("file"):
        each.finish()
    href = node.attr("href")
    needs = [each.attr("identifierref") for each in node.all("dependency")]
    return Resource(
        node.attr("identifier"),
        node.attr("type").strip().lower(),
        normpath(join(folder, unquote(href.partition("?")[0]))) if href else "",
        tuple(files),
        tuple(needs),
        protected,
    )


def found_from(archive: Archive, page: str, address: str) -> bytes | None:
    """A file by its address in a page of the package."""
    bare = unquote(address.strip()).partition("?")[0].partition("#")[0]
    for base in _BASES:
        if base in bare:
            inside = bare.partition(base)[2].lstrip("/")
            for path in (inside, f"web_resources/{inside}"):
                if normpath(path) in archive:
                    return archive.get(normpath(path))
            return None
    if not bare or ":" in bare or bare.startswith("/"):
        return None
    return archive.get(normpath(join(dirname(page), bare))) or archive.get(normpath(bare))
