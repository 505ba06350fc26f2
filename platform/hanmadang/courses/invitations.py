"""Invitation codes of cohorts, and the links that guardians get: made and recognised, not stored.

A code follows from the cohort's seed and the house's secret, so the desk can show it again while
the database alone does not tell it. A link carries what it says under a keyed hash.
"""

from datetime import datetime

from hanmadang.courses import consent_texts
from hanmadang.kernel import codes
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.ids import keyed, same

_MAC_LENGTH = 32
_LONGEST_NUMBER = 18


def code_of(seed: str) -> str:
    """The cohort's invitation code, ten letters."""
    return codes.made(settings().secret_key, f"cohort:{seed}", 1)


def hash_of(code: str) -> str:
    """What a typed code is compared with."""
    return keyed(settings().secret_key, "cohort code", code)


def guardian_token(member_id: int, until: int) -> str:
    """The end of a guardian's link; `until` in seconds since 1970."""
    return f"{member_id}.{until}.{_mac(member_id, until)}"


def member_of(token: str, now: datetime) -> int | None:
    """Whom a guardian's link speaks for; None when it is not whole or too old."""
    member, _dot, rest = token.partition(".")
    until, _dot, mac = rest.partition(".")
    if not all(_is_number(part) for part in (member, until)):
        return None
    ours = same(mac, _mac(int(member), int(until)))
    return int(member) if ours and int(until) >= now.timestamp() else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


def _mac(member_id: int, until: int) -> str:
    secret = settings().secret_key
    return keyed(secret, "cohort guardian", member_id, until, consent_texts.VERSION)[:_MAC_LENGTH]
