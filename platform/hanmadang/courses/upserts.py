"""Rows that exist at most once, however many requests make them at the same time."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel.db import Base, is_sqlite


def insert_once(session: Session, model: type[Base], **values: Any) -> int | None:
    """Insert a row unless its unique key is taken.

    Returns the first column of the new row's primary key, or None when it was there already.
    """
    row = session.connection().execute(_statement(model, is_sqlite()), values).first()
    return None if row is None else int(row[0])


@lru_cache
def _statement(model: type[Base], embedded: bool) -> Insert:  # noqa: FBT001  (part of the key)
    """Written once per process: building it costs more than running it."""
    dialect = sqlite if embedded else postgresql
    first = inspect(model).primary_key[0]
    statement: Insert = dialect.insert(model.__table__).on_conflict_do_nothing().returning(first)
    return statement


def put(session: Session, model: type[Base], **values: Any) -> None:
    """Write a row, new or in the place of the one with its primary key."""
    session.connection().execute(_replacing(model, is_sqlite()), values)


@lru_cache
def _replacing(model: type[Base], embedded: bool) -> Insert:  # noqa: FBT001  (part of the key)
    dialect = sqlite if embedded else postgresql
    statement = dialect.insert(model.__table__)
    keys = inspect(model).primary_key
    rest = {each.name: statement.excluded[each.name] for each in inspect(model).columns}
    for key in keys:
        del rest[key.name]
    replacing: Insert = statement.on_conflict_do_update(index_elements=list(keys), set_=rest)
    return replacing
