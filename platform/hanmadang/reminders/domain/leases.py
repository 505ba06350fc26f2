"""What every queue of ours shares: claiming due rows with a lease, and waiting between tries.

A queue's table has ``state`` (``due``, ``leased``), ``next_at``, ``owner`` and ``lease_until``.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

FREE: Mapping[str, Any] = {"owner": None, "lease_until": None}
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120))
_JITTER = 0.2
_QUIETLY = {"synchronize_session": False}


def stands(model: Any, state: str) -> ColumnElement[bool]:
    """`state = '…'` with the value in the statement: only so SQLite sees that an index fits."""
    found: ColumnElement[bool] = model.state == bindparam(None, state, literal_execute=True)
    return found


def claim(
    session: Session,
    model: Any,
    order: Sequence[Any],
    where: Sequence[Any],
    *,
    most: int,
    **values: object,
) -> list[int]:
    """Give the first rows of `order` that satisfy `where` these values; their ids, in order.

    At most `most` rows; those that another session holds are passed over.
    """
    chosen = (
        select(model.id)
        .where(*where)
        .order_by(*order)
        .limit(most)
        .with_for_update(skip_locked=True, of=model)
        .cte("chosen")  # as a plain subquery PostgreSQL may run it again, past the limit
    )
    rows = session.execute(
        update(model)
        .where(model.id.in_(select(chosen.c.id)))
        .values(**values)
        .returning(*order, model.id),
        execution_options=_QUIETLY,
    )
    return [row[-1] for row in sorted(tuple(row) for row in rows)]


def change(session: Session, model: Any, where: Sequence[Any], **values: object) -> bool:
    """One conditional step; whether it changed anything."""
    statement = update(model).where(*where).values(**values).returning(model.id)
    return bool(session.execute(statement, execution_options=_QUIETLY).all())


def wait(attempt: int) -> timedelta:
    """Backoff by attempt, spread by a fifth so that a crowd does not return at once."""
    span = BACKOFF[max(0, min(attempt, len(BACKOFF)) - 1)]
    return span * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 (not a secret)


def lease(owner: str, now: datetime, span: timedelta) -> dict[str, Any]:
    """What a leased row says."""
    return {"state": "leased", "owner": owner, "lease_until": now + span}
