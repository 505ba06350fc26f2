"""A course as its authors write it: what `domain.publish_course` publishes.

Plain values without identifiers; `authoring.read_course` makes them from a file.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from hanmadang.courses.models import QuestionKind
from hanmadang.kernel.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Markdown."""

    body: Bilingual


@dataclass(frozen=True, slots=True)
class View:
    """One view on a disputed matter."""

    label: Bilingual
    body: Bilingual


@dataclass(frozen=True, slots=True)
class PerspectivesBlock:
    """Two or more views, in their authors' order, none before another in weight."""

    heading: Bilingual
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table; the first cell of each row names the row."""

    caption: Bilingual
    head: tuple[Bilingual, ...]
    rows: tuple[tuple[Bilingual, ...], ...]


BlockSpec = TextBlock | PerspectivesBlock | TableBlock


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Where facts come from; `url` may be empty."""

    title: Bilingual
    publisher: Bilingual
    year: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One possible answer, and what is said to whoever chose it."""

    label: Bilingual
    correct: bool
    feedback: Bilingual


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """A question of a unit's quiz."""

    slug: str
    kind: QuestionKind
    competency: str
    text: Bilingual
    explanation: Bilingual
    options: tuple[OptionSpec, ...]


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

    def content_hash(self) -> str:
        """The same for the same content, whatever order its dictionaries are in."""
        whole = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()
