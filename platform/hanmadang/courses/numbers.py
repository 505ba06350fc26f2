"""The numbers of certificates: read aloud, typed from paper, and not to be guessed.

``HM-2026-K7QF-3MWX-P``: the year, eight random letters (31 to the 8th, so that trying finds
nothing), and a check letter that notices each single wrong letter and each swap of neighbours.
"""

import re

from hanmadang.kernel.ids import CODE_LETTERS, short_code

_FORM = re.compile(rf"HM(\d{{4}})([{CODE_LETTERS}]{{8}})([{CODE_LETTERS}])")
_NO_LETTER = re.compile(r"[\s\-‐-―−_.·]+")
_RANDOM = 8
COPY_CODE = 8
"""Letters of the code on a printed copy."""


def new_number(year: int) -> str:
    """A number nobody has, as good as surely; the table's key makes sure."""
    letters = short_code(_RANDOM)
    return _written(str(year), letters, _check_letter(str(year), letters))


def tidied(typed: str) -> str | None:
    """The number a person meant, or None for what cannot be one.

    Small letters, spaces and missing hyphens do not matter.
    """
    found = _FORM.fullmatch(_NO_LETTER.sub("", typed.upper()))
    if found is None or _check_letter(found[1], found[2]) != found[3]:
        return None
    return _written(found[1], found[2], found[3])


def tidied_code(typed: str) -> str:
    """A copy's code as it is stored: ``k7qf-3mwx`` is ``K7QF3MWX``."""
    return _NO_LETTER.sub("", typed.upper())


def shown_code(code: str) -> str:
    """A copy's code as it is printed, in two halves."""
    return f"{code[: COPY_CODE // 2]}-{code[COPY_CODE // 2 :]}"


def _check_letter(year: str, letters: str) -> str:
    """Each place has a weight of its own modulo the prime 31."""
    values = [*map(int, year), *map(CODE_LETTERS.index, letters)]
    return CODE_LETTERS[sum(n * value for n, value in enumerate(values, 1)) % len(CODE_LETTERS)]


def _written(year: str, letters: str, check: str) -> str:
    return f"HM-{year}-{letters[:4]}-{letters[4:]}-{check}"
