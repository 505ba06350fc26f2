"""From specs to the file form of a course: the way back of `reading`, exact.

Plain dictionaries, lists, numbers and texts, ready for JSON; 3.0 is written as 3. What is not said
(no hint, no unit, a practice without limits) is left out, so that the same course always gives the
same file.
"""

import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any

from hanmadang.courses.models import QuestionKind
from hanmadang.courses.specs import (
    BlockSpec,
    Body,
    ChoiceBody,
    CourseSpec,
    Gap,
    GapsBody,
    ModuleSpec,
    NumericBody,
    QuestionSpec,
    QuizSpec,
    UnitSpec,
)
from hanmadang.kernel.bilingual import Bilingual

File = dict[str, Any]


def write_course(course: CourseSpec) -> File:
    """The whole course."""
    return _fields(course) | {"modules": [_module(module) for module in course.modules]}


def content_hash(course: CourseSpec) -> str:
    """SHA-256 of the course's file: what partners sign, the same for the same content."""
    return file_hash(write_course(course))


def file_hash(file: File) -> str:
    """SHA-256 over a file as it is stored."""
    whole = json.dumps(file, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _module(module: ModuleSpec) -> File:
    return _fields(module) | {"units": [write_unit(unit) for unit in module.units]}


def write_unit(unit: UnitSpec) -> File:
    """A unit; its minutes stand together."""
    file = _fields(unit)
    file.pop("quiz", None)
    file["minutes"] = {"ko": file.pop("minutes_ko"), "en": file.pop("minutes_en")}
    file["blocks"] = [write_block(block) for block in unit.blocks]
    if unit.questions:
        file["questions"] = [write_question(question) for question in unit.questions]
    if quiz := write_quiz(unit.quiz):
        file["quiz"] = quiz
    return file


def write_block(block: BlockSpec) -> File:
    """A block, its kind first."""
    return {"kind": block.kind.value} | _fields(block)


def write_question(question: QuestionSpec) -> File:
    """A question; what its body holds stands beside its text."""
    file = _fields(question)
    file.pop("body", None)
    return file | write_body(question.body)


def write_body(body: Body) -> File:
    """What a kind of question holds beyond its text."""
    if isinstance(body, GapsBody):
        return {
            "passage": write_text(body.passage),
            "gaps": [{"kind": _gap_kind(gap).value} | write_body(gap) for gap in body.gaps],
        }
    return _fields(body)


def write_quiz(quiz: QuizSpec) -> File:
    """What differs from a practice without limits."""
    usual = QuizSpec()
    return {
        field.name: getattr(quiz, field.name)
        for field in fields(quiz)
        if getattr(quiz, field.name) != getattr(usual, field.name)
    }


def write_text(text: Bilingual) -> File:
    """``{ko: …, en: …}``, or with states where something is unchecked, stale or not Korean."""
    plain = {language: part.text for language, part in text.parts.items()}
    return plain if Bilingual.of(**plain) == text else text.to_json()


def _gap_kind(gap: Gap) -> QuestionKind:
    if isinstance(gap, ChoiceBody):
        return QuestionKind.ONE
    return QuestionKind.NUMERIC if isinstance(gap, NumericBody) else QuestionKind.SHORT


def _plain(value: Any) -> Any:
    """A value without its dataclass; what is empty, or as usual, is not said."""
    if isinstance(value, Bilingual):
        return write_text(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _fields(value) if is_dataclass(value) else value


def _fields(spec: Any) -> File:
    said = {field.name: getattr(spec, field.name) for field in fields(spec)}
    return {name: _plain(each) for name, each in said.items() if each not in (None, (), "")}
