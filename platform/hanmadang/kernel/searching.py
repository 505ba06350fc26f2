"""Asking for words, as people do: particles do not hinder, whole syllables count, hits are marked.

`kernel.text.search_form` says how texts are stored for it; a LIKE over their words, composed, finds
candidates, and what is here ranks them. In the stored form 남부 is the beginning of 남북, so a hit
counts only where no final consonant follows.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hanmadang.kernel.text import UnusableTextError, clean, like_pattern, search_form

_MOST_WORDS = 6
_MOST_LETTERS = 80
_FINALS = re.compile("[\u11a8-\u11ff]")
_SYLLABLES = re.compile("[가-힣]+")
_SHORTEST_STEM = 2
_PARTICLES = sorted(
    (
        "을", "를", "이", "가", "은", "는", "의", "에", "에서", "에게", "에게서", "에는", "에도",
        "으로", "로", "으로는", "로는", "으로서", "로서", "으로써", "로써", "와", "과", "도", "만",
        "부터", "까지", "보다", "처럼", "이나", "이란", "란", "이라는", "라는", "이라고", "라고",
        "한테", "께서", "마다", "조차", "밖에", "이며", "이고", "에서는", "에서의", "과의", "와의",
    ),
    key=len,
    reverse=True,
)  # fmt: skip
"""What may follow a noun; a longer one is tried first."""
AROUND = 70
"""Letters shown before and after a hit."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query, in the stored form."""

    whole: str
    stem: str
    """Without its particle; a part of `whole`, so whoever holds `whole` holds it too."""

    @property
    def pattern(self) -> str:
        """The LIKE pattern (escape character ``!``) of the stem, composed: whole syllables."""
        return unicodedata.normalize("NFC", like_pattern(self.stem))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, marked where it was asked for."""

    text: str
    hit: bool


def words_in(query: str) -> tuple[Word, ...]:
    """The words of a query typed by a person, each once; none where nothing can be asked."""
    try:
        asked = clean(query)[:_MOST_LETTERS].split()
    except UnusableTextError:
        return ()
    words = (_word(one) for one in asked)
    return tuple(dict.fromkeys(word for word in words if word.stem))[:_MOST_WORDS]


def _word(typed: str) -> Word:
    bare = unicodedata.normalize("NFC", typed).strip(".,!?…·“”‘’\"'()[]「」『』:;")
    return Word(search_form(bare), search_form(_stem(bare)))


def _stem(word: str) -> str:
    """The word without its particle, where two syllables are left of it."""
    if not _SYLLABLES.fullmatch(word):
        return word
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= _SHORTEST_STEM:
            return word[: -len(particle)]
    return word


def weight(stored: str, words: Iterable[Word]) -> int:
    """How well a stored text answers: 0 where a word is missing, more for whole words."""
    total = 0
    for word in words:
        if not _finds(stored, word.stem):
            return 0
        total += 1 + _finds(stored, word.whole)
    return total


def _finds(stored: str, asked: str) -> bool:
    return next(_places(stored, asked), None) is not None


def _places(stored: str, asked: str) -> Iterator[int]:
    """Where `asked` stands and no final consonant follows that would make another syllable."""
    place = stored.find(asked)
    while place >= 0:
        if not _FINALS.match(stored, place + len(asked)):
            yield place
        place = stored.find(asked, place + 1)


def marked(text: str, words: Sequence[Word], around: int = AROUND) -> list[Piece]:
    """The text around its first hit, with every hit marked; its beginning where there is none."""
    hits = _hits(text, words)
    if not hits:
        return [Piece(_cut(text, 0, 2 * around), hit=False)]
    start = max(0, hits[0][0] - around)
    end = min(len(text), hits[0][1] + around)
    pieces, here = [], start
    if start:
        pieces.append(Piece("… ", hit=False))
    for first, last in hits:
        if first >= end:
            break
        if first > here:
            pieces.append(Piece(text[here:first], hit=False))
        pieces.append(Piece(text[first:last], hit=True))
        here = last
    if here < end:
        pieces.append(Piece(text[here:end], hit=False))
    if end < len(text):
        pieces.append(Piece(" …", hit=False))
    return pieces


def _cut(text: str, start: int, length: int) -> str:
    return text if len(text) <= length else f"{text[start:length].rstrip()} …"


def _hits(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """(first, last) of each hit in `text` as it reads, in order and without overlaps."""
    folded, origin = [], []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", letter).casefold()):
            folded.append(" " if part.isspace() else part)
            origin.append(place)
    stored = "".join(folded)
    found = sorted(
        (origin[place], origin[place + len(asked) - 1] + 1)
        for asked in {each for word in words for each in (word.whole, word.stem)}
        for place in _places(stored, asked)
    )
    hits: list[tuple[int, int]] = []
    for first, last in found:
        if hits and first < hits[-1][1]:
            hits[-1] = hits[-1][0], max(last, hits[-1][1])
        else:
            hits.append((first, last))
    return hits
