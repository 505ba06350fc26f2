"""Rows that exist at most once, however many requests make them at the same time."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel.db import Base, is_sqlite


def insert_once(session: Session, model: type[Base], **values: Any) -> int | None:
    """Insert a row unless its unique key is taken.

    Returns the first column of the new row's primary key, or None when it was there already.
    """
    dialect = sqlite if is_sqlite() else postgresql
    first = inspect(model).primary_key[0]
    statement = dialect.insert(model).values(**values).on_conflict_do_nothing().returning(first)
    row = session.execute(statement).first()
    return None if row is None else int(row[0])
