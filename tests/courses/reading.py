"""How tests of the courses' pages look at them."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from hanmadang.courses.models import (
    Answer,
    Enrolment,
    LearningEvent,
    QuestionProgress,
    UnitProgress,
)
from tests.conftest import Browser

Write = Callable[[], Any]
UNIT = "/ko/courses/division/start"
TABLES = (Answer, Enrolment, LearningEvent, QuestionProgress, UnitProgress)


def rows(read: Write) -> dict[str, int]:
    """How many rows each table of people's doings holds."""
    with read() as session:
        return {
            table.__name__: session.scalar(select(func.count()).select_from(table))
            for table in TABLES
        }


def only(read: Write, table: type[Any]) -> Any:
    with read() as session:
        return session.scalars(select(table)).one()


def page(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.text
    return answer.text


def checked(html: str) -> list[str]:
    """The ids of the options that stand chosen."""
    inputs = re.findall(r'<input[^>]+id="(question-[^"]+)"([^>]*)>', html)
    return [name for name, rest in inputs if " checked" in rest]
