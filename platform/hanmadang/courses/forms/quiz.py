"""What the room's forms send. A quiz has as many fields as its unit, so it is read by hand."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from werkzeug.datastructures import MultiDict

from hanmadang.courses import grading
from hanmadang.courses.grading import AnswerError
from hanmadang.courses.queries.lesson import Filled, Lesson
from hanmadang.courses.queries.questions import QuestionView, part_count
from hanmadang.courses.specs import Body
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.forms import KEY_LENGTH
from hanmadang.kernel.ids import new_key

Fields = MultiDict[str, str]


class Asked(Protocol):
    """What has to be known of a question to read what was answered."""

    @property
    def slug(self) -> str:
        """Its name in the unit."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def body(self) -> Body:
        """What may be answered."""

    @property
    def hints(self) -> Sequence[Bilingual]:
        """Its hints."""


def field_of(question_slug: str, part: int | None = None) -> str:
    """The name of a question's field, or of that part of it."""
    return f"q-{question_slug}" if part is None else f"q-{question_slug}.{part}"


def questions_in(fields: Fields, page: Lesson) -> list[QuestionView]:
    """The questions of the form that was sent, and those of other forms that it takes along.

    Of the page's other questions nothing was said, so what is kept of them stays as it is.
    """
    asked = {question.slug for question in page.asked_from(anchor_in(fields))}
    filled = {name.removeprefix("q-").partition(".")[0] for name in fields if name[:2] == "q-"}
    return [each for each in page.questions if each.slug in asked | filled]


def taken_along(fields: Fields) -> set[str]:
    """The questions whose answers another form had sent before: no new answers."""
    return set(fields.getlist("along"))


def answers_in(fields: Fields, questions: Iterable[Asked]) -> Filled:
    """What was answered at all, and what of it cannot be taken; all of it is kept to be shown."""
    typed: dict[str, tuple[str, ...]] = {}
    responses: dict[str, list[Any]] = {}
    errors: dict[str, AnswerError] = {}
    told = {}
    for question in questions:
        values = _values(fields, question)
        typed[question.slug] = values
        told[question.slug] = _hints_in(fields, question)
        if any(value.strip() for value in values):
            try:
                responses[question.slug] = grading.taken(question.kind, question.body, values)
            except AnswerError as error:
                errors[question.slug] = error
    return Filled(responses, typed, told, errors)


def _values(fields: Fields, question: Asked) -> tuple[str, ...]:
    count = part_count(question.body)
    if count is None:
        return tuple(fields.getlist(field_of(question.slug)))
    return tuple(fields.get(field_of(question.slug, part), "") for part in range(count))


def _hints_in(fields: Fields, question: Asked) -> int:
    """How many hints the page held already, for readers whose hints are not recorded."""
    return min(_small(fields.get(f"hints-{question.slug}", "")), len(question.hints))


def hint_wanted(fields: Fields, questions: Iterable[QuestionView]) -> QuestionView | None:
    """The question whose next hint was asked for."""
    slug = fields.get("hint", "")
    return next((each for each in questions if each.slug == slug and each.hints), None)


def attempt_in(fields: Fields) -> int:
    """The number of an attempt; 0, which is none, for what is no number."""
    return _small(fields.get("attempt", ""))


def key_in(fields: Fields) -> str:
    """The form's idempotency key; a form without a usable one is a happening of its own."""
    key = fields.get("idempotency_key", "")
    return key if 0 < len(key) <= KEY_LENGTH else new_key()


def block_in(fields: Fields) -> int:
    """The block a reader reached; 0, which is no block, for what is no number."""
    return _small(fields.get("block", ""))


def _small(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 3 else 0  # noqa: PLR2004


def anchor_in(fields: Fields) -> str:
    """The place on the page from which a form was sent; the questions where it does not say."""
    anchor = fields.get("at", "")
    return anchor if re.fullmatch(r"block-\d{1,3}", anchor, re.ASCII) else "questions"


def client_time_in(fields: Fields) -> datetime | None:
    """The device's clock, if it told us in ISO 8601 with its offset; only ever a hint."""
    try:
        told = datetime.fromisoformat(fields.get("client_at", ""))
        return told.astimezone(UTC) if told.tzinfo else None
    except (ValueError, OverflowError):
        return None
