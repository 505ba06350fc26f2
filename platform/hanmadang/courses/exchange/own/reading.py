"""Reading back: nothing is guessed, and nobody's archive is trusted because it looks like ours."""

import hashlib
import json
import re
from typing import Any

from hanmadang.courses.exchange.archive import Archive, opened
from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.imported import File, Format, Imported, Options
from hanmadang.courses.exchange.own.writing import COURSE, VERSION
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.settle import settled
from hanmadang.courses.exchange.work import Work
from hanmadang.kernel import media
from hanmadang.kernel.bilingual import LANGUAGES

_PICTURE = re.compile(r"pictures/([0-9a-f]{32})\.webp")
_MEDIUM = re.compile(r"media/(([0-9a-f]{32})\.([a-z0-9]{2,4}))")


def is_own(archive: Archive) -> bool:
    """Whether it looks like an archive of ours."""
    return COURSE in archive


def read(_name: str, data: bytes, options: Options) -> Imported:
    """What lies in the archive. Raises ExchangeError."""
    archive, work = opened(data), Work(options)
    for path, reason in archive.passed_over:
        work.report.files((path,), reason)
    said = _document(archive)
    course = said["course"]
    _check(course)
    for path in archive:
        _take(work, archive, path)
    language = said.get("language", "")
    work.language = language if language in LANGUAGES else ""
    for module in course["modules"]:
        for unit in module["units"]:
            for part in (*unit.get("questions", ()), *unit["blocks"]):
                work.report.kept(str(part.get("kind")), str(part.get("slug", "")))
    work.report.place = ""
    work.report.files(archive.rest(), Reason.ORPHAN)
    return settled(work, Format.OWN, course, is_bank=bool(said.get("is_bank")))


def _document(archive: Archive) -> File:
    try:
        said = json.loads((archive.get(COURSE) or b"").decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(COURSE) from error
    if not isinstance(said, dict) or said.get("version") != VERSION:
        raise UnreadableError(f"{COURSE}: version")
    if not isinstance(said.get("course"), dict):
        raise UnreadableError(f"{COURSE}: course")
    return said


def _check(course: File) -> None:
    """Raises UnreadableError unless modules, units, blocks and questions are where they must be."""
    for module in _tables(course, "modules"):
        for unit in _tables(module, "units"):
            _tables(unit, "blocks")
            if "questions" in unit:
                _tables(unit, "questions")
            if not isinstance(unit.get("quiz", {}), dict):
                raise UnreadableError(f"{COURSE}: quiz")
            if not isinstance(unit.get("title"), dict):
                raise UnreadableError(f"{COURSE}: title")


def _tables(holder: File, key: str) -> list[Any]:
    found = holder.get(key)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise UnreadableError(f"{COURSE}: {key}")
    return found


def _take(work: Work, archive: Archive, path: str) -> None:
    """A file whose name is not that of its content is not ours."""
    picture, medium = _PICTURE.fullmatch(path), _MEDIUM.fullmatch(path)
    name = picture[1] if picture else medium[2] if medium else ""
    if not name:
        return
    data = archive.get(path) or b""
    if digest(data) != name:
        work.report.left(path, Reason.BROKEN)
    elif picture:
        work.pictures[name] = data
    elif medium:
        _medium(work, path, medium[1], data)


def digest(data: bytes) -> str:
    """The name of a content."""
    return hashlib.sha256(data).hexdigest()[:32]


def _medium(work: Work, path: str, name: str, data: bytes) -> None:
    """What a file is, its first bytes say; a name that says otherwise is not ours."""
    try:
        ready = media.ready(data)
    except media.TooLargeFileError:
        work.report.left(path, Reason.TOO_LARGE)
    except media.UnusableFileError:
        work.report.left(path, Reason.MEDIA)
    else:
        if ready.name == name:
            work.media[name] = data
        else:
            work.report.left(path, Reason.BROKEN)
