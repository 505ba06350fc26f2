"""From a course file (TOML, as a dictionary) to a `CourseSpec`.

The file's schema is described in ``docs/subsystems/progress.md``. Nothing is guessed: what is
missing, unknown or in one language only raises `CourseFileError`, naming the place.
"""

from collections.abc import Mapping
from typing import Any

from hanmadang.courses.models import BlockKind, QuestionKind
from hanmadang.courses.reader import CourseFileError, Table
from hanmadang.courses.specs import (
    BlockSpec,
    CourseSpec,
    ModuleSpec,
    OptionSpec,
    PerspectivesBlock,
    QuestionSpec,
    SourceSpec,
    TableBlock,
    Teaching,
    TextBlock,
    UnitSpec,
    View,
)
from hanmadang.kernel.i18n import lazy

__all__ = ["CourseFileError", "read_course"]

_TITLE = 200
_SUMMARY = 300


def read_course(content: Mapping[str, Any]) -> CourseSpec:
    """The course a file describes. Raises CourseFileError."""
    table = Table(content)
    course = CourseSpec(
        slug=table.slug("slug"),
        position=table.integer("position", 0),
        title=table.text("title", _TITLE),
        summary=table.text("summary", _SUMMARY),
        audience=table.text("audience", _SUMMARY),
        modules=tuple(_module(each) for each in table.tables("modules", 1)),
    )
    table.unique("modules", (module.slug for module in course.modules))
    table.finish()
    return course


def _module(table: Table) -> ModuleSpec:
    module = ModuleSpec(
        slug=table.slug("slug"),
        title=table.text("title", _TITLE),
        summary=table.text("summary", _SUMMARY),
        units=tuple(_unit(each) for each in table.tables("units", 1)),
    )
    table.unique("units", (unit.slug for unit in module.units))
    table.finish()
    return module


def _unit(table: Table) -> UnitSpec:
    minutes = Table(table.take("minutes"), table.at("minutes"))
    unit = UnitSpec(
        slug=table.slug("slug"),
        title=table.text("title", _TITLE),
        minutes_ko=minutes.integer("ko", 1),
        minutes_en=minutes.integer("en", 1),
        topics=table.slugs("topics"),
        teaches=tuple(_teaching(each) for each in table.tables("teaches")),
        needs=table.slugs("needs"),
        perspective=table.text("perspective", _TITLE) if table.has("perspective") else None,
        blocks=tuple(_block(each) for each in table.tables("blocks", 1)),
        sources=tuple(_source(each) for each in table.tables("sources")),
        questions=tuple(_question(each) for each in table.tables("questions")),
    )
    table.unique("teaches", (teaching.competency for teaching in unit.teaches))
    table.unique("questions", (question.slug for question in unit.questions))
    minutes.finish()
    table.finish()
    return unit


def _teaching(table: Table) -> Teaching:
    teaching = Teaching(table.slug("competency"), table.share("strength"))
    table.finish()
    return teaching


def _block(table: Table) -> BlockSpec:
    readers = {
        BlockKind.TEXT: _text,
        BlockKind.PERSPECTIVES: _perspectives,
        BlockKind.TABLE: _table,
    }
    block = readers[table.kind("kind", BlockKind)](table)
    table.finish()
    return block


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


def _source(table: Table) -> SourceSpec:
    source = SourceSpec(
        title=table.text("title", _SUMMARY),
        publisher=table.text("publisher", _TITLE),
        year=table.integer("year", 1900),
        url=table.address("url"),
    )
    table.finish()
    return source


def _question(table: Table) -> QuestionSpec:
    question = QuestionSpec(
        slug=table.slug("slug"),
        kind=table.kind("kind", QuestionKind),
        competency=table.slug("competency"),
        text=table.text("text", 1_000),
        explanation=table.text("explanation", 2_000),
        options=tuple(_option(each) for each in table.tables("options", 2)),
    )
    _check_answers(table, question)
    table.finish()
    return question


def _option(table: Table) -> OptionSpec:
    option = OptionSpec(
        table.text("label", 500), table.flag("correct"), table.text("feedback", 1_000)
    )
    table.finish()
    return option


def _check_answers(table: Table, question: QuestionSpec) -> None:
    """One right answer where one is chosen, two options for true or false. Raises."""
    right = sum(option.correct for option in question.options)
    if right == 0 or (right > 1 and question.kind is not QuestionKind.SEVERAL):
        table.refuse("options", lazy("the number of right answers does not fit the kind"))
    if question.kind is QuestionKind.TRUE_FALSE and len(question.options) != 2:  # noqa: PLR2004
        table.refuse("options", lazy("true or false has exactly two options"))
