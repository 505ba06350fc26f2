"""What the twin of the course pages breaks: the lesson asks once for each of its questions."""

from importlib import import_module
from typing import Any

from sqlalchemy import select

from hanmadang.courses.models import Question
from hanmadang.kernel.db import db

_lesson: Any = import_module("hanmadang.courses.queries.lesson")
_read = _lesson._questions  # noqa: SLF001  (what is broken on purpose)


def _one_by_one(*asked: Any) -> Any:
    questions = _read(*asked)
    for question in questions:
        db.session.scalar(select(Question.slug).where(Question.id == question.id))
    return questions


def spoil() -> None:
    """Break it in this process."""
    _lesson._questions = _one_by_one  # noqa: SLF001
