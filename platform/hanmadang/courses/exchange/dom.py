"""HTML from strangers as a small tree: only what is allowed stands in it, the rest is named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from hanmadang.courses.exchange.reasons import Reason

LONGEST = 200_000
"""Characters of one text; the standard parser is slow on much longer ones."""
DEEPEST = 40
_VOID = {"br", "hr", "img", "input", "meta", "link", "source", "track", "wbr", "col", "area",
         "embed", "param", "base"}  # fmt: skip
FORBIDDEN = {"script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form",
             "input", "button", "select", "textarea", "link", "base", "noscript", "title",
             "template", "svg", "math", "canvas", "dialog", "param"}  # fmt: skip
"""Gone with all that is in them, and named."""
KNOWN = {"p", "div", "section", "article", "header", "footer", "main", "aside", "figure", "nav",
         "figcaption", "br", "wbr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt",  # noqa: E501
         "dd", "blockquote", "pre", "code", "kbd", "samp", "tt", "hr", "b", "strong", "i", "em",
         "cite", "a", "img", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption",
         "colgroup", "col", "audio", "video", "source", "track", "html", "body", "head"}  # fmt: skip  # noqa: E501
"""Rendered, or holding nothing of its own; the words of any other element stay, and it is named."""
_QUIET = {"span", "font", "u", "sub", "sup", "small", "big", "center", "mark", "abbr", "s", "del",
          "ins", "q", "label", "time", "strike", "var", "dfn", "bdi", "ruby", "rt", "meta"}  # fmt: skip  # noqa: E501
_READ = {"a": {"href", "target", "rel", "title"}, "img": {"src", "alt", "width", "height", "title"},
         "ol": {"start", "type"}, "audio": {"src", "controls"}, "video": {"src", "controls"},
         "source": {"src", "type"}, "track": {"src", "kind", "srclang", "label"}}  # fmt: skip
_LAYOUT = {"class", "id", "style", "align", "valign", "width", "height", "border", "cellpadding",
           "cellspacing", "dir", "lang", "color", "face", "size", "bgcolor", "scope", "colspan",
           "rowspan", "role", "name", "title", "xmlns", "summary", "alt", "rel"}  # fmt: skip

Told = Callable[[str, Reason, str], None]
"""Told of what is left out: the construct, why, and its first words."""


@dataclass(slots=True)
class Element:
    """An element, or the root; children are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def find(self, *tags: str) -> Iterator["Element"]:
        """Elements of these names below, in order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.find(*tags)

    def words(self) -> str:
        """All texts below, one after another."""
        return "".join(c if isinstance(c, str) else c.words() for c in self.children)


def tree(html: str, told: Told) -> Element:
    """The allowed part of the HTML; whatever else it held is told."""
    if len(html) > LONGEST:
        told("<html>", Reason.TOO_LONG, html)
        return Element("")
    if "<![" in html:  # the standard parser fails on sections that it does not know
        told("<![…]>", Reason.RENAMED, html[html.index("<![") :])
        html = html.replace("<![", "&lt;![")
    builder = _Builder(told)
    builder.feed(html)
    builder.close()
    builder.finish()
    return builder.root


def _why(tag: str) -> Reason:
    return Reason.LAYOUT if tag in {"title", "link"} else Reason.SCRIPT


class _Builder(HTMLParser):
    """Builds the tree; never nests deeper than `DEEPEST`."""

    def __init__(self, told: Told) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self._gone: list[str] = []
        self._gone_tag = ""
        self._gone_words: list[str] = []
        self._told = told
        self._once: set[tuple[str, Reason]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if self._gone:
            if tag not in _VOID:
                self._gone.append(tag)
            return
        if tag in FORBIDDEN:
            self._forbid(tag, said)
            return
        if tag != "meta":
            self._attributes(tag, said)
        if tag not in KNOWN:
            reason = Reason.LAYOUT if tag in _QUIET else Reason.UNKNOWN
            self._tell(f"<{tag}>", reason, " ".join(said))
        self._close_implied(tag)
        element = Element(tag, said)
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < DEEPEST:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._gone:
            if tag in self._gone:
                del self._gone[self._gone.index(tag) :]
                if not self._gone:
                    self._end_of_gone()
            return
        names = [element.tag for element in self._open]
        if tag in names[1:]:
            last = len(names) - 1 - names[::-1].index(tag)
            del self._open[last:]

    def handle_data(self, data: str) -> None:
        if self._gone:
            self._gone_words.append(data)
        else:
            self._open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        if data.strip() and not self._gone:
            self._tell("<!-- -->", Reason.LAYOUT, data)

    def unknown_decl(self, data: str) -> None:
        self._tell("<![…]>", Reason.UNKNOWN, data)

    def handle_pi(self, data: str) -> None:
        self._tell("<?…>", Reason.UNKNOWN, data)

    def finish(self) -> None:
        """Elements that never ended."""
        if self._gone:
            self._end_of_gone()

    def _forbid(self, tag: str, said: dict[str, str]) -> None:
        target = said.get("src") or said.get("data") or said.get("href") or said.get("action", "")
        if tag in _VOID:
            self._told(f"<{tag}>", _why(tag), target or " ".join(said.values()))
            return
        self._gone_tag, self._gone, self._gone_words = tag, [tag], [target]

    def _end_of_gone(self) -> None:
        tag = self._gone_tag
        self._told(f"<{tag}>", _why(tag), " ".join(self._gone_words).strip())
        self._gone, self._gone_words = [], []

    def _attributes(self, tag: str, said: dict[str, str]) -> None:
        for name, value in said.items():
            if name in _READ.get(tag, ()) or not value.strip():
                continue
            if name.startswith("on"):
                self._told(f"<{tag} {name}=…>", Reason.SCRIPT, value)
            elif name in _LAYOUT or name.startswith(("data-", "aria-", "item")):
                self._tell(f"{name}=…", Reason.LAYOUT, value)
            else:
                self._told(f"<{tag} {name}=…>", Reason.UNKNOWN, value)

    def _close_implied(self, tag: str) -> None:
        """``<p>``, ``<li>`` and cells end where the next one begins."""
        at = self._open[-1].tag
        ends = {"li": ("li", "p"), "td": ("td", "th", "p"), "th": ("td", "th", "p"),
                "tr": ("tr", "td", "th"), "p": ("p",), "dt": ("dt", "dd"), "dd": ("dt", "dd")}  # fmt: skip  # noqa: E501
        while at in ends.get(tag, ()) and len(self._open) > 1:
            self._open.pop()
            at = self._open[-1].tag

    def _tell(self, construct: str, reason: Reason, detail: str) -> None:
        """Once for each text: layout is everywhere."""
        if (construct, reason) not in self._once:
            self._once.add((construct, reason))
            self._told(construct, reason, detail)
