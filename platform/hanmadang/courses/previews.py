"""A unit of a draft as learners will see it: what can be read is rendered, the rest is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from hanmadang.courses import blocks
from hanmadang.courses.editing import schema
from hanmadang.courses.editing.complaints import path_of
from hanmadang.courses.editing.difference import leaves
from hanmadang.courses.editing.file import block_file, question_file
from hanmadang.courses.editing.labels import block_title, label_of, question_title
from hanmadang.courses.packs.solutions import solution
from hanmadang.courses.queries.questions import QuestionView
from hanmadang.courses.reading import CourseFileError, Table, read_block, read_question
from hanmadang.courses.specs import ChoiceBody, SpotsBody
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.pages import fragment

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
        spec = read_question(Table(question_file(question)))
    except CourseFileError as error:
        return Piece(title, Markup(), _problem(error, schema.question(str(question["kind"]))))
    shown = QuestionView(
        id=0, slug=f"{spec.slug}-{language}", kind=spec.kind.value, text=spec.text,
        explanation=spec.explanation, body=spec.body, hints=spec.hints, response=(),
        kept_right=False, seed=spec.slug,
    )  # fmt: skip
    html = fragment(
        "courses/desk/_preview_question.html", q=shown, number=number,
        solution=solution(shown, language), feedback=list(_feedback(shown)),
    )  # fmt: skip
    return Piece(title, html, "")


def _feedback(shown: QuestionView) -> Iterator[tuple[Bilingual, Bilingual]]:
    """What is said to whoever chooses an option."""
    if isinstance(shown.body, ChoiceBody | SpotsBody):
        for each in shown.shown_options():
            if each.feedback:
                yield each.label, each.feedback
