"""One-time codes: ten letters to read from a slip of paper and type on a phone.

Nine letters are chance, the tenth is a check, so a slip of the pen is told from a wrong code. Nine,
because no number of wrong tries may close the door of a poll: whoever sends them would keep out
those who hold a slip. To find one of 20,000 codes takes 10^9 guesses, wherever from.
The alphabet leaves out what looks alike; its length is a prime, so that the check catches every
single wrong letter and every swap of two neighbours.
"""

import hashlib
import hmac

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_BASE = len(LETTERS)
_CHANCE = 9
LENGTH = _CHANCE + 1
_LENGTHS = frozenset({8, LENGTH})
"""Slips of eight letters were handed out before; only polls that made some know any."""
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
    known = len(code) in _LENGTHS and set(code) <= set(LETTERS)
    return known and _check(code[:-1]) == code[-1]


def shown(code: str) -> str:
    """In two halves, to be read."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def _check(letters: str) -> str:
    weighted = sum(place * LETTERS.index(letter) for place, letter in enumerate(letters, 2))
    return LETTERS[weighted % _BASE]
