"""The shapes of stored questions, for casting and for the recount."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from hanmadang.polls.models import Option, Question, QuestionType
from hanmadang.polls.shapes import Settings, Shape, shape_of

_ALL = (
    select(
        Question.id,
        Question.type,
        Question.min_choices,
        Question.max_choices,
        Question.settings,
        Option.id.label("option_id"),
    )
    .join(Option, Option.question_id == Question.id)
    .order_by(Question.id, Option.position)
)
_OF_POLL = _ALL.where(Question.poll_id == bindparam("poll"))


def shapes_of(connection: Connection, poll_id: int | None = None) -> dict[int, Shape]:
    """The shape of each question of a poll, or of every question; one statement."""
    rows = (
        connection.execute(_ALL)
        if poll_id is None
        else connection.execute(_OF_POLL, {"poll": poll_id})
    )
    options: dict[int, list[int]] = defaultdict(list)
    heads: dict[int, Row[Any]] = {}
    for row in rows:
        heads[row.id] = row
        options[row.id].append(row.option_id)
    return {id_: _shape(row, options[id_]) for id_, row in heads.items()}


def _shape(row: Row[Any], options: list[int]) -> Shape:
    choices = row.min_choices, row.max_choices
    return shape_of(QuestionType(row.type), options, choices, Settings.of(row.settings))
