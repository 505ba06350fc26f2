"""A unit of a draft as learners will see it: what can be read is rendered, the rest is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from hanmadang.courses import blocks
from hanmadang.courses.editing import schema
from hanmadang.courses.editing.complaints import path_of
from hanmadang.courses.editing.difference import leaves
from hanmadang.courses.editing.file import block_file, question_file
from hanmadang.courses.editing.labels import block_title, label_of, question_title
from hanmadang.courses.editing.texts import text_of
from hanmadang.courses.reading import CourseFileError, Table, read_block, read_question
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.pages import show, show_rich

_LIST = Markup("<ul>{}</ul>")
_ITEM = Markup("<li>{}</li>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block or question of the preview."""

    title: str
    html: Markup
    problem: str
    """Why it cannot be shown yet."""


def preview(content: Mapping[str, Any], language: str) -> tuple[list[Piece], list[Piece]]:
    """The blocks and the questions of a unit in one language."""
    with use_locale(language):
        parts = [_block(number, each, language) for number, each in enumerate(content["blocks"], 1)]
        asked = enumerate(content.get("questions", ()), 1)
        return parts, [_question(number, each, language) for number, each in asked]


def _block(number: int, block: Mapping[str, Any], language: str) -> Piece:
    title = block_title(number, str(block["kind"]))
    try:
        spec = read_block(Table(block_file(block)))
    except CourseFileError as error:
        return Piece(title, Markup(), _problem(error, schema.block(str(block["kind"]))))
    try:
        html = Markup(blocks.html(spec)[language])  # noqa: S704  (cleaned as at publication)
    except LookupError:
        html = _plain(block, language)
    return Piece(title, html, "")


def _problem(error: CourseFileError, fields: Sequence[schema.Field]) -> str:
    """What is missing, in the words of the form."""
    return f"{label_of(fields, {}, path_of(error.place))}: {error.problem}"


def _plain(part: Mapping[str, Any], language: str) -> Markup:
    """What stands in a part that other rooms fill in when a learner reads it."""
    said = (text for path, text in leaves(part).items() if path[-1] in (language, "event", "poll"))
    return _LIST.format(Markup().join(_ITEM.format(text) for text in said))


def _question(number: int, question: Mapping[str, Any], language: str) -> Piece:
    title = question_title(number, str(question["kind"]))
    try:
        read_question(Table(question_file(question)))
    except CourseFileError as error:
        return Piece(title, Markup(), _problem(error, schema.question(str(question["kind"]))))
    return Piece(title, _asked(question, language), "")


def _asked(question: Mapping[str, Any], language: str) -> Markup:
    """The question with its answers, the right ones marked."""
    file = question_file(question)
    lines = [_answer(option, language) for option in file.get("options", ())]
    if not lines:
        body = {k: v for k, v in file.items() if k not in ("text", "explanation", "competency")}
        said = leaves(body).items()
        lines = [escape(text) for path, text in said if path[-1] in (language, "low", "text")]
    answers = _LIST.format(Markup().join(_ITEM.format(line) for line in lines))
    why = text_of(question.get("explanation"))
    return show_rich(text_of(question["text"]), language) + answers + (
        show_rich(why, language) if why else Markup()
    )  # fmt: skip


def _answer(option: Mapping[str, Any], language: str) -> Markup:
    mark = "✓ " if option.get("correct") else ""
    return Markup("{}{}").format(mark, show(text_of(option["label"]), language))
