"""Sealed envelopes: anybody may close one with a public key, only the private key opens it.

HPKE of RFC 9180 with X25519, HKDF-SHA256 and ChaCha20-Poly1305: each envelope has a key pair of
its own, so two envelopes with the same contents share no byte, and whoever wrote one cannot open
it again. Together with `signing` the only files that know the cryptography library.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
OVERHEAD = 48
"""Bytes by which an envelope is longer than its contents."""
KEY_BYTES = 32


class UnopenableError(Exception):
    """This key does not open this envelope."""


def new_private_key() -> bytes:
    """A private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private: bytes) -> bytes:
    """The public half. Raises ValueError for what is no key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def close_envelope(public: bytes, contents: bytes, purpose: str) -> bytes:
    """Seal contents; `purpose` must be the same when it is opened."""
    key = X25519PublicKey.from_public_bytes(public)
    return _SUITE.encrypt(contents, key, purpose.encode())


def open_envelope(private: bytes, envelope: bytes, purpose: str) -> bytes:
    """The contents. Raises UnopenableError."""
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return _SUITE.decrypt(envelope, key, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise UnopenableError from error
