"""Text at the border: one normal form in, safe rich text out, and search that finds Hangul.

Search text is stored in NFD (conjoining jamo), because two-syllable Korean words are shorter
than a trigram in NFC and would never be found through an index.
"""

import re
import unicodedata
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType
from markupsafe import Markup

_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F))
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "code", "hr",
}  # fmt: skip
_HANGUL_OR_HANJA = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u4e00-\u9fff\uac00-\ud7a3]"
)


class _State(StateInline):
    """CommonMark closes ``**서울(Seoul)**`` only before a space; Korean glues a particle to it."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803, FBT001
        found = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1 : start]
        after = self.src[start + found.length : start + found.length + 1]
        opens = bool(_HANGUL_OR_HANJA.match(before) and after.strip())
        closes = bool(_HANGUL_OR_HANJA.match(after) and before.strip())
        return Scanned(found.can_open or opens, found.can_close or closes, found.length)


class _Inline(ParserInline):
    """The inline parser with our state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False})
_markdown.inline = _Inline()
_markdown.configure("commonmark", {"html": False, "linkify": False}).enable("table")


class UnusableTextError(ValueError):
    """The text holds a NUL or half a surrogate pair, which no database keeps faithfully."""


def clean(text: str) -> str:
    """Normalise what a person typed: NFC, no bidi overrides. Raises UnusableTextError."""
    if "\x00" in text or _HALF_PAIR.search(text):
        raise UnusableTextError
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_BIDI)


def one_line(text: str) -> str:
    """Like `clean`, and every run of white space becomes one space."""
    return _SPACES.sub(" ", clean(text)).strip()


def search_form(*texts: str) -> str:
    """The form in which text is indexed and asked for: NFD, case-folded, single spaces."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold() for text in texts)
    return unicodedata.normalize("NFD", _SPACES.sub(" ", folded).strip())


def like_pattern(query: str) -> str:
    """A LIKE pattern (escape character ``!``) for a query typed by a person."""
    escaped = re.sub(r"([!%_])", r"!\1", search_form(query))
    return f"%{escaped}%"


@lru_cache(maxsize=1024)
def rich(source: str) -> Markup:
    """Markdown to safe HTML: headings from the third level, no images, no raw HTML.

    A description reads the same for every visitor, so each text is parsed once.
    """
    html = _markdown.render(source)
    return Markup(nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}))  # noqa: S704 (cleaned)
