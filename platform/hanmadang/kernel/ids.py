"""Identifiers that people read, keys that machines keep, and secrets that only hashes survive."""

import hashlib
import hmac
import re
import secrets
import unicodedata

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no 0/O, 1/I/L: read aloud in a hall
_SLUG_BREAK = re.compile(r"[^a-z0-9가-힣]+")
SLUG_LENGTH = 60


def new_key() -> str:
    """128 random bits, url-safe: idempotency keys, public object keys."""
    return secrets.token_urlsafe(16)


def new_secret() -> str:
    """256 random bits, url-safe: session ids, tokens, poll secrets."""
    return secrets.token_urlsafe(32)


def short_code(length: int = 5) -> str:
    """A code to read from a screen and type on a phone (31 letters, no look-alikes)."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


def digest(secret: str) -> str:
    """What is stored of a secret that must only be recognised: SHA-256, hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed(secret: str, *parts: object) -> str:
    """HMAC-SHA-256 over the parts, hex; parts are separated so that no two lists collide."""
    text = "\x1f".join(str(part) for part in parts)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def slugify(text: str) -> str:
    """A readable path part; keeps Hangul syllables. Empty when nothing is left."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return _SLUG_BREAK.sub("-", folded).strip("-")[:SLUG_LENGTH].strip("-")
