"""Files of other systems: nothing is dropped in silence, nothing breaks out, all of it in bounds.

For each format a file with every construct, each text of it marked: every mark is found again in
what was imported or in the report. Then such files are broken in thousands of ways and read by a
child process with the limits of the product: it answers with a course or with a sentence to a
person, within a second of processor time and 256 MB. What could not be read leaves no row behind.
What we write ourselves is read back: our own archive byte for byte. The twin's importer forgets
what it does not know.
"""

import io
import json
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select

from hanmadang.courses.domain.imports import keep_import
from hanmadang.courses.exchange import own
from hanmadang.courses.exchange.apart import read_apart
from hanmadang.courses.exchange.child import MEGABYTES, SECONDS
from hanmadang.courses.exchange.failures import ExchangeError
from hanmadang.courses.exchange.formats import read
from hanmadang.courses.exchange.imported import Imported, Options
from hanmadang.courses.exchange.report import Report
from hanmadang.courses.models import CourseImport
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.permissions import Role, Viewer
from proofs import Run, Verdict
from proofs.house import opened
from proofs.importers_child import Worker
from tests.factories.foreign import files, marks
from tests.factories.foreign.broken import broken

MINUTES = 10
"""For each format at full scale."""
APART = 10
"""Broken files of each format, at full scale, that go through the product's own process."""


@dataclass(slots=True)
class Found:
    """What one format gave."""

    constructs: int = 0
    lost: set[str] = field(default_factory=set)
    tried: int = 0
    read: int = 0
    refused: int = 0
    strange: list[str] = field(default_factory=list)
    """Failures that are no sentence to a person."""
    seconds: float = 0.0
    megabytes: float = 0.0
    returns: bool = False


def prove(run: Run) -> Verdict:
    """All formats, one after another."""
    with ExitStack() as stack:
        if run.twin:
            stack.enter_context(patch.object(Report, "left", lambda *_args: None))
        found = {name: _format(name, file, run) for name, file in files().items()}
    rows = 0 if run.twin else _rows_left()
    lost = sum(len(each.lost) for each in found.values())
    strange = [line for each in found.values() for line in each.strange]
    slowest = max(each.seconds for each in found.values())
    largest = max(each.megabytes for each in found.values())
    returns = all(each.returns for each in found.values())
    held = slowest <= SECONDS * 1.1 and largest <= MEGABYTES
    passed = not lost and not strange and held and returns and rows == 0
    figures: dict[str, Any] = {
        name: {
            "constructs": each.constructs,
            "lost": sorted(each.lost),
            "tried": each.tried,
            "read": each.read,
            "refused": each.refused,
            "seconds": round(each.seconds, 3),
            "megabytes": round(each.megabytes),
        }
        for name, each in found.items()
    }
    tried = sum(each.tried for each in found.values())
    constructs = sum(each.constructs for each in found.values())
    summary = (
        f"{len(found)} formats, {constructs} marked texts, {lost} dropped in silence, "
        f"{tried} broken files, {len(strange)} strange failures, slowest {slowest:.2f} s, "
        f"largest {largest:.0f} MB, partial imports {rows}, "
        f"round trips {'exact' if returns else 'BROKEN'}"
    )
    return Verdict(passed, summary, figures | {"strange": strange[:5]})


def _format(name: str, file: tuple[str, bytes], run: Run) -> Found:
    found, chance = Found(), Random(f"{run.seed} {name}")
    imported = read(*file, Options("ko", "any"))
    wanted = marks(_texts(file[1]))
    found.constructs, found.lost = len(wanted), wanted - marks(_told(imported))
    found.returns = _returns(imported)
    if not run.twin:
        _fuzz(file, chance, run, found)
        _apart(file, chance, run, found)
    return found


def _told(imported: Imported) -> str:
    notes = [f"{note.construct} {note.where} {note.detail}" for note in imported.notes]
    return "\n".join([json.dumps(imported.course, ensure_ascii=False), *notes])


def _texts(data: bytes) -> str:
    """Names and contents of whatever is in a file."""
    return "\n".join(
        f"{name}\n{content.decode('utf-8', 'ignore')}" for name, content in _entries(data)
    )


def _entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    elif data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive_:
            for entry in archive_:
                file = archive_.extractfile(entry)
                yield entry.name, file.read() if file else b""
    else:
        yield "", data


def _returns(imported: Imported) -> bool:
    """Whether our own archive of it is read back as it was, byte for byte."""
    packed = own.Packed(imported.course, {}, imported.media, imported.is_bank, imported.language)
    sent = own.write(packed)
    back = read("a.zip", sent, Options())
    again = own.Packed(back.course, {}, back.media, back.is_bank, back.language)
    return back.course == imported.course and own.write(again) == sent


def _fuzz(file: tuple[str, bytes], chance: Random, run: Run, found: Found) -> None:
    """Broken files until time is up, in a process that measures itself."""
    with Worker() as worker:
        worker.ask(*file)  # it has started now
        until = time.monotonic() + max(3.0, MINUTES * 60 * run.scale)
        while time.monotonic() < until:
            data = broken(file[1], chance)
            said = worker.ask(file[0], data)
            found.tried += 1
            found.read += said.outcome == "read"
            found.refused += said.outcome == "refused"
            if said.outcome not in {"read", "refused"}:
                found.strange.append(f"{file[0]}: {said.outcome}")
            found.seconds = max(found.seconds, said.seconds)
            found.megabytes = max(found.megabytes, said.megabytes)


def _apart(file: tuple[str, bytes], chance: Random, run: Run, found: Found) -> None:
    """The same through the product's own door."""
    for _ in range(run.size(APART)):
        found.tried += 1
        try:
            read_apart(file[0], broken(file[1], chance), Options("ko", "any"))
            found.read += 1
        except ExchangeError:
            found.refused += 1
        except Exception as error:  # noqa: BLE001  (this is what is looked for)
            found.strange.append(f"{file[0]} apart: {error!r}")


def _rows_left() -> int:
    """Rows after files that cannot be read, and after imports that fail while they are kept."""
    with opened("sqlite") as house, house.app.app_context():
        person = house.people(1)[0]
        actor = Viewer(account_id=person.account_id, roles=frozenset({Role.ORGANIZER}))
        for name, data in files().values():
            with suppress(DomainError):
                read_apart(name, data[: len(data) // 3], Options("", "any"))
        name, data = files()["gift"]
        found = read_apart(name, data, Options("ko", "any"))
        with suppress(_CutError), transaction() as session:
            keep_import(session, actor, name, found, now=clock.now())
            raise _CutError
        kept = db.session().scalar(select(func.count()).select_from(CourseImport))
        return int(kept or 0)


class _CutError(Exception):
    """The process ends while an import is kept."""
