"""Commands of the room of reminders."""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from hanmadang.reminders.scheduler import Scheduler
from hanmadang.reminders.ticks import all_ticks


@click.command()
@click.option("--list", "listing", is_flag=True, help="Print the periodic jobs and stop.")
@with_appcontext
def scheduler(*, listing: bool) -> None:
    """Run the scheduler as a process of its own / 정기 작업 프로세스를 실행합니다."""
    if listing:
        for tick in all_ticks():
            click.echo(f"{tick.name}: every {tick.seconds:g} s")
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    running = Scheduler(app)
    running.start()
    click.echo("The scheduler is running. Stop it with Ctrl+C.")
    stop.wait()
    running.stop()
