"""Signed statements: JSON that anybody can check with a public key (JWS, RFC 7515, with Ed25519).

Sealing (`envelopes`) and signing are different promises with keys of different lives, hence a
second file beside that one may use the cryptography library.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES = 32
ALGORITHM = "EdDSA"


def new_private_key() -> bytes:
    """A private key, 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_jwk(private: bytes) -> dict[str, str]:
    """The public half as a JSON Web Key. Raises ValueError for what is no key."""
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    words = {"crv": "Ed25519", "kty": "OKP", "x": _encoded(public)}
    return {**words, "alg": ALGORITHM, "use": "sig", "kid": _thumbprint(words)}


def signed(private: bytes, key_address: str, statement: Mapping[str, Any]) -> str:
    """The statement as a compact JWS; `key_address` leads whoever checks it to the public key."""
    header = {"alg": ALGORITHM, "kid": key_address, "typ": "JWT"}
    text = f"{_encoded(_json(header))}.{_encoded(_json(statement))}"
    key = Ed25519PrivateKey.from_private_bytes(private)
    return f"{text}.{_encoded(key.sign(text.encode()))}"


def _thumbprint(words: Mapping[str, str]) -> str:
    """The key's name after RFC 7638."""
    return _encoded(hashlib.sha256(_json(words)).digest())


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
