"""A course in each of the forms in which it can leave, with a report of what each cannot say."""

from collections.abc import Mapping
from dataclasses import dataclass

from hanmadang.courses.exchange import own
from hanmadang.courses.exchange.gift import writing as gift
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.olx import writing as olx
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Note, Report
from hanmadang.courses.exchange.table import writing as table
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.sheets import CSV


@dataclass(frozen=True, slots=True)
class Leaving:
    """A file, and what it does not say."""

    content: bytes
    ending: str
    mimetype: str
    notes: list[Note]


def leave(kind: str, course: File, pictures: Mapping[str, bytes], language: str) -> Leaving:
    """The course as ``zip``, ``gift``, ``olx`` or ``csv``."""
    report = Report()
    if kind == "zip":
        _media(course, report)
        packed = own.Packed(course, pictures)
        return Leaving(own.write(packed), "zip", "application/zip", report.notes)
    if kind == "csv":
        content = table.write(course, report)
        return Leaving(content, "csv", CSV, report.notes)
    for other in LANGUAGES:
        if other != language:
            report.left(f"language: {other}", Reason.NOT_CARRIED)
    if kind == "gift":
        content = gift.write(course, report, language)
        return Leaving(content, "gift", "text/plain; charset=utf-8", report.notes)
    content = olx.write(course, pictures, report, language)
    return Leaving(content, "tar.gz", "application/gzip", report.notes)


def _media(course: File, report: Report) -> None:
    """Films and other files that lie here are named; they are not in the archive."""
    for module in course["modules"]:
        for unit in module["units"]:
            for block in unit["blocks"]:
                if not str(block.get("media", "https://")).startswith("https://"):
                    report.left(block["kind"], Reason.MISSING_FILE, block["media"])
                else:
                    report.kept(block["kind"])
