"""The parts of a lesson, as authors write them.

A block of the lesson's text is rendered once, at publication; `EventBlock` and `PollBlock` hold the
place for what other rooms show there, and `QuestionBlock` for a question of the unit's own quiz.
"""

from dataclasses import dataclass
from typing import ClassVar

from hanmadang.courses.models import BlockKind
from hanmadang.kernel.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Markdown."""

    kind: ClassVar = BlockKind.TEXT
    body: Bilingual


@dataclass(frozen=True, slots=True)
class View:
    """One view on a disputed matter."""

    label: Bilingual
    body: Bilingual


@dataclass(frozen=True, slots=True)
class PerspectivesBlock:
    """Two or more views, in their authors' order, none before another in weight."""

    kind: ClassVar = BlockKind.PERSPECTIVES
    heading: Bilingual
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table; the first cell of each row names the row."""

    kind: ClassVar = BlockKind.TABLE
    caption: Bilingual
    head: tuple[Bilingual, ...]
    rows: tuple[tuple[Bilingual, ...], ...]


@dataclass(frozen=True, slots=True)
class ImageBlock:
    """A picture, said in words for those who do not see it."""

    kind: ClassVar = BlockKind.IMAGE
    picture: str
    """The name of a `kernel.pictures.Picture`."""
    alt: Bilingual
    caption: Bilingual | None = None
    credit: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class VideoBlock:
    """A film; its transcript comes first, so that nobody needs to load it."""

    kind: ClassVar = BlockKind.VIDEO
    title: Bilingual
    media: str
    """The name of a stored file, or a web address (https)."""
    seconds: int
    transcript: Bilingual
    """Markdown."""
    captions: Bilingual | None = None
    """WebVTT, one file in each language."""


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Something to listen to, with what is said in it."""

    kind: ClassVar = BlockKind.AUDIO
    title: Bilingual
    media: str
    seconds: int
    transcript: Bilingual


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """A file to read elsewhere, such as a PDF, and what stands in it."""

    kind: ClassVar = BlockKind.DOCUMENT
    title: Bilingual
    media: str
    summary: Bilingual


@dataclass(frozen=True, slots=True)
class Moment:
    """A row of a timeline."""

    when: Bilingual
    what: Bilingual


@dataclass(frozen=True, slots=True)
class TimelineBlock:
    """What happened one after another."""

    kind: ClassVar = BlockKind.TIMELINE
    caption: Bilingual
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a map: where, in degrees north and east (WGS 84), and what is there."""

    name: Bilingual
    note: Bilingual
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class MapBlock:
    """Places, as a table that can be read without a map."""

    kind: ClassVar = BlockKind.MAP
    caption: Bilingual
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class QuestionBlock:
    """A question of this unit's quiz, asked between the paragraphs."""

    kind: ClassVar = BlockKind.QUESTION
    question: str
    """Its slug."""


@dataclass(frozen=True, slots=True)
class ReflectionBlock:
    """Something to think about; what a learner writes is theirs alone and never marked."""

    kind: ClassVar = BlockKind.REFLECTION
    slug: str
    prompt: Bilingual


@dataclass(frozen=True, slots=True)
class EventBlock:
    """“At the concert”: what to listen or look for at an event."""

    kind: ClassVar = BlockKind.EVENT
    event: str
    """The event's slug."""
    body: Bilingual


@dataclass(frozen=True, slots=True)
class PollBlock:
    """A poll to take part in, and why it is here."""

    kind: ClassVar = BlockKind.POLL
    poll: str
    """The poll's code, or its slug."""
    body: Bilingual


BlockSpec = (
    TextBlock
    | PerspectivesBlock
    | TableBlock
    | ImageBlock
    | VideoBlock
    | AudioBlock
    | DocumentBlock
    | TimelineBlock
    | MapBlock
    | QuestionBlock
    | ReflectionBlock
    | EventBlock
    | PollBlock
)
