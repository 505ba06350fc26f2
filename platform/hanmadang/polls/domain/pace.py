"""Counting when people answer, minute by minute, and what of it stays when a poll closes."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Executable, Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel.clock import zone
from hanmadang.kernel.configuration import settings
from hanmadang.polls.bursts import bursts_of
from hanmadang.polls.models import Mode, Poll, PollState
from hanmadang.polls.models_pace import Pace, Times
from hanmadang.polls.queries.times import pace_of
from hanmadang.polls.times import hours_of, minute_of, slices_of, step_of

_PACE = cast("Table", Pace.__table__)


def count_first(connection: Connection, people: Mapping[int, int], now: datetime) -> None:
    """Add devices that answered for the first time, by poll; one statement for a whole batch."""
    rows = [
        {"poll_id": poll_id, "minute": minute_of(now), "people": count, "asked": False}
        for poll_id, count in people.items()
        if count
    ]
    if rows:
        connection.execute(_more(connection.dialect.name), rows)


def room_is_asked(session: Session, poll: Poll, now: datetime) -> None:
    """A question is put to the room, so many answers at once are to be expected.

    The poll is locked. Nothing is kept of a secret poll, nor of one that takes no answers.
    """
    if poll.mode == Mode.SECRET or poll.state != PollState.OPEN:
        return
    connection = session.connection()
    row = {"poll_id": poll.id, "minute": minute_of(now), "people": 0, "asked": True}
    connection.execute(_asked(connection.dialect.name), row)


def keep_times(session: Session, poll: Poll) -> None:
    """Turn the minutes of a locked poll that closes into slices and hours, and forget them.

    A poll that was running before minutes were counted tells no times: they would not be all.
    """
    pace = pace_of(session, poll.id)
    if poll.opened_at is not None and minute_of(poll.opened_at) in pace.asked:
        offset = _offset(poll.opened_at)
        step = step_of(pace.people)
        starts = [burst.start for burst in bursts_of(pace.people, pace.asked)]
        times = Times(
            poll_id=poll.id,
            people=sum(pace.people.values()),
            step=step,
            slices=[list(each) for each in slices_of(pace.people, step, offset)],
            bursts=[list(each) for each in hours_of(starts, offset)],
        )
        session.add(times)
    session.execute(delete(Pace).where(Pace.poll_id == poll.id))


def _offset(instant: datetime) -> int:
    """Minutes that the house's clock is ahead of UTC."""
    ahead = instant.astimezone(zone(settings().zone)).utcoffset()
    return int(ahead.total_seconds()) // 60 if ahead else 0


@cache
def _more(dialect: str) -> Executable:
    insert = _insert(dialect)
    added = {"people": _PACE.c.people + insert.excluded.people}
    return _upsert(insert, added)


@cache
def _asked(dialect: str) -> Executable:
    return _upsert(_insert(dialect), {"asked": True})


def _insert(dialect: str) -> Any:
    kind: Any = sqlite if dialect == "sqlite" else postgresql
    return kind.insert(_PACE)


def _upsert(insert: Any, changes: Mapping[str, Any]) -> Executable:
    keys = [_PACE.c.poll_id, _PACE.c.minute]
    statement: Executable = insert.on_conflict_do_update(index_elements=keys, set_=changes)
    return statement
