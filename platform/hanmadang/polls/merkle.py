"""One hash for a list that anybody can recompute: the Merkle tree of RFC 9162, section 2.1.

Leaves and inner nodes are hashed with different first bytes, so that no node can pass for a leaf.
"""

from collections.abc import Sequence
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"


def root(leaves: Sequence[str]) -> str:
    """The tree's head over these texts in their order, as 64 hexadecimal digits."""
    return _head([leaf.encode() for leaf in leaves]).hex()


def _head(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(_LEAF + leaves[0]).digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(_NODE + _head(leaves[:left]) + _head(leaves[left:])).digest()
