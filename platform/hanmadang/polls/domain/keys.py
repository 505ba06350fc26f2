"""The private keys of secret polls: one file each, outside the database and its backups.

Whoever copies the database, its log or a backup has envelopes and no key. Several hosts that
close polls share the folder, or one of them does all closing.
"""

import os
from pathlib import Path

from hanmadang.kernel.configuration import settings
from hanmadang.kernel.envelopes import KEY_BYTES, public_key_of
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy

_PREFIX, _SUFFIX = "poll-", ".key"


class KeyMissingError(DomainError):
    """The key file is not there, or is another one: nothing was opened and nothing is lost."""

    text = lazy(
        "The key of this secret poll is not on this server, so its envelopes cannot be opened. The "
        "poll stays as it is and no answer is lost. Please ask whoever runs the server to put the "
        "key file back, then close the poll again."
    )


def path_of(poll_id: int) -> Path:
    """Where the key of a poll is."""
    return _folder() / f"{_PREFIX}{poll_id}{_SUFFIX}"


def keep(poll_id: int, private: bytes) -> None:
    """Write a key, durable before anybody seals to it; what an undone opening left is replaced."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{_PREFIX}{poll_id}.part"
    part.unlink(missing_ok=True)
    _write(part, private, os.O_CREAT | os.O_EXCL)
    part.replace(path_of(poll_id))
    _flush(folder)


def find(poll_id: int, public: bytes) -> bytes:
    """The key that belongs to this public one. Raises KeyMissingError."""
    try:
        private = path_of(poll_id).read_bytes()
    except OSError as error:
        raise KeyMissingError from error
    if len(private) != KEY_BYTES or public_key_of(private) != public:
        raise KeyMissingError
    return private


def destroy(poll_id: int) -> None:
    """Overwrite the key, then remove its file; no file is no fault."""
    path = path_of(poll_id)
    if path.exists():
        _write(path, bytes(KEY_BYTES), 0)
        path.unlink(missing_ok=True)
        _flush(path.parent)


def kept() -> set[int]:
    """The polls of which a key is here."""
    names = (path.stem.removeprefix(_PREFIX) for path in _folder().glob(f"{_PREFIX}*{_SUFFIX}"))
    return {int(name) for name in names if name.isdecimal()}


def _folder() -> Path:
    return settings().instance / "keys"


def _write(path: Path, contents: bytes, flags: int) -> None:
    handle = os.open(path, os.O_WRONLY | flags, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
