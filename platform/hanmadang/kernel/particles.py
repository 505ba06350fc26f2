"""Korean particles: the form of 을/를, 이/가, 은/는, 과/와, 으로/로 depends on the sound before.

A syllable's final consonant follows from its code point (Unicode 15, section 3.12). Digits are
read in Sino-Korean, Latin letters by the sound that usually ends a word in them.
"""

import re
from functools import lru_cache

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
_DIGIT_FINALS = {"0": 21, "1": 8, "3": 16, "6": 1, "7": 8, "8": 8}  # 영 일 삼 육 칠 팔
_LATIN_FINALS = {"l": _RIEUL, "r": _RIEUL, "m": 16, "n": 4, "b": 17, "k": 1, "p": 17, "t": 7}
_ABBREVIATION_FINALS = {"l": _RIEUL, "r": _RIEUL, "m": 16, "n": 4}
_NOISE = re.compile(r"(<[^>]*>|\([^()]*\)|[\s\"'”’」』》〉\])}.,!?…·:;~-])+$")


@lru_cache(maxsize=4096)
def with_particle(word: str, pair: str) -> str:
    """`word` followed by the fitting half of `pair`, consonant form first: ``"을/를"``."""
    after_consonant, _, after_vowel = pair.partition("/")
    final = _final_sound(_NOISE.sub("", word) or word)
    if after_consonant.startswith("으로") and final == _RIEUL:
        final = 0
    return word + (after_consonant if final else after_vowel)


def _final_sound(word: str) -> int:
    """The number of the final consonant (0 for none), as in Unicode's arithmetic."""
    last = word[-1:]
    if last and _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS
    if last.isdigit():
        return _DIGIT_FINALS.get(last, 0)
    if last.isascii() and last.isupper() and word[-2:-1].isupper():
        return _ABBREVIATION_FINALS.get(last.lower(), 0)
    return _LATIN_FINALS.get(last.lower(), 0)
