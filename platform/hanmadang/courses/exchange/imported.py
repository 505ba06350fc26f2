"""What reading a foreign file gives: a course as a file of ours, its pictures, and a report.

The course may be incomplete: one language, no competencies. It is the material of a draft, which
`reading.read_course` refuses to publish until an author has completed it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hanmadang.courses.exchange.report import Note

File = dict[str, Any]


class Format(StrEnum):
    """What can be read."""

    OWN = "own"
    GIFT = "gift"
    MOODLE = "moodle"
    OLX = "olx"
    CARTRIDGE = "cartridge"
    QTI1 = "qti1"
    QTI2 = "qti2"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who imports has to say, because no file does."""

    language: str = ""
    """Of the source: ko or en; empty to take what the file says."""
    competency: str = ""
    """What the questions ask for; a draft without any cannot be published."""


@dataclass(slots=True)
class Imported:
    """The whole of what was read."""

    format: Format
    course: File
    notes: list[Note]
    pictures: dict[str, bytes] = field(default_factory=dict)
    """By the name under which the course shows them."""
    media: dict[str, bytes] = field(default_factory=dict)
    is_bank: bool = False
    """Whether the source held questions alone; each of its units is then a category."""
    language: str = ""
    """The one language of the source; empty where it has both."""

    def units(self) -> Iterator[File]:
        """Every unit in reading order."""
        for module in self.course.get("modules", ()):
            yield from module.get("units", ())

    def questions(self) -> Iterator[File]:
        """Every question in reading order."""
        for unit in self.units():
            yield from unit.get("questions", ())

    def figures(self) -> Mapping[str, int]:
        """How much there is."""
        units = list(self.units())
        return {
            "modules": len(self.course.get("modules", ())),
            "units": len(units),
            "blocks": sum(len(unit.get("blocks", ())) for unit in units),
            "questions": sum(len(unit.get("questions", ())) for unit in units),
            "pictures": len(self.pictures),
            "media": len(self.media),
        }
