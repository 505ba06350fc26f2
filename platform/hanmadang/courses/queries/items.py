"""Sums behind item statistics, made by the database: one statement however many people answered."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session

from hanmadang.courses.analysis.items import GROUP, ItemCounts, ItemStatistics, statistics
from hanmadang.courses.models import Answer, Question, QuestionKind, QuestionProgress, Unit

_LEAST = 5
"""Other questions somebody answered before their share of them says how much they know."""
WITH_OPTIONS = (
    QuestionKind.ONE.value,
    QuestionKind.SEVERAL.value,
    QuestionKind.TRUE_FALSE.value,
)


def item_statistics(
    session: Session, question_ids: Collection[int]
) -> Mapping[int, ItemStatistics]:
    """Statistics of these questions, each over everybody who answered it; four statements.

    Questions that nobody answered are there too, with 0 people.
    """
    versions = select(Unit.version_id).join(Question, Question.unit_id == Unit.id)
    counts = item_counts(
        session,
        Unit.version_id.in_(versions.where(Question.id.in_(question_ids))),
        Question.id.in_(question_ids),
    )
    options = options_of(session, Question.id.in_(question_ids))
    chosen = choices_of(session, Question.id.in_(question_ids))
    return {
        each: statistics(
            counts.get(each, ItemCounts(each, 0, 0)), options.get(each, 0), chosen.get(each)
        )
        for each in question_ids
    }


def item_counts(
    session: Session,
    compared: ColumnElement[bool],
    wanted: ColumnElement[bool] | None = None,
    people: Select[Any] | None = None,
) -> Mapping[int, ItemCounts]:
    """Sums by question. `compared` picks the units whose questions say how much somebody knows.

    `people` limits them to these accounts. Two statements.
    """
    rows = session.execute(_sums(compared, wanted, people)).all()
    tried = {row.question_id: row for row in session.execute(_tries(compared, wanted, people))}
    found = {}
    for row in rows:
        more = tried.get(row.question_id)
        known: dict[str, Any] = {name: _plain(name, getattr(row, name)) for name in row._fields}
        found[row.question_id] = ItemCounts(
            **known,
            tries=int(more.tries or 0) if more else 0,
            never_right=int(more.never_right or 0) if more else 0,
        )
    return found


_SUMS = frozenset({"x", "r", "rr", "xr"})


def _plain(name: str, value: Any) -> float:
    """PostgreSQL adds up in decimals, which neither JSON nor square roots take."""
    return float(value or 0) if name in _SUMS else int(value or 0)


def options_of(session: Session, wanted: ColumnElement[bool]) -> Mapping[int, int]:
    """{question: how many options it has}, for those that have some; one statement."""
    rows = session.execute(
        select(Question.id, Question.body)
        .join(Unit, Unit.id == Question.unit_id)
        .where(wanted, Question.kind.in_(WITH_OPTIONS))
    )
    return {question_id: len(body.get("options", ())) for question_id, body in rows}


def choices_of(session: Session, wanted: ColumnElement[bool]) -> Mapping[int, Mapping[int, int]]:
    """{question: {option: how often it was chosen}} over all tries; one statement."""
    given = cast(Answer.response, Text)
    rows = session.execute(
        select(Answer.question_id, given, func.count())
        .join(Question, Question.id == Answer.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(wanted, Question.kind.in_(WITH_OPTIONS))
        .group_by(Answer.question_id, given)
    )
    found: dict[int, dict[int, int]] = {}
    for question_id, response, times in rows:
        options = found.setdefault(question_id, {})
        for option in _chosen(response):
            options[option] = options.get(option, 0) + times
    return found


def _chosen(response: str) -> list[int]:
    """Positions of options in a stored response."""
    stored = json.loads(response)
    return [each for each in stored if isinstance(each, int)] if isinstance(stored, list) else []


def _sums(
    compared: ColumnElement[bool],
    wanted: ColumnElement[bool] | None,
    people: Select[Any] | None,
) -> Select[Any]:
    """Each person's first try at each question, set against their share of all the others."""
    tried = _placed(_first_tries(compared, people))
    rated = tried.c.answered > _LEAST
    upper = and_(rated, tried.c.place >= 1 - GROUP)
    lower = and_(rated, tried.c.place <= GROUP)
    x, rest = tried.c.x, tried.c.rest
    statement = select(
        tried.c.question_id,
        func.count().label("people"),
        func.sum(x).label("right"),
        _over(rated, 1).label("rated"),
        _over(rated, x).label("x"),
        _over(rated, rest).label("r"),
        _over(rated, rest * rest).label("rr"),
        _over(rated, rest * x).label("xr"),
        _over(upper, 1).label("upper"),
        _over(upper, x).label("upper_right"),
        _over(lower, 1).label("lower"),
        _over(lower, x).label("lower_right"),
    ).group_by(tried.c.question_id)
    if wanted is not None:
        statement = statement.where(tried.c.question_id.in_(select(Question.id).where(wanted)))
    return statement


def _first_tries(compared: ColumnElement[bool], people: Select[Any] | None) -> CTE:
    earliest = select(func.min(Answer.event_id)).group_by(Answer.account_id, Answer.question_id)
    if people is not None:
        earliest = earliest.where(Answer.account_id.in_(people))
    return (
        select(
            Answer.account_id,
            Answer.question_id,
            Unit.version_id,
            cast(Answer.correct, Integer).label("x"),
        )
        .join(Question, Question.id == Answer.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(compared, Answer.event_id.in_(earliest))
        .cte("first_try")
    )


def _placed(first: CTE) -> CTE:
    """Each first try with the person's share elsewhere, and their place among who tried it.

    Windows and no join: nothing here has an index, and a join would look at each pair of rows.
    """
    mine = (first.c.account_id, first.c.version_id)
    answered = func.count().over(partition_by=mine)
    others = func.sum(first.c.x).over(partition_by=mine) - first.c.x
    scored = select(
        first.c.question_id,
        first.c.x,
        answered.label("answered"),
        (cast(others, Float) / func.nullif(cast(answered - 1, Float), 0)).label("rest"),
    ).cte("scored")
    place = func.percent_rank().over(
        partition_by=(scored.c.question_id, scored.c.answered > _LEAST), order_by=scored.c.rest
    )
    return select(
        scored.c.question_id, scored.c.x, scored.c.answered, scored.c.rest, place.label("place")
    ).cte("placed")


def _tries(
    compared: ColumnElement[bool],
    wanted: ColumnElement[bool] | None,
    people: Select[Any] | None,
) -> Any:
    statement: Any = (
        select(
            QuestionProgress.question_id,
            func.sum(QuestionProgress.tries).label("tries"),
            func.sum(case((QuestionProgress.right_at.is_(None), 1), else_=0)).label("never_right"),
        )
        .join(Question, Question.id == QuestionProgress.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(compared, QuestionProgress.tries > 0)
        .group_by(QuestionProgress.question_id)
    )
    if wanted is not None:
        statement = statement.where(wanted)
    if people is not None:
        statement = statement.where(QuestionProgress.account_id.in_(people))
    return statement


def _over(condition: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
    return func.sum(case((condition, value), else_=0))
