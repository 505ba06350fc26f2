"""The house with a lesson page that asks the database once for each of its questions."""

from typing import Any

from sqlalchemy import select

from hanmadang.courses.models import Question
from hanmadang.courses.queries import lesson
from hanmadang.factory import create_app
from hanmadang.kernel.db import db

_read = lesson._questions  # noqa: SLF001  (what is broken on purpose)


def _one_by_one(*asked: Any) -> Any:
    questions = _read(*asked)
    for question in questions:
        db.session.scalar(select(Question.slug).where(Question.id == question.id))
    return questions


def spoil() -> None:
    """Break it in this process."""
    lesson._questions = _one_by_one  # noqa: SLF001


spoil()
app = create_app() if __name__ != "__main__" else None
