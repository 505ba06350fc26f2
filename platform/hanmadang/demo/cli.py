"""The demo's command."""

import click
from flask.cli import with_appcontext

from hanmadang.demo.load import load
from hanmadang.kernel.db import transaction


@click.command("demo-load")
@with_appcontext
def demo_load() -> None:
    """Load the bilingual sample data into an empty database / 시연 자료를 넣습니다."""
    with transaction() as session:
        loaded = load(session)
    click.echo("Sample data loaded." if loaded else "There is data already; nothing was changed.")
