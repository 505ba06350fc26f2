"""Texts in Moodle XML: ``<text>`` in a format, with files beside it."""

from hanmadang.courses.exchange import markup
from hanmadang.courses.exchange.xmltree import Node


def html_of(node: Node | None) -> str:
    """The text of an element that holds one, as HTML."""
    if node is None:
        return ""
    form = node.attr("format").strip().lower()
    text = node.one("text")
    words = text.words() if text is not None else node.text()
    if form == "markdown":
        return markup.from_markdown(words)
    if form in {"plain_text", "plain"}:
        return markup.from_plain(words)
    if form in {"moodle_auto_format", "moodle"}:
        return words.replace("\r", "").replace("\n\n", "<p>").replace("\n", "<br>")
    return words
