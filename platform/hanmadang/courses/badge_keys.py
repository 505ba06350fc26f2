"""The keys that sign badges: one file each in the instance folder, outside database and backups.

The newest signs. Older ones stay for as long as badges signed with them are to be checked, because
their public halves are published from here. Several hosts share the folder, or copies of it.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.signing import KEY_BYTES, new_private_key, public_jwk

_PREFIX, _SUFFIX = "badge-", ".key"


def signing_key() -> bytes:
    """The private key that signs now; the first one is made where there is none."""
    newest = _newest()
    return _read(newest if newest is not None else add())


def add() -> Path:
    """Make a key that signs from now on; returns its file."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{_PREFIX}{clock.now():%Y%m%d%H%M%S%f}{_SUFFIX}"
    part = folder / f"{_PREFIX}{new_key()}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(new_private_key())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def ensure() -> None:
    """Make the first key unless there is one; `flask setup` asks for it."""
    if _newest() is None:
        add()


def public_keys() -> list[dict[str, str]]:
    """Every public half, the newest first."""
    return [public_jwk(_read(path)) for path in reversed(_files())]


def _newest() -> Path | None:
    files = _files()
    return files[-1] if files else None


def _files() -> Sequence[Path]:
    return sorted(_folder().glob(f"{_PREFIX}*{_SUFFIX}"))


@lru_cache(maxsize=32)
def _read(path: Path) -> bytes:
    private = path.read_bytes()
    if len(private) != KEY_BYTES:
        raise ValueError(f"{path.name} is no key for badges.")
    return private


def _folder() -> Path:
    return settings().instance / "keys"
