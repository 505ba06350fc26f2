"""What the room's forms send. A quiz has as many fields as its unit, so it is read by hand."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from hanmadang.courses import grading
from hanmadang.courses.queries.lesson import QuestionView
from hanmadang.kernel.forms import KEY_LENGTH
from hanmadang.kernel.ids import new_key

Fields = MultiDict[str, str]


def field_of(question_slug: str) -> str:
    """The name of a question's fields."""
    return f"q-{question_slug}"


def choices_in(fields: Fields, questions: Iterable[QuestionView]) -> Mapping[str, list[int]]:
    """{question: chosen options} of what was answered at all; raises ChoiceError."""
    sent = {question.slug: fields.getlist(field_of(question.slug)) for question in questions}
    return {
        question.slug: grading.taken(question.kind, question.body, map(_index, sent[question.slug]))
        for question in questions
        if sent[question.slug]
    }


def _index(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 3):  # noqa: PLR2004 (no quiz has 1,000)
        raise grading.ChoiceError
    return int(value)


def key_in(fields: Fields) -> str:
    """The form's idempotency key; a form without a usable one is a happening of its own."""
    key = fields.get("idempotency_key", "")
    return key if 0 < len(key) <= KEY_LENGTH else new_key()


def block_in(fields: Fields) -> int:
    """The block a reader reached; 0, which is no block, for what is no number."""
    value = fields.get("block", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 3 else 0  # noqa: PLR2004


def anchor_in(fields: Fields) -> str:
    """The place on the page from which a form was sent; the questions where it does not say."""
    anchor = fields.get("at", "")
    return anchor if re.fullmatch(r"block-\d{1,3}", anchor, re.ASCII) else "questions"


def client_time_in(fields: Fields) -> datetime | None:
    """The device's clock, if it told us in ISO 8601 with its offset; only ever a hint."""
    try:
        told = datetime.fromisoformat(fields.get("client_at", ""))
    except ValueError:
        return None
    return told.astimezone(UTC) if told.tzinfo else None
