"""From HTML to Markdown, or to plain words: what a text of ours can hold, and nothing else.

Pictures and media come out apart, in their places, because in a lesson they are blocks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from hanmadang.courses.exchange.dom import Element, Told, tree
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.kernel.text import rich

_SPECIAL = re.compile(r"([\\`*_\[\]])")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d{1,9}[.)])(?=\s|$|#)", re.MULTILINE)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_TAG_LIKE = re.compile(r"<(?=/?[a-zA-Z]|!--)")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_MARKDOWN_IMAGE = re.compile(r"!\[([^\]]{0,500})\]\(\s*<?([^\s)>]{0,2000})[^)]{0,500}\)")
_PARAGRAPHS = {"p", "div", "section", "article", "header", "footer", "main", "aside", "figure",
               "figcaption", "body", "html", "center", "nav", "dt", "dd", "dl", "caption"}  # fmt: skip  # noqa: E501
_STRONG, _WEAK = {"b", "strong"}, {"i", "em", "cite"}
_CODE = {"code", "kbd", "samp", "tt"}
_HEADS = {"h1": "###", "h2": "###", "h3": "###", "h4": "####", "h5": "####", "h6": "####"}
MEDIA = {"audio", "video"}


@dataclass(frozen=True, slots=True)
class Words:
    """Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, a film or a sound in the text."""

    tag: str
    src: str
    alt: str


Piece = Words | Shown


def pieces(html: str, told: Told) -> list[Piece]:
    """The text as Markdown, cut where pictures and media stand."""
    maker = _Markdown(told)
    maker.block(tree(html, told), "")
    return maker.finished()


def plain(html: str, told: Told) -> tuple[str, list[Shown]]:
    """The words alone, and what was shown among them."""
    shown: list[Shown] = []
    root = tree(html, told)
    if any(True for _ in root.find(*_STRONG, *_WEAK, *_CODE, "ul", "ol", "table", "a", *_HEADS)):
        told("HTML", Reason.FORMAT_LOST, root.words())
    text = _plain(root, told, shown)
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    return harmless("\n".join(line for line in lines if line), told), shown


def harmless(text: str, told: Told) -> str:
    """Words that nobody takes for HTML or a picture."""
    if _TAG_LIKE.search(text) or "![" in text:
        told("<", Reason.RENAMED, text)
        text = _TAG_LIKE.sub("< ", text).replace("![", "! [")
    return text


def from_markdown(source: str) -> str:
    """Markdown as HTML, its pictures too."""
    found: list[tuple[str, str]] = []

    def keep(match: re.Match[str]) -> str:
        found.append((match[1], match[2]))
        return f"\ue100{len(found) - 1}\ue101"

    html = str(rich(_MARKDOWN_IMAGE.sub(keep, source)))
    for number, (alt, src) in enumerate(found):
        image = f'<img src="{_quoted(src)}" alt="{_quoted(alt)}">'
        html = html.replace(f"\ue100{number}\ue101", image)
    return html


def from_plain(source: str) -> str:
    """Words as HTML: an empty line is a new paragraph."""
    quoted = source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"<p>{part}</p>" for part in _BLANK_LINES.split(quoted) if part and part.strip())


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def is_web(address: str) -> bool:
    """Whether it may be linked."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc)


def is_local(address: str) -> bool:
    """Whether it leads to a file of the source itself."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and bool(parts.path)


def _link_target(address: str) -> str:
    return re.sub(r"[\s<>()\"\\]", lambda m: f"%{ord(m[0]):02X}", address.strip())


@dataclass(slots=True)
class _Markdown:
    """Markdown in the making."""

    told: Told
    done: list[Piece] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def finished(self) -> list[Piece]:
        self._cut()
        return self.done

    def _cut(self) -> None:
        joined = _BLANK_LINES.sub("\n\n", "".join(self.text)).strip("\n").rstrip()
        if joined.strip():
            self.done.append(Words(joined))
        self.text = []

    def block(self, element: Element, indent: str) -> None:
        """Blocks below an element; runs of inline content become paragraphs."""
        inline: list[str] = []
        for child in element.children:
            if isinstance(child, str):
                inline.append(_escape(child))
            elif _is_block(child):
                self._paragraph(inline, indent)
                inline = []
                self._one(child, indent)
            else:
                inline.append(self._inline(child))
        self._paragraph(inline, indent)

    def _paragraph(self, inline: list[str], indent: str) -> None:
        text = _tidy("".join(inline))
        if text:
            text = _LINE_START.sub(_escape_start, text)
            self.text.append("\n" + _indented(text, indent) + "\n")

    def _one(self, element: Element, indent: str) -> None:
        maker = _BLOCKS.get(element.tag)
        if element.tag in _HEADS:
            words = _tidy(self._children(element)).replace("\n", " ")
            if words:
                self.text.append(f"\n{indent}{_HEADS[element.tag]} {words}\n")
        elif element.tag == "img" or element.tag in MEDIA:
            self._cut()
            self.done.append(shown(element))
        elif maker is not None:
            maker(self, element, indent)
        else:
            self.block(element, indent)

    def list_(self, element: Element, indent: str) -> None:
        """Items, numbered or not, and lists in them."""
        number = int(element.attributes.get("start", "")) if _is_number(element) else 1
        for item in element.children:
            if isinstance(item, str):
                if item.strip():
                    self._paragraph([_escape(item)], indent)
                continue
            if item.tag != "li":
                self._one(item, indent)
                continue
            mark = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            self._item(item, mark, indent)

    def _item(self, item: Element, mark: str, indent: str) -> None:
        before, self.text = self.text, []
        self.block(item, indent + " " * len(mark))
        body = "".join(self.text).strip("\n")
        body = re.sub(r"\n\n(?=\s*(-|\d+\.) )", "\n", body)
        self.text = [*before, f"\n{indent}{mark}{body.lstrip()}\n" if body.strip() else ""]

    def quote(self, element: Element, indent: str) -> None:
        """A quotation."""
        before, self.text = self.text, []
        self.block(element, "")
        body = _BLANK_LINES.sub("\n\n", "".join(self.text)).strip()
        quoted = "\n".join(f"{indent}> {line}".rstrip() for line in body.split("\n"))
        self.text = [*before, f"\n{quoted}\n"]

    def verbatim(self, element: Element, indent: str) -> None:
        """Text in columns: kept as it stands, in a code block."""
        lines = element.words().replace("`", "'").replace("<", "‹").strip("\n").split("\n")
        self.text.append("\n" + "\n".join(f"{indent}    {line}" for line in lines) + "\n\n")

    def rule(self, _element: Element, indent: str) -> None:
        """A line between two parts."""
        self.text.append(f"\n{indent}---\n")

    def table(self, element: Element, indent: str) -> None:
        """A table; its first row is its head."""
        for caption in element.find("caption"):
            self._paragraph([self._children(caption)], indent)
        rows = [[self._cell(cell) for cell in row.find("td", "th")] for row in element.find("tr")]
        rows = [row for row in rows if row]
        width = max((len(row) for row in rows), default=0)
        for number, row in enumerate(rows):
            cells = " | ".join(row + [""] * (width - len(row)))
            self.text.append(f"\n{indent}| {cells} |")
            if number == 0:
                self.text.append(f"\n{indent}|{' --- |' * width}")
        self.text.append("\n\n")

    def _cell(self, cell: Element) -> str:
        return _tidy(self._children(cell)).replace("\\\n", " ").replace("\n", " ").replace("|", "/")

    def _children(self, element: Element) -> str:
        return "".join(
            _escape(c) if isinstance(c, str) else self._inline(c) for c in element.children
        )

    def _inline(self, element: Element) -> str:
        if element.tag == "br":
            return "\ue102"
        if element.tag == "img" or element.tag in MEDIA:
            self.done.append(shown(element))
            return ""
        if element.tag in _CODE:
            return _code(element)
        inside = self._children(element)
        if element.tag in _STRONG | _WEAK:
            mark = "**" if element.tag in _STRONG else "*"
            return _marked(inside, mark)
        if element.tag == "a":
            return self._link(element, inside)
        return f" {inside} " if _is_block(element) else inside

    def _link(self, element: Element, inside: str) -> str:
        href = element.attributes.get("href", "")
        if is_web(href) and inside.strip():
            return f"[{_tidy(inside)}]({_link_target(href)})"
        if is_local(href):
            self.done.append(Shown("a", href, _SPACES.sub(" ", element.words()).strip()))
        elif href.strip() and not href.startswith("#"):
            self.told("<a href=…>", Reason.LINK, href)
        return inside


def shown(element: Element) -> Shown:
    """What an element shows: its own address, or that of its first source."""
    sources = [each.attributes.get("src", "") for each in element.find("source")]
    src = element.attributes.get("src") or next(iter(sources), "")
    return Shown(element.tag, src, element.attributes.get("alt", "").strip())


_BLOCKS: dict[str, Callable[[_Markdown, Element, str], None]] = {
    "ul": _Markdown.list_, "ol": _Markdown.list_, "blockquote": _Markdown.quote,
    "pre": _Markdown.verbatim, "hr": _Markdown.rule, "table": _Markdown.table,
}  # fmt: skip


def _is_block(element: Element) -> bool:
    if element.tag in _BLOCKS or element.tag in _PARAGRAPHS or element.tag in _HEADS:
        return True
    if element.tag in MEDIA or element.tag in {"img", "li", "tr", "td", "th", "tbody", "thead"}:
        return True
    return any(isinstance(child, Element) and _is_block(child) for child in element.children)


def _is_number(element: Element) -> bool:
    start = element.attributes.get("start", "")
    return start.isdecimal() and start.isascii() and len(start) < 6  # noqa: PLR2004


def _escape(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", text).replace("<", "&lt;")
    return re.sub(r"&(?=#?\w+;)(?!lt;)", "&amp;", text)


def _escape_start(match: re.Match[str]) -> str:
    mark = match[2]
    escaped = f"{mark[:-1]}\\{mark[-1]}" if len(mark) > 1 else f"\\{mark}"
    return f"{match[1]}{escaped}"


def _tidy(text: str) -> str:
    """White space as HTML means it; a line break stays one."""
    text = _SPACES.sub(" ", text).strip()
    return re.sub(r" ?\ue102 ?", "\\\\\n", text).removesuffix("\\\n").strip()


def _marked(inside: str, mark: str) -> str:
    """Emphasis around words, without the space at their ends."""
    words = inside.strip()
    if not words or "\ue102" in words or words.startswith("*"):
        return inside
    before = " " if inside[:1].isspace() else ""
    after = " " if inside[-1:].isspace() else ""
    return f"{before}{mark}{words}{mark}{after}"


def _code(element: Element) -> str:
    words = _SPACES.sub(" ", element.words()).replace("`", "'").strip().replace("<", "‹")
    return f"`{words}`" if words else ""


def _indented(text: str, indent: str) -> str:
    return "\n".join(f"{indent}{line}" for line in text.split("\n"))


def _plain(element: Element, told: Told, found: list[Shown]) -> str:
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(_SPACES.sub(" ", child))
        elif child.tag == "img" or child.tag in MEDIA:
            found.append(shown(child))
        else:
            parts.append(_plain_element(child, told, found))
    return "".join(parts)


def _plain_element(element: Element, told: Told, found: list[Shown]) -> str:
    if element.tag == "br":
        return "\n"
    inside = _plain(element, told, found)
    href = element.attributes.get("href", "") if element.tag == "a" else ""
    if href.strip():
        if is_web(href) and href.strip() not in inside:
            return f"{inside} ({_link_target(href)})"
        if is_local(href):
            found.append(Shown("a", href, _SPACES.sub(" ", element.words()).strip()))
        elif not is_web(href) and not href.startswith("#"):
            told("<a href=…>", Reason.LINK, href)
    if element.tag == "li":
        return f"\n• {inside.strip()}\n"
    if element.tag in {"td", "th"}:
        return f"{inside.strip()} "
    return f"\n{inside}\n" if _is_block(element) else inside
