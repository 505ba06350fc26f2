"""Runs migrations with the app's own engine, on SQLite and PostgreSQL alike.

On SQLite foreign keys are off while tables are rebuilt: a batch change copies a table and drops
the old one, and with keys on every child row would be deleted. They are checked at the end.
Everything pending runs in one transaction, on SQLite too: a failure leaves the old schema, and a
second `setup` at the same moment waits for the first.
"""

from typing import Any, Literal

from alembic import context
from flask import current_app
from hanmadang.kernel.db import Base, BilingualText, UtcDateTime
from sqlalchemy import Connection

config = context.config
_LOCK = 4_126_173
"""Any number that nothing else in this database locks."""


def plain_type(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's own, so that old revisions need no app code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, BilingualText):
        return "sa.Text()"
    return False


def run(connection: Connection) -> None:
    """Run the pending revisions in the connection's open transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_type,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate() -> None:
    """Migrate the current app's database."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(hanmadang_writes=True) as connection:
        if engine.dialect.name != "sqlite":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # large tables take long
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")  # pages wait behind us
            run(connection)
            connection.commit()
            return
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            connection.begin()  # ours, so that Alembic does not commit before the check
            run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                message = f"The migration would leave rows without their parents: {broken[:5]}"
                raise RuntimeError(message)
            connection.commit()
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")


migrate()
