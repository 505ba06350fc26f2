"""The commands that prepare and start the house."""

import os
import signal
import socket

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from hanmadang.kernel import preparing
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import is_sqlite
from hanmadang.serving.schema import is_current
from hanmadang.serving.server import CannotListenError, Place, Supervisor, listen, run

_SOME = click.IntRange(min=1)
_HOST = click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
_PORT = click.option(
    "--port", envvar="PORT", type=click.IntRange(0, 65535), default=8000, show_default=True
)


@click.command()
@with_appcontext
def setup() -> None:
    """Create or update the database / 데이터베이스를 준비합니다."""
    try:
        upgrade()
    except OperationalError as error:
        raise _no_database(error) from error
    preparing.prepare()
    click.echo(f"Ready: {settings().instance}")


@click.command()
@_HOST
@_PORT
@click.option("--scale", is_flag=True, help="Several processes behind one port (PostgreSQL).")
@click.option("--workers", type=_SOME, default=os.cpu_count() or 2, show_default=True)
@click.option("--schedulers", type=_SOME, default=1, show_default=True)
@click.option("--worker", type=int, help="Serve on an inherited socket (used by --scale).")
@with_appcontext
def serve(**options: object) -> None:
    """Serve the house, by default as one process with its scheduler / 서버를 시작합니다."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    if options["worker"] is not None:
        run(app, socket.socket(fileno=int(str(options["worker"]))), scheduler=False)
        return
    if options["scale"] and is_sqlite():
        message = "Scale mode needs PostgreSQL: set DATABASE_URL, or serve without --scale."
        raise click.ClickException(message)
    _refuse_old_schema()
    try:
        listener = listen(Place(str(options["host"]), int(str(options["port"]))))
    except CannotListenError as error:
        raise click.ClickException(str(error)) from error
    _banner(Place(*listener.getsockname()[:2]))
    if options["scale"]:
        _serve_many(listener, int(str(options["workers"])), int(str(options["schedulers"])))
    else:
        run(app, listener, scheduler=True)


def _serve_many(listener: socket.socket, workers: int, schedulers: int) -> None:
    supervisor = Supervisor(listener, workers=workers, schedulers=schedulers)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: supervisor.stop())
    supervisor.run()


def _refuse_old_schema() -> None:
    """A page over missing tables would be an error for every visitor: stop before the first."""
    try:
        ready = is_current()
    except OperationalError as error:
        raise _no_database(error) from error
    if not ready:
        message = "The database is not ready for this version: run `python -m flask setup` first."
        raise click.ClickException(message)


def _no_database(error: OperationalError) -> click.ClickException:
    reason = str(error.orig).strip().partition("\n")[0]
    return click.ClickException(f"The database does not answer ({reason}): check DATABASE_URL.")


def _banner(place: Place) -> None:
    lines = [
        "",
        "  한마당 Hanmadang",
        f"  한국어   {place.url}/ko/",
        f"  English  {place.url}/en/",
    ]
    if settings().demo:
        lines += [
            f"  시연 로그인 · demo sign-in   {place.url}/ko/demo",
            f"  보낸 메일 · sent mail        {settings().instance / 'mail'}",
        ]
    click.echo("\n".join([*lines, "  Ctrl+C 로 멈춥니다 · stops the server", ""]))
