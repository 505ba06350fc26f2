"""Copies of the embedded database that are whole although the house goes on writing.

A file copy of a live SQLite database is malformed: pages of different moments. The backup
interface in one step holds a read lock for about a second per gigabyte; in small steps it would
begin anew at every write, and never end.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path


class BackupError(Exception):
    """No copy was made; the message says why."""


def copy_sqlite(source: Path, target: Path) -> int:
    """Write a verified copy of `source` to `target`, readable by its owner only.

    Returns its size in bytes. Raises BackupError when `target` exists, cannot be written or
    does not verify; then nothing is left there.
    """
    if target.exists():
        raise BackupError(f"{target} exists already: name a new file.")
    part = target.with_name(f"{target.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(source, part)
        _verify(part)
        _flush(part)
        part.replace(target)
        _flush(target.parent)
    except FileExistsError as error:
        raise BackupError(f"{part} exists: another backup runs, or one broke off.") from error
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise BackupError(f"No backup was made: {error}") from error
    return target.stat().st_size


def faults_of(path: Path) -> list[str]:
    """What SQLite finds wrong with the file; nothing when it is whole."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
            broken = copy.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [text for text in found if text != "ok"] + [
        f"row without parent: {row}" for row in broken
    ]


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _verify(path: Path) -> None:
    faults = faults_of(path)
    if faults:
        raise sqlite3.DatabaseError("; ".join(faults[:3]))


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
