"""Revisions run up, down and up again on both databases, and no row is lost on the way."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import CreateSchema

from hanmadang.demo.load import load as load_city
from hanmadang.factory import create_app
from hanmadang.kernel.db import Base, db, transaction
from hanmadang.kernel.vocabulary import competencies, prerequisites
from hanmadang.paths import MIGRATIONS
from hanmadang.serving.schema import is_current
from hanmadang.settings import load
from tests.factories.graph import lay, spec


@pytest.fixture
def bare(house: Flask, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app of its own before an empty database of the kind under test."""
    url = ""
    with house.app_context():
        is_postgres = db.engine.dialect.name == "postgresql"
    if is_postgres:
        server = request.getfixturevalue("postgres_server")
        url = server.create()
    app = create_app(load({}, instance=tmp_path / "instance", database_url=url, limits=False))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if is_postgres:
        server.drop(url)


@pytest.fixture
def city(bare: Flask) -> Flask:
    """The same, at the newest revision and with the sample city in it."""
    upgrade()
    with transaction() as session:
        assert load_city(session)
    return bare


def tables_of(engine: Engine) -> set[str]:
    """The tables there are, Alembic's own aside."""
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def contents(connection: Connection) -> dict[str, tuple[int, str]]:
    """Each table's number of rows and a checksum over all of them."""
    found = {}
    for table in schema_of(connection).sorted_tables:
        rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
        found[table.name] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def schema_of(connection: Connection) -> MetaData:
    """The schema as the database has it, not as the models wish it."""
    metadata = MetaData()
    metadata.reflect(connection)
    metadata.remove(metadata.tables["alembic_version"])
    return metadata


def snapshot() -> dict[str, tuple[int, str]]:
    """The current app's contents."""
    with db.engine.connect() as connection:
        return contents(connection)


def test_the_newest_revision_is_what_the_models_say(bare: Flask) -> None:
    upgrade()
    assert is_current()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_checks_and_kinds_of_tables_are_those_of_the_models(bare: Flask) -> None:
    """What autogenerate does not see: CHECKs, and SQLite's tables without row numbers."""
    upgrade()
    with db.engine.connect() as connection:
        migrated = checks_of(connection, None)
        is_sqlite = connection.dialect.name == "sqlite"
        rowless = rowless_of(connection) if is_sqlite else set()
    with fresh(is_sqlite=is_sqlite) as (connection, schema):
        assert migrated == checks_of(connection, schema)
        assert rowless == (rowless_of(connection) if is_sqlite else set())


@contextmanager
def fresh(*, is_sqlite: bool) -> Iterator[tuple[Connection, str | None]]:
    """The same tables, as the models make them: in memory, or in a schema that is rolled back."""
    engine = create_engine("sqlite://") if is_sqlite else db.engine
    schema = None if is_sqlite else "as_modelled"
    with engine.connect().execution_options(schema_translate_map={None: schema}) as connection:
        if schema:
            connection.execute(CreateSchema(schema))
        Base.metadata.create_all(connection)
        yield connection, schema
        connection.rollback()


def checks_of(connection: Connection, schema: str | None) -> dict[str, list[str]]:
    """Each table's CHECKs, as the database words them."""
    found = inspect(connection)
    return {
        table: sorted(
            " ".join(check["sqltext"].split())
            for check in found.get_check_constraints(table, schema=schema)
        )
        for table in Base.metadata.tables
    }


def rowless_of(connection: Connection) -> set[str]:
    """SQLite's tables WITHOUT ROWID."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%'"
    return set(connection.scalars(text(query)))


def test_up_down_to_nothing_and_up_again(bare: Flask) -> None:
    upgrade()
    everything = tables_of(db.engine)
    assert everything == set(Base.metadata.tables)
    downgrade(revision="base")
    assert tables_of(db.engine) == set()
    assert not is_current()
    upgrade()
    assert tables_of(db.engine) == everything


def test_taking_the_audit_guard_off_and_on_keeps_every_row(city: Flask) -> None:
    downgrade(revision="0002")
    before = snapshot()
    assert before["event"][0] > 0
    downgrade(revision="0001")
    assert snapshot() == before
    upgrade(revision="0002")
    assert snapshot() == before


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET detail = ''", "DELETE FROM audit_entry"])
def test_only_the_guard_stops_a_change_of_the_audit_log(city: Flask, verb: str) -> None:
    with transaction() as session:
        row = "INSERT INTO audit_entry (seq, at, role, action, object_kind, object_id, detail, "
        row += "request_id) VALUES (99999, '2026-01-01 00:00:00', '', 'x', 'x', '1', 'old', '')"
        session.execute(text(row))
    with pytest.raises(DBAPIError, match="the audit log is append-only"), transaction() as session:
        session.execute(text(verb))
    db.session.rollback()
    downgrade(revision="0001")
    with transaction() as session:
        session.execute(text(verb))


def test_without_the_graph_alternatives_are_plain_needs_and_no_competency_is_lost(
    bare: Flask,
) -> None:
    upgrade()
    with transaction() as session:
        lay(session, spec("a"), spec("b"), spec("c"), spec("k", "a", ("b", "c")),
            spec("s", helps=("a",)), spec("m", state="merged", merged_into="k"))  # fmt: skip
    downgrade(revision=str(revisions().get_revision("graph").down_revision))
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM competency_need ORDER BY needs_code"))
        assert [tuple(row) for row in rows] == [("k", "a"), ("k", "b"), ("k", "c")]
    upgrade()
    assert prerequisites(db.session())["k"].needs == (("a",), ("b",), ("c",))
    assert [each.code for each in competencies(db.session())] == ["a", "b", "c", "k", "m", "s"]


# --- What a future revision may do to what is there -----------------------------------------

REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def how():
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def upgrade():
    with op.batch_alter_table("event", recreate=how()) as batch:
        batch.add_column(sa.Column("rebuilt", sa.Integer(), nullable=True))
    {more}


def downgrade():
    with op.batch_alter_table("event", recreate=how()) as batch:
        batch.drop_column("rebuilt")
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A copy of the migrations, to which a test adds a revision."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


def revise(scripts: Path, more: str = "pass") -> None:
    """Add a revision that rebuilds the table of events."""
    (scripts / "versions" / "rebuild.py").write_text(REBUILD.format(more=more, newest=newest()))


def children() -> dict[str, int]:
    """How many rows stand below the events."""
    with db.engine.connect() as connection:
        tables = schema_of(connection).tables.values()
        below = {
            t.name for t in tables for key in t.foreign_keys if key.column.table.name == "event"
        }
        counted = contents(connection)
    return {name: counted[name][0] for name in below}


def test_rebuilding_a_table_keeps_the_rows_below_it(city: Flask, scripts: Path) -> None:
    before = children()
    assert sum(before.values()) > 0
    revise(scripts)
    upgrade(directory=str(scripts))
    assert "rebuilt" in {column["name"] for column in inspect(db.engine).get_columns("event")}
    assert children() == before
    downgrade(directory=str(scripts), revision=newest())
    assert children() == before


def test_with_foreign_keys_on_the_same_revision_breaks(city: Flask, scripts: Path) -> None:
    """The sabotaged twin: without our env.py's care dropping the old table takes rows along."""
    _only_sqlite()
    before = children()
    careless = (scripts / "env.py").read_text().replace("foreign_keys=OFF", "foreign_keys=ON")
    (scripts / "env.py").write_text(careless)
    revise(scripts)
    try:
        upgrade(directory=str(scripts))
    except IntegrityError:
        return  # a child that may not be orphaned stops it
    assert sum(children().values()) < sum(before.values())  # the others would be deleted


def test_a_revision_that_fails_leaves_the_old_schema_and_every_row(
    city: Flask, scripts: Path
) -> None:
    before = snapshot()
    revise(scripts, "raise RuntimeError('halfway')")
    with pytest.raises(SystemExit):
        upgrade(directory=str(scripts))
    assert is_current()
    assert snapshot() == before


def test_a_revision_that_would_leave_orphans_is_taken_back(city: Flask, scripts: Path) -> None:
    _only_sqlite()
    before = snapshot()
    revise(scripts, "op.execute('DELETE FROM event')")
    with pytest.raises(SystemExit):
        upgrade(directory=str(scripts))
    assert snapshot() == before


def _only_sqlite() -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL alters tables in place, its keys always on")


def test_revisions_form_one_line() -> None:
    assert newest()  # raises where there are two heads
    line = [each.revision for each in revisions().walk_revisions()][::-1]
    assert line[:2] == ["0001", "0002"]
    assert all(each.down_revision in {None, *line} for each in revisions().walk_revisions())


def revisions() -> ScriptDirectory:
    """The project's own revisions."""
    return ScriptDirectory(str(MIGRATIONS))


def newest() -> str:
    """The last of them."""
    return str(revisions().get_current_head())
