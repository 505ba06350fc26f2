"""One-time codes: eight letters to read from a slip of paper and type on a phone.

Seven letters are chance, the eighth is a check, so a slip of the pen is told from a wrong code.
The alphabet leaves out what looks alike; its length is a prime, so that the check catches every
single wrong letter and every swap of two neighbours.
"""

import hashlib
import hmac

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_BASE = len(LETTERS)
_CHANCE = 7
LENGTH = _CHANCE + 1
_HALF = LENGTH // 2


def made(secret: str, batch: str, number: int) -> str:
    """The n-th code of a batch: the same again for the same batch, a guess for anybody else."""
    text = f"{batch}\x1f{number}".encode()
    drawn = int.from_bytes(hmac.new(secret.encode(), text, hashlib.sha256).digest(), "big")
    letters = ""
    for _ in range(_CHANCE):
        drawn, place = divmod(drawn, _BASE)
        letters += LETTERS[place]
    return letters + _check(letters)


def tidy(typed: str) -> str:
    """The letters of what was typed, however it was written."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def is_sound(code: str) -> bool:
    """Whether it can be a code at all."""
    known = len(code) == LENGTH and set(code) <= set(LETTERS)
    return known and _check(code[:_CHANCE]) == code[_CHANCE:]


def shown(code: str) -> str:
    """In two halves, to be read."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def _check(letters: str) -> str:
    weighted = sum(place * LETTERS.index(letter) for place, letter in enumerate(letters, 2))
    return LETTERS[weighted % _BASE]
