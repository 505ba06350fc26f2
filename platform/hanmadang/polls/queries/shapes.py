"""The shapes of stored questions, for casting and for the recount."""

from collections import defaultdict
from collections.abc import Sequence
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
        Option.hidden,
    )
    .join(Option, Option.question_id == Question.id, isouter=True)  # typed answers have none
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
    options: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        options[row.id].append(row)
    return {id_: _shape(all_) for id_, all_ in options.items()}


def _shape(options: Sequence[Row[Any]]) -> Shape:
    head = options[0]
    choices, settings = (head.min_choices, head.max_choices), Settings.of(head.settings)
    ids = (row.option_id for row in options if row.option_id)
    hidden = (row.option_id for row in options if row.hidden)
    return shape_of(QuestionType(head.type), ids, choices, settings, hidden)
