"""The parts of a lesson, one reader for each kind."""

import re
from collections.abc import Callable, Mapping

from hanmadang.courses import captions
from hanmadang.courses.models import BlockKind
from hanmadang.courses.reading.table import Table
from hanmadang.courses.specs import (
    AudioBlock,
    BlockSpec,
    DocumentBlock,
    EventBlock,
    ImageBlock,
    MapBlock,
    Moment,
    PerspectivesBlock,
    Place,
    PollBlock,
    QuestionBlock,
    ReflectionBlock,
    TableBlock,
    TextBlock,
    TimelineBlock,
    VideoBlock,
    View,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import SLUG_LENGTH

_TITLE = 200
_ALT = 500
_VTT = 200_000
_STORED = re.compile(r"[0-9a-f]{32}(\.[a-z0-9]{2,4})?")
"""The name of a picture or of a stored file: by its content."""


def read_block(table: Table) -> BlockSpec:
    """A block of whatever kind. Raises CourseFileError."""
    block = _READERS[table.kind("kind", BlockKind)](table)
    table.finish()
    return block


def stored_name(table: Table, key: str) -> str:
    """The name of something stored here. Raises CourseFileError."""
    name = table.line(key)
    if not _STORED.fullmatch(name):
        table.refuse(key, lazy("the name of an uploaded file is expected"))
    return name


def _media(table: Table) -> str:
    """A stored file, or a web address."""
    media = table.line("media", 500)
    if not (_STORED.fullmatch(media) or re.fullmatch(r"https://[^\s<>\"]+", media)):
        table.refuse("media", lazy("an uploaded file or a web address (https://…) is expected"))
    return media


def _optional(table: Table, key: str, most: int) -> Bilingual | None:
    return table.text(key, most) if table.has(key) else None


def _text(table: Table) -> BlockSpec:
    return TextBlock(table.text("body"))


def _perspectives(table: Table) -> BlockSpec:
    heading = table.text("heading", _TITLE)
    return PerspectivesBlock(heading, tuple(_view(each) for each in table.tables("views", 2)))


def _view(table: Table) -> View:
    view = View(table.text("label", _TITLE), table.text("body"))
    table.finish()
    return view


def _table(table: Table) -> BlockSpec:
    caption = table.text("caption", _TITLE)
    head = table.texts("head", 2)
    return TableBlock(caption, head, table.text_rows("rows", len(head)))


def _image(table: Table) -> BlockSpec:
    return ImageBlock(
        stored_name(table, "picture"),
        table.text("alt", _ALT),
        _optional(table, "caption", _ALT),
        _optional(table, "credit", _TITLE),
    )


def _video(table: Table) -> BlockSpec:
    return VideoBlock(
        title=table.text("title", _TITLE),
        media=_media(table),
        seconds=table.integer("seconds", 1),
        transcript=table.text("transcript"),
        captions=table.text("captions", _VTT, captions.problem_in)
        if table.has("captions")
        else None,
    )


def _audio(table: Table) -> BlockSpec:
    return AudioBlock(
        title=table.text("title", _TITLE),
        media=_media(table),
        seconds=table.integer("seconds", 1),
        transcript=table.text("transcript"),
    )


def _document(table: Table) -> BlockSpec:
    return DocumentBlock(table.text("title", _TITLE), _media(table), table.text("summary"))


def _timeline(table: Table) -> BlockSpec:
    caption = table.text("caption", _TITLE)
    return TimelineBlock(caption, tuple(_moment(each) for each in table.tables("moments", 1)))


def _moment(table: Table) -> Moment:
    moment = Moment(table.text("when", _TITLE), table.text("what", 2_000))
    table.finish()
    return moment


def _map(table: Table) -> BlockSpec:
    caption = table.text("caption", _TITLE)
    return MapBlock(caption, tuple(_place(each) for each in table.tables("places", 1)))


def _place(table: Table) -> Place:
    place = Place(
        name=table.text("name", _TITLE),
        note=table.text("note", 2_000),
        latitude=table.number("latitude", -90, 90),
        longitude=table.number("longitude", -180, 180),
    )
    table.finish()
    return place


def _question(table: Table) -> BlockSpec:
    return QuestionBlock(table.slug("question"))


def _reflection(table: Table) -> BlockSpec:
    return ReflectionBlock(table.slug("slug"), table.text("prompt", 2_000))


def _event(table: Table) -> BlockSpec:
    return EventBlock(table.slug("event"), table.text("body"))


def _poll(table: Table) -> BlockSpec:
    return PollBlock(table.line("poll", SLUG_LENGTH), table.text("body"))


_READERS: Mapping[BlockKind, Callable[[Table], BlockSpec]] = {
    BlockKind.TEXT: _text,
    BlockKind.PERSPECTIVES: _perspectives,
    BlockKind.TABLE: _table,
    BlockKind.IMAGE: _image,
    BlockKind.VIDEO: _video,
    BlockKind.AUDIO: _audio,
    BlockKind.DOCUMENT: _document,
    BlockKind.TIMELINE: _timeline,
    BlockKind.MAP: _map,
    BlockKind.QUESTION: _question,
    BlockKind.REFLECTION: _reflection,
    BlockKind.EVENT: _event,
    BlockKind.POLL: _poll,
}
