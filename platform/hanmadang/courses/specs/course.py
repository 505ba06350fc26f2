"""A course and its units, as authors write them.

Plain values without identifiers; `reading.read_course` makes them from a file, and
`writing.write_course` the file from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hanmadang.courses.specs.blocks import BlockSpec
from hanmadang.courses.specs.questions import PRACTICE, QuestionSpec, QuizSpec
from hanmadang.kernel.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Where facts come from; `url` may be empty."""

    title: Bilingual
    publisher: Bilingual
    year: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Teaching:
    """A unit teaches a competency; strength between 0 and 1."""

    competency: str
    strength: float


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A lesson."""

    slug: str
    title: Bilingual
    minutes_ko: int
    minutes_en: int
    topics: tuple[str, ...] = ()
    teaches: tuple[Teaching, ...] = ()
    needs: tuple[str, ...] = ()
    perspective: Bilingual | None = None
    blocks: tuple[BlockSpec, ...] = ()
    sources: tuple[SourceSpec, ...] = ()
    questions: tuple[QuestionSpec, ...] = ()
    quiz: QuizSpec = PRACTICE


@dataclass(frozen=True, slots=True)
class ModuleSpec:
    """A chapter."""

    slug: str
    title: Bilingual
    summary: Bilingual
    units: tuple[UnitSpec, ...]


@dataclass(frozen=True, slots=True)
class CourseSpec:
    """A whole course."""

    slug: str
    position: int
    title: Bilingual
    summary: Bilingual
    audience: Bilingual
    modules: tuple[ModuleSpec, ...]

    def units(self) -> Iterator[UnitSpec]:
        """Every unit in reading order."""
        for module in self.modules:
            yield from module.units
