"""The room's commands."""

import click
from flask.cli import with_appcontext

from hanmadang.courses import badge_keys


@click.command("new-badge-key")
@with_appcontext
def new_badge_key() -> None:
    """Sign badges with a new key from now on / 배지 서명 키를 새로 만듭니다."""
    click.echo(f"Badges are signed with {badge_keys.add().name} from now on.")
