"""Texts and pictures of QTI 1.2: ``<material>``, wherever it is nested."""

from collections.abc import Iterator

from hanmadang.courses.exchange import markup
from hanmadang.courses.exchange.xmltree import Node, escaped

FLOWS = ("flow", "flow_mat", "flow_label")
_SHOWN = {"matimage": "img", "matvideo": "video", "mataudio": "audio"}


def html_in(node: Node | None) -> str:
    """All material in an element, in order, as HTML."""
    return "".join(_parts(node)) if node is not None else ""


def _parts(node: Node) -> Iterator[str]:
    if node.tag == "material":
        yield material(node)
        return
    for child in node.all("material", "flow", "flow_mat"):
        yield from _parts(child)


def material(node: Node) -> str:
    """One piece of material."""
    node.attr("label")
    parts = []
    for child in node.all("mattext", "matemtext", "matbreak", *_SHOWN):
        if child.tag == "matbreak":
            parts.append("<br>")
        elif child.tag in _SHOWN:
            parts.append(_shown(child))
        else:
            parts.append(_text(child))
    return "".join(parts)


def _text(node: Node) -> str:
    form = node.attr("texttype").lower()
    node.attr("charset")
    if node.children:
        return node.markup()
    words = node.words()
    if form == "text/html" or (not form and "</" in words):
        return words
    return markup.from_plain(words) if "\n\n" in words else escaped(words)


def _shown(node: Node) -> str:
    tag, src = _SHOWN[node.tag], node.attr("uri", "entityref")
    alt = node.attr("label") or node.text()
    for name in ("imagtype", "width", "height", "x0", "y0", "embedded", "audiotype", "videotype"):
        node.attr(name)
    quoted = escaped(alt).replace('"', "&quot;")
    return f'<{tag} src="{escaped(src)}" alt="{quoted}"></{tag}>' if tag != "img" else (
        f'<img src="{escaped(src)}" alt="{quoted}">'
    )  # fmt: skip
