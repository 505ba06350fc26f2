"""Which fields a part of a unit has, as data: the form, its reading and every label follow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hanmadang.courses.models import BlockKind, QuestionKind
from hanmadang.kernel.i18n import LazyText, lazy


class As(StrEnum):
    """How a field is typed."""

    TEXT = "text"
    """One line in each language."""
    BODY = "body"
    """Several lines in each language."""
    LINE = "line"
    """One line, the same in each language."""
    WHOLE = "whole"
    NUMBER = "number"
    PICTURE = "picture"
    """The name of an uploaded picture."""
    MEDIA = "media"
    """The name of an uploaded file, or an address."""
    SECONDS = "seconds"
    """A length, typed in seconds or as minutes and seconds."""
    PERCENT = "percent"
    """A share, typed as a percentage."""
    FLAG = "flag"
    ASKED = "asked"
    """One of the unit's own questions."""
    COMPETENCY = "competency"
    PARTS = "parts"
    """Rows, each with fields of its own."""
    TEXTS = "texts"
    """Rows of one text each."""
    GRID = "grid"
    """Rows of a table, as wide as its head."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a part."""

    name: str
    how: As
    label: LazyText
    hint: LazyText | None = None
    optional: bool = False
    aside: bool | None = None
    """Whether it is folded away while it is empty; None: as what is optional is."""
    parts: tuple["Field", ...] = ()
    row: LazyText | None = None
    """What one row of a list is called."""
    rows: int = 1
    """How many empty rows a new part begins with."""
    varies: bool = False
    """Each row has a kind of its own: a gap is a small question."""


_BODY_HINT = lazy("Markdown: **bold**, - list, [link](https://…)")
_MEDIA_HINT = lazy("A web address (https://…), or upload a file: its name is then put here.")
_PICTURE_HINT = lazy("Upload one: its name is then put here.")
_SECONDS_HINT = lazy("Seconds, or minutes and seconds such as 3:25.")
_CAPTIONS_HINT = lazy(
    "One line for each sentence with its time, such as “0:05 Hello”; or the text of a .vtt or .srt"
    " file. Length and transcript, where empty, follow from it."
)
_ROW = lazy("Row")


def _text(name: str, label: LazyText, *, optional: bool = False) -> Field:
    return Field(name, As.TEXT, label, optional=optional)


def _body(name: str, label: LazyText, hint: LazyText | None = _BODY_HINT) -> Field:
    return Field(name, As.BODY, label, hint)


_FEEDBACK = Field("feedback", As.TEXT, lazy("Feedback"), optional=True, aside=False)
_CREDIT = Field(
    "credit", As.PERCENT, lazy("Points in percent"),
    lazy("Empty for the usual: all for right, none for wrong."), optional=True,
)  # fmt: skip
_MEDIA = Field("media", As.MEDIA, lazy("File"), _MEDIA_HINT)
_SECONDS = Field("seconds", As.SECONDS, lazy("Length in seconds"), _SECONDS_HINT)
_TRANSCRIPT = _body("transcript", lazy("Transcript"), lazy("What is said, word for word."))

BLOCKS: Mapping[BlockKind, tuple[Field, ...]] = {
    BlockKind.TEXT: (_body("body", lazy("Lesson text")),),
    BlockKind.PERSPECTIVES: (
        _text("heading", lazy("Heading")),
        Field(
            "views", As.PARTS, lazy("Views"),
            lazy("Each view stated at its best, none before another."),
            parts=(_text("label", lazy("Name of the view")), _body("body", lazy("Text"))),
            row=lazy("View"), rows=2,
        ),
    ),
    BlockKind.TABLE: (
        _text("caption", lazy("What the table shows")),
        Field("head", As.TEXTS, lazy("Columns"), row=lazy("Column"), rows=2),
        Field(
            "rows", As.GRID, lazy("Rows"), lazy("The first cell names its row."), row=_ROW, rows=2
        ),
    ),
    BlockKind.IMAGE: (
        Field("picture", As.PICTURE, lazy("Picture"), _PICTURE_HINT),
        _text("alt", lazy("The picture in words")),
        _text("caption", lazy("Caption"), optional=True),
        _text("credit", lazy("Credit"), optional=True),
    ),
    BlockKind.VIDEO: (
        _text("title", lazy("Title")), _MEDIA,
        Field(
            "captions", As.BODY, lazy("Captions"), _CAPTIONS_HINT,
            optional=True,
        ),
        _SECONDS, _TRANSCRIPT,
    ),
    BlockKind.AUDIO: (_text("title", lazy("Title")), _MEDIA, _SECONDS, _TRANSCRIPT),
    BlockKind.DOCUMENT: (
        _text("title", lazy("Title")), _MEDIA, _body("summary", lazy("What stands in it")),
    ),
    BlockKind.TIMELINE: (
        _text("caption", lazy("What the timeline shows")),
        Field(
            "moments", As.PARTS, lazy("Moments"), row=lazy("Moment"), rows=2,
            parts=(_text("when", lazy("When")), _text("what", lazy("What happened"))),
        ),
    ),
    BlockKind.MAP: (
        _text("caption", lazy("What the map shows")),
        Field(
            "places", As.PARTS, lazy("Places"), row=lazy("Place"),
            parts=(
                _text("name", lazy("Name")), _text("note", lazy("What is there")),
                Field("latitude", As.NUMBER, lazy("Degrees north")),
                Field("longitude", As.NUMBER, lazy("Degrees east")),
            ),
        ),
    ),
    BlockKind.QUESTION: (
        Field("question", As.ASKED, lazy("Quiz question"), lazy("Write the question below first.")),
    ),
    BlockKind.REFLECTION: (_body("prompt", lazy("What to think about"), None),),
    BlockKind.EVENT: (
        Field("event", As.LINE, lazy("Event"), lazy("The last part of the event’s address.")),
        _body("body", lazy("What to listen or look for")),
    ),
    BlockKind.POLL: (
        Field("poll", As.LINE, lazy("Poll"), lazy("The poll’s code.")),
        _body("body", lazy("Why take part")),
    ),
}  # fmt: skip

_OPTION = (
    _text("label", lazy("Text of the option")),
    Field("correct", As.FLAG, lazy("This is right")), _FEEDBACK, _CREDIT,
)  # fmt: skip
_OPTIONS = Field(
    "options", As.PARTS, lazy("Options to choose from"), parts=_OPTION, row=lazy("Option"), rows=4
)
_RANGES = Field(
    "answers", As.PARTS, lazy("Right numbers"), lazy("One number, or a range from … to …."),
    parts=(
        Field("low", As.NUMBER, lazy("From")),
        Field("high", As.NUMBER, lazy("To"), lazy("Empty: the same number."), optional=True),
        _CREDIT, _FEEDBACK,
    ),
    row=lazy("Number"),
)  # fmt: skip
_WORDS = Field(
    "answers", As.PARTS, lazy("Accepted words"), lazy("In either language; * for anything."),
    parts=(Field("text", As.LINE, lazy("Accepted word or words")), _CREDIT, _FEEDBACK),
    row=lazy("Accepted word or words"), rows=2,
)  # fmt: skip
_UNIT = _text("unit", lazy("What is counted"), optional=True)
_CASE = Field("match_case", As.FLAG, lazy("Capital and small letters differ"))

BODIES: Mapping[QuestionKind, tuple[Field, ...]] = {
    QuestionKind.ONE: (_OPTIONS,),
    QuestionKind.SEVERAL: (_OPTIONS,),
    QuestionKind.TRUE_FALSE: (_OPTIONS,),
    QuestionKind.NUMERIC: (_RANGES, _UNIT),
    QuestionKind.SHORT: (_WORDS, _CASE),
    QuestionKind.MATCHING: (
        Field(
            "pairs", As.PARTS, lazy("Pairs"), row=lazy("Pair"), rows=3,
            parts=(_text("left", lazy("Left side")), _text("right", lazy("What belongs to it"))),
        ),
        Field(
            "extra", As.TEXTS, lazy("More right sides"), lazy("They belong to nothing."),
            optional=True, row=lazy("Right side"), rows=0,
        ),
    ),
    QuestionKind.ORDERING: (
        Field(
            "items", As.TEXTS, lazy("In the right order"), row=lazy("Place"), rows=3,
        ),
    ),
    QuestionKind.GAPS: (
        _body("passage", lazy("Text with gaps"), lazy("Write [[1]], [[2]] … where gaps are.")),
        Field("gaps", As.PARTS, lazy("Gaps"), row=lazy("Gap"), rows=0, varies=True),
    ),
    QuestionKind.SPOTS: (
        Field("picture", As.PICTURE, lazy("Picture"), _PICTURE_HINT),
        _text("alt", lazy("The picture in words")),
        Field(
            "spots", As.PARTS, lazy("Places in the picture"),
            lazy("In percent of the picture, from its upper left corner."),
            row=lazy("Place"), rows=2,
            parts=(
                _text("label", lazy("Name")),
                Field("x", As.PERCENT, lazy("From the left")),
                Field("y", As.PERCENT, lazy("From the top")),
                Field("width", As.PERCENT, lazy("Width")),
                Field("height", As.PERCENT, lazy("Height")),
                Field("correct", As.FLAG, lazy("This is right")), _FEEDBACK,
            ),
        ),
    ),
}  # fmt: skip
GAPS = (QuestionKind.ONE, QuestionKind.SHORT, QuestionKind.NUMERIC)
"""What a gap may be."""

_ASKED = (
    _body("text", lazy("Quiz question"), None),
    Field("competency", As.COMPETENCY, lazy("What it asks for")),
)
_AFTER = (
    Field("explanation", As.BODY, lazy("Explanation"), optional=True),
    Field("hints", As.TEXTS, lazy("Hints"), optional=True, row=lazy("Hint"), rows=0),
)

UNIT: tuple[Field, ...] = (
    _text("title", lazy("Title")),
    _text("perspective", lazy("Viewpoint it argues from"), optional=True),
)
SOURCE: tuple[Field, ...] = (
    _text("title", lazy("Source")), _text("publisher", lazy("Publisher")),
    Field("year", As.WHOLE, lazy("Year")),
    Field("url", As.LINE, lazy("Web address"), optional=True),
)  # fmt: skip
SOURCES = Field(
    "sources", As.PARTS, lazy("Sources"), parts=SOURCE, row=lazy("Source"), rows=0, optional=True
)
QUIZ: tuple[Field, ...] = (
    Field(
        "attempts", As.WHOLE, lazy("Attempts"), lazy("Empty: as often as one likes."),
        optional=True,
    ),
    Field("cooldown_minutes", As.WHOLE, lazy("Minutes between attempts"), optional=True),
    Field("time_limit_minutes", As.WHOLE, lazy("Time limit in minutes"), optional=True),
    Field(
        "draw", As.WHOLE, lazy("Questions drawn by chance"), lazy("Empty: all of them."),
        optional=True,
    ),
    Field(
        "pass_share", As.PERCENT, lazy("Passed with this percentage"),
        lazy("Empty: any answer to each question will do."), optional=True,
    ),
)  # fmt: skip
HEAD: tuple[Field, ...] = (
    _text("title", lazy("Title")),
    Field("summary", As.BODY, lazy("Summary"), lazy("At most 300 characters.")),
    _text("audience", lazy("For whom")),
)
FIRST_UNIT = _text("first", lazy("Title of the first unit"), optional=True)
"""Asked for beside the head of a new course."""
EVERYBODY: Mapping[str, str] = {"ko": "누구나", "en": "Everybody"}
"""For whom a new course is until its author says otherwise."""
MODULE: tuple[Field, ...] = (
    _text("title", lazy("Title")),
    Field("summary", As.BODY, lazy("Summary"), lazy("At most 300 characters.")),
)


def question(kind: str) -> tuple[Field, ...]:
    """The fields of a question of that kind; of an unknown kind those they all have."""
    body = BODIES[QuestionKind(kind)] if kind in set(QuestionKind) else ()
    return (*_ASKED, *body, *_AFTER)


def block(kind: str) -> tuple[Field, ...]:
    """The fields of a block of that kind."""
    return BLOCKS[BlockKind(kind)] if kind in set(BlockKind) else ()


def row_fields(field: Field, kind: str = "") -> tuple[Field, ...]:
    """The fields of one row of a list; a gap's follow its kind."""
    if not field.varies:
        return field.parts
    return BODIES[QuestionKind(kind)] if kind in GAPS else ()
