"""Passwords: the only place that hashes and compares them (argon2id, 19 MiB, two passes).

A hash takes about 40 ms and 19 MiB, so at most four run at once, and the request steps aside
while one runs. Call these outside a transaction: SQLite would hold its write lock meanwhile.
"""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.low_level import Type

from hanmadang.kernel import gate
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.people.worst_passwords import is_among_the_worst

SHORTEST = 10
LONGEST = 128
AT_ONCE = 4

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_places = threading.BoundedSemaphore(AT_ONCE)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$0X40Qp2UptSEmOBXLpysBg$b3z4cxuf3aMIOxYxI9YvhVkGwiCRmJxx57uawXUf4yg"  # noqa: E501  (a thrown-away password: work for unknown accounts)
UNUSABLE = "unusable"
"""Stored where no password may ever fit: erased accounts."""


class WeakPasswordError(DomainError):
    """The password is too short, too long or among the first that anybody tries (422)."""

    status = 422


def check_strength(password: str, *about_me: str) -> None:
    """Raise WeakPasswordError unless the password may be used; `about_me` must not be in it."""
    text = _normal(password)
    if len(text) < SHORTEST:
        raise WeakPasswordError(text=lazy("Please use at least %(n)s characters.", n=SHORTEST))
    if len(text) > LONGEST:
        raise WeakPasswordError(text=lazy("Please use at most %(n)s characters.", n=LONGEST))
    if is_among_the_worst(text) or text.casefold() in {word.casefold() for word in about_me}:
        raise WeakPasswordError(
            text=lazy(
                "This password is one of the first that people try. Please choose another, "
                "for example four words that have nothing to do with each other."
            )
        )


def hashed(password: str) -> str:
    """What is stored of a password."""
    with gate.aside(), _places:
        return _hasher.hash(_normal(password))


def fits(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; None (nobody) takes as long and never fits."""
    usable = stored if stored != UNUSABLE else None
    with gate.aside(), _places:
        try:
            _hasher.verify(usable or _NOBODY, _normal(password[: LONGEST * 4]))
        except VerificationError:
            return False
    return usable is not None


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)
