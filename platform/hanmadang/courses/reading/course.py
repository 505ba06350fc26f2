"""A whole course, its modules, units and sources."""

from collections.abc import Mapping
from typing import Any

from hanmadang.courses.reading.blocks import read_block
from hanmadang.courses.reading.questions import read_question, read_quiz
from hanmadang.courses.reading.table import Table
from hanmadang.courses.specs import (
    PRACTICE,
    CourseSpec,
    ModuleSpec,
    QuestionBlock,
    ReflectionBlock,
    SourceSpec,
    Teaching,
    UnitSpec,
)
from hanmadang.kernel.i18n import lazy

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


def read_heads(table: Table) -> None:
    """The texts of a draft's first page, or of a module's. Raises CourseFileError."""
    table.text("title", _TITLE)
    table.text("summary", _SUMMARY)
    if table.said("position"):
        table.integer("position", 0)
        table.text("audience", _SUMMARY)
    table.finish()


def _module(table: Table) -> ModuleSpec:
    module = ModuleSpec(
        slug=table.slug("slug"),
        title=table.text("title", _TITLE),
        summary=table.text("summary", _SUMMARY),
        units=tuple(read_unit(each) for each in table.tables("units", 1)),
    )
    table.unique("units", (unit.slug for unit in module.units))
    table.finish()
    return module


def read_unit(table: Table) -> UnitSpec:
    """A unit. Raises CourseFileError."""
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
        blocks=tuple(read_block(each) for each in table.tables("blocks", 1)),
        sources=tuple(_source(each) for each in table.tables("sources")),
        questions=tuple(read_question(each) for each in table.tables("questions")),
        quiz=read_quiz(Table(table.take("quiz"), table.at("quiz")))
        if table.has("quiz")
        else PRACTICE,
    )
    table.unique("teaches", (teaching.competency for teaching in unit.teaches))
    table.unique("questions", (question.slug for question in unit.questions))
    _check_blocks(table, unit)
    minutes.finish()
    table.finish()
    return unit


def _check_blocks(table: Table, unit: UnitSpec) -> None:
    """A question's place is of a question of this unit, and nothing stands there twice. Raises."""
    asked = [block.question for block in unit.blocks if isinstance(block, QuestionBlock)]
    table.unique("blocks", asked)
    table.unique("blocks", (b.slug for b in unit.blocks if isinstance(b, ReflectionBlock)))
    known = {question.slug for question in unit.questions}
    for slug in asked:
        if slug not in known:
            table.refuse("blocks", lazy("the unit has no question %(name)s", name=slug))
    if asked and unit.quiz.draw is not None:
        table.refuse("blocks", lazy("a question that is drawn by chance has no place of its own"))
    if unit.quiz.draw is not None and unit.quiz.draw > len(unit.questions):
        table.refuse("quiz", lazy("more questions are drawn than there are"))


def _teaching(table: Table) -> Teaching:
    teaching = Teaching(table.slug("competency"), table.share("strength"))
    table.finish()
    return teaching


def _source(table: Table) -> SourceSpec:
    source = SourceSpec(
        title=table.text("title", _SUMMARY),
        publisher=table.text("publisher", _TITLE),
        year=table.integer("year", 1900),
        url=table.address("url"),
    )
    table.finish()
    return source
