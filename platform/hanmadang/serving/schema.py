"""Whether the database has the tables this version of the house expects."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hanmadang.kernel.db import db
from hanmadang.paths import MIGRATIONS


def is_current() -> bool:
    """Whether every revision has run, and none that this version does not know.

    Raises OperationalError when the database does not answer.
    """
    heads = ScriptDirectory(str(MIGRATIONS)).get_heads()
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(heads)
