"""One reader for each kind of resource in a cartridge."""

import html
import re

from hanmadang.courses.exchange.archive import Archive
from hanmadang.courses.exchange.bank import Shelf
from hanmadang.courses.exchange.cartridge.manifest import Resource, found_from
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.markup import from_plain, is_web
from hanmadang.courses.exchange.qti1.reading import read_document
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import MEDIA_KINDS, Work
from hanmadang.courses.exchange.xmltree import Node, parsed, unread

_TITLE = re.compile(r"""<title[^>]{0,200}>([^<]{1,300})<|\stitle\s?=\s?"([^"<]{1,300})\"""")
_PAGES = (".html", ".htm", ".xhtml")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def readable(resource: Resource) -> bool:
    """Whether it is more than a file that a page shows, or a setting of the other system."""
    if resource.type == "webcontent" or "learning-application" in resource.type:
        return resource.href.lower().endswith(_PAGES)
    return True


def title_of(archive: Archive, resource: Resource) -> str:
    """What a resource calls itself, else the name of its file."""
    path = _main(resource)
    data = archive.files.get(path, b"")[:20_000].decode("utf-8", "replace")
    found = _TITLE.search(data)
    words = html.unescape((found[1] or found[2] or "").strip()) if found else ""
    return words or path.rpartition("/")[2] or resource.ident or "-"


def put(work: Work, archive: Archive, shelf: Shelf, resource: Resource) -> None:
    """Put a resource on a shelf, or name it."""
    before = work.resolve
    work.resolve = lambda address: found_from(archive, _main(resource), address)
    try:
        _put(work, archive, shelf, resource)
    except UnreadableError:
        work.report.left(f"<resource> {resource.type}", Reason.BROKEN, resource.href)
    finally:
        work.resolve = before


def _main(resource: Resource) -> str:
    documents = [path for path in resource.files if path.endswith((".xml", ".qti"))]
    return resource.href or next(iter([*documents, *resource.files]), "")


def _put(work: Work, archive: Archive, shelf: Shelf, resource: Resource) -> None:
    kind, path = resource.type, _main(resource)
    if resource.is_protected:
        work.report.left(f"<resource> {kind}", Reason.ENCRYPTED, path)
        return
    if "lti" in kind:
        _tool(work, archive, path, kind)
        return
    data = archive.get(path)
    if data is None:
        work.report.left(f"<resource> {kind}", Reason.MISSING_FILE, path)
        return
    if "imswl" in kind:
        _link(work, shelf, parsed(data))
    elif "imsdt" in kind:
        _topic(work, shelf, parsed(data))
    elif "imsqti" in kind and "xmlv2" not in kind:
        read_document(work, _document(data), lambda _title: shelf)
    elif "assignment" in kind:
        _assignment(work, shelf, parsed(data))
    elif kind == "webcontent" or "learning-application" in kind:
        _content(work, shelf, path, data)
    else:
        work.report.left(f"<resource> {kind}", Reason.NO_KIND, path)


def _document(data: bytes) -> Node:
    root = parsed(data)
    if root.tag != "questestinterop":
        raise UnreadableError(f"<{root.tag}>")
    return root


def _content(work: Work, shelf: Shelf, path: str, data: bytes) -> None:
    lower = path.lower()
    if lower.endswith(_PAGES):
        shelf.blocks += work.blocks(data.decode("utf-8-sig", "replace"))
        work.report.kept("webcontent: HTML", path)
        return
    name = path.rpartition("/")[2]
    if lower.endswith(_PICTURES):
        shelf.blocks += work.picture(name, "")
        work.report.kept("webcontent: picture", path)
    elif lower.rpartition(".")[2] in MEDIA_KINDS:
        blocks = work.medium(name, name)
        shelf.blocks += blocks
        if blocks:
            work.report.changed("webcontent", Reason.AS_DOCUMENT, path)
    else:
        work.report.left("webcontent", Reason.MEDIA, path)


def _link(work: Work, shelf: Shelf, root: Node) -> None:
    """A web link becomes a paragraph that links."""
    root.finish_own()
    title, url = root.value("title"), root.one("url")
    href = url.attr("href") if url else ""
    if url:
        for name in ("target", "windowfeatures"):
            url.attr(name)
    if is_web(href):
        shelf.blocks.append(work.link(title or href, href))
        work.report.kept("<webLink>", href)
    else:
        work.report.left("<webLink>", Reason.LINK, f"{title} {href}")
    _rest(work, root)


def _topic(work: Work, shelf: Shelf, root: Node) -> None:
    """A topic to discuss becomes a text, and its title a reflection."""
    root.finish_own()
    title, text = root.value("title"), root.one("text")
    words = _html(text) if text else ""
    for holder in root.all("attachments"):
        for each in holder.all("attachment"):
            work.report.left("<attachment>", Reason.NO_KIND, each.attr("href"))
    _reflect(work, shelf, "<topic>", title, words)
    _rest(work, root)


def _assignment(work: Work, shelf: Shelf, root: Node) -> None:
    """Something to hand in: nobody marks it here."""
    root.finish_own()
    root.attr("identifier")
    title = root.value("title")
    texts = [_html(each) for each in root.all("text", "instructor_text")]
    for each in root.all("gradable", "submission_formats", "extensions", "attachments"):
        said = " ".join("".join(each.element.itertext()).split())
        work.report.left(f"<assignment><{each.tag}>", Reason.SETTING, said)
        each.finish()
    _reflect(work, shelf, "<assignment>", title, "".join(texts))
    _rest(work, root)


def _reflect(work: Work, shelf: Shelf, construct: str, title: str, text: str) -> None:
    shelf.blocks += work.blocks(text)
    prompt = work.words(from_plain(title), 2_000)
    if prompt:
        shelf.reflect(work, construct, prompt, title)
    elif text.strip():
        work.report.changed(construct, Reason.AS_TEXT, text)


def _html(node: Node) -> str:
    form = node.attr("texttype").lower()
    if node.children:
        return node.markup()
    words = node.words()
    return from_plain(words) if form == "text/plain" else words


def _tool(work: Work, archive: Archive, path: str, kind: str) -> None:
    """A tool of somebody else runs code of its own; its keys are dropped unread."""
    data = archive.get(path)
    title = ""
    if data is not None:
        root = parsed(data)
        title = root.value("title")
        for each in root.walk():
            if "url" in each.tag.lower() and not each.tag.lower().startswith("icon"):
                address = (each.element.text or "").strip().partition("?")[0]
                work.report.left(f"<{each.tag}>", Reason.CODE, address)
            elif each.tag.lower() in {"property", "custom", "extensions"}:
                name = each.element.attrib.get("name", "")
                work.report.left(f"<{each.tag} {name}> secret", Reason.SECRET)
    work.report.left(f"<resource> {kind}", Reason.CODE, title)


def _rest(work: Work, root: Node) -> None:
    for each in unread(root):
        work.report.left(each.construct, Reason.UNKNOWN, each.words)
