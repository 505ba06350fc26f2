"""What the voters of a batch have sent already: one statement, each voter looked up by key."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    FromClause,
    String,
    Table,
    bindparam,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from hanmadang.polls.models import Ballot, Question
from hanmadang.polls.models_secret import Participation

_BALLOT = cast("Table", Ballot.__table__)
_PARTICIPATION = cast("Table", Participation.__table__)
_QUESTION = cast("Table", Question.__table__)


def held(connection: Connection, poll_id: int, voters: Sequence[str]) -> CursorResult[Any]:
    """The ballots of these voters in this poll, as rows of the table."""
    if len(voters) == 1:  # a list of unknown length costs more than all the rest
        return connection.execute(_OF_VOTER, {"poll": poll_id, "voter": voters[0]})
    statement = _OF_VOTERS if connection.dialect.name == "sqlite" else _ballots()
    return connection.execute(statement, {"poll": poll_id, "voters": voters})


def took_part(connection: Connection, poll_id: int, voters: Sequence[str]) -> CursorResult[Any]:
    """The participations of these voters in this secret poll, as rows of the table."""
    statement = _THERE if connection.dialect.name == "sqlite" else _participations()
    return connection.execute(statement, {"poll": poll_id, "voters": voters})


# Written once per process, because building these costs a vote more than running them.
_POLL: BindParameter[int] = bindparam("poll")
_VOTERS: BindParameter[list[str]] = bindparam("voters", expanding=True)
_OF_POLL = select(_BALLOT).where(
    _BALLOT.c.question_id.in_(select(_QUESTION.c.id).where(_QUESTION.c.poll_id == _POLL))
)
_OF_VOTER = _OF_POLL.where(_BALLOT.c.voter_key == bindparam("voter"))
_OF_VOTERS = _OF_POLL.where(_BALLOT.c.voter_key.in_(_VOTERS))
_THERE = select(_PARTICIPATION).where(
    _PARTICIPATION.c.poll_id == _POLL, _PARTICIPATION.c.voter_key.in_(_VOTERS)
)


@cache
def _ballots() -> Executable:
    asked = _QUESTION.c.poll_id == _POLL
    questions = select(_QUESTION.c.id).where(asked).subquery("questions")
    return _looked_up(_BALLOT, _BALLOT.c.question_id == questions.c.id, questions)


@cache
def _participations() -> Executable:
    return _looked_up(_PARTICIPATION, _PARTICIPATION.c.poll_id == _POLL)


def _looked_up(
    table: Table, own: ColumnElement[bool], beside: FromClause | None = None
) -> Executable:
    """One look by primary key for each voter, on PostgreSQL, which must not choose.

    Its statistics say of a poll that opened a minute ago that it is empty; trusting them it reads
    every row of the poll for each batch. OFFSET 0 keeps the inner select apart from the outer
    one, so that all it can go by is the key.
    """
    names = bindparam("voters", type_=ARRAY(String))
    voters: FromClause = func.unnest(names).table_valued("key", name="voters").render_derived()
    key = table.c.voter_key == voters.c.key
    found = select(table).where(own, key).offset(literal_column("0")).lateral("found")
    every = voters if beside is None else beside.join(voters, true())
    return select(found).select_from(every.join(found, true()))
