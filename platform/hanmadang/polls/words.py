"""Short answers as a word cloud counts them: which two are the same answer.

Whole answers are counted, never their parts. Case, width, spacing and punctuation make no
difference; a Korean particle at the end makes none where the answer without it was given, too.
That second condition is what keeps 국가 from becoming 국 and 회의 from becoming 회 without a
dictionary, and it asks the whole set of answers, so their order makes no difference.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hanmadang.kernel.text import one_line

LONGEST = 40
"""Characters of an answer for a cloud: a few words, not a sentence."""
LONGEST_TEXT = 140
"""Characters of a short text."""
MOST_WORDS = 3
"""Answers that one person may give for a cloud."""
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_AFTER_ANY = (
    "의", "에", "도", "만", "에서", "에게", "까지", "부터", "보다", "처럼", "입니다", "이요", "요",
)  # fmt: skip
_AFTER_VOWEL = ("가", "는", "를", "와", "랑")
_AFTER_CONSONANT = ("이", "은", "을", "과", "이랑")


def fold(text: str) -> str:
    """The form under which an answer is counted; empty where nothing is left.

    Width and case go (NFKC, case-folded), inner spaces too where the answer is written in
    Hangul, because 평화 통일 and 평화통일 are one answer.
    """
    folded = unicodedata.normalize("NFKC", one_line(text)).casefold()
    folded = unicodedata.normalize("NFC", _EDGES.sub("", folded))
    return folded.replace(" ", "") if any(map(_is_hangul, folded)) else folded


class Typed(NamedTuple):
    """An answer as it was typed, on one line, and the form under which it counts."""

    folded: str
    label: str


Texts = tuple[Typed, ...]


def typed(sent: Iterable[str]) -> Texts:
    """One person's answers, each entry of a cloud once; empty ones are left out.

    Raises ValueError where a text is unusable. An answer of which folding leaves nothing is kept,
    so that its writer can be told.
    """
    lines = [line for line in map(one_line, sent) if line]
    labels: dict[str, str] = {}
    for line in lines:
        labels.setdefault(fold(line), line)
    kept = without_doubles(labels)
    return tuple(Typed(form, labels[form]) for form in ([""] if "" in labels else []) + kept)


@dataclass(frozen=True, slots=True)
class Word:
    """An entry of a cloud."""

    key: str
    """The shortest of the forms that count as one."""
    forms: tuple[str, ...]
    """All of them, `key` first."""
    count: int


def cloud(counts: Mapping[str, int]) -> list[Word]:
    """The entries of a cloud, the most frequent first, then in the order of their letters.

    `counts` has how many people gave each folded form. A form that is another one with a
    particle is counted with it.
    """
    forms: dict[str, list[str]] = {}
    for form in sorted(counts, key=lambda each: (len(each), each)):
        stem = _stem(form, forms)
        forms.setdefault(stem, []).append(form)
    words = [
        Word(key, tuple(same), sum(counts[form] for form in same)) for key, same in forms.items()
    ]
    return sorted(words, key=lambda word: (-word.count, word.key))


def without_doubles(forms: Iterable[str]) -> list[str]:
    """One person's answers, each entry of the cloud once: 평화 and 평화를 are one."""
    wanted = [form for form in dict.fromkeys(forms) if form]
    kept = {word.key for word in cloud(dict.fromkeys(wanted, 1))}
    return [form for form in wanted if form in kept]


def _stem(form: str, known: Mapping[str, object]) -> str:
    """The known form of which this is one with a particle; else itself."""
    for cut in range(1, min(4, len(form))):
        stem, particle = form[:-cut], form[-cut:]
        if stem in known and _may_follow(stem, particle):
            return stem
    return form


def _may_follow(stem: str, particle: str) -> bool:
    last = stem[-1]
    if not _is_hangul(last):
        return False
    if particle in _AFTER_ANY:
        return True
    final = (ord(last) - _FIRST) % _FINALS
    if particle == "로":
        return final in (0, _RIEUL)
    if particle == "으로":
        return final not in (0, _RIEUL)
    return particle in (_AFTER_CONSONANT if final else _AFTER_VOWEL)


def _is_hangul(letter: str) -> bool:
    return _FIRST <= ord(letter) <= _LAST
