"""Commands that look after the whole house."""

import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import text

from hanmadang.kernel import audit, fsck
from hanmadang.kernel.backup import BackupError, copy_sqlite
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, is_sqlite
from hanmadang.web.health import checks

_PARTS = ("flask", "sqlalchemy", "babel", "apscheduler", "uvicorn")


@click.command("fsck")
@with_appcontext
def check_data() -> None:
    """Compare every counter with its rows / 저장된 자료를 점검합니다."""
    found = fsck.differences(db.session())
    for line in found:
        click.echo(line)
    click.echo(f"{len(fsck.names())} checks, {len(found)} differences.")
    if found:
        raise SystemExit(1)


@click.command("audit-verify")
@with_appcontext
def verify_audit() -> None:
    """Recompute the audit log's seals / 감사 기록의 봉인을 확인합니다."""
    faults = audit.verify(db.session())
    for line in faults:
        click.echo(line)
    click.echo("The audit log is whole." if not faults else f"{len(faults)} faults.")
    if faults:
        raise SystemExit(1)


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what this installation runs on and what is wrong with it / 설치 상태를 점검합니다."""
    click.echo(f"python {platform.python_version()}")
    for name in _PARTS:
        click.echo(f"{name} {version(name)}")
    click.echo(f"database {_database()}")
    click.echo(f"instance {settings().instance}")
    click.echo(f"mail {settings().mail_transport}")
    for part, well in checks().items():
        click.echo(f"{part}: {'ok' if well else 'NOT WELL'}")


def _database() -> str:
    if is_sqlite():
        return f"SQLite {sqlite3.sqlite_version}"
    row = db.session.execute(
        text("SELECT current_setting('server_version'), datctype FROM pg_database "
             "WHERE datname = current_database()")
    ).one()  # fmt: skip
    warning = " (LC_CTYPE=C: trigram search cannot find Hangul)" if row[1] == "C" else ""
    return f"PostgreSQL {row[0]}, LC_CTYPE {row[1]}{warning}"


@click.command("backup")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(path: Path) -> None:
    """Copy the database to PATH while the house runs / 데이터베이스를 백업합니다."""
    url = db.engine.url
    if not is_sqlite():
        shown = url.set(drivername="postgresql").render_as_string(hide_password=True)
        click.echo("PostgreSQL makes its own backups; run (the password from ~/.pgpass):")
        click.echo(f"pg_dump --format=custom --file={path} '{shown.replace(':***@', '@')}'")
        return
    try:
        size = copy_sqlite(Path(str(url.database)), path)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path}: {size} bytes, verified. Keep the file secret_key with it.")


COMMANDS = (backup, check_data, verify_audit, doctor)
