"""Commands of the room of polls."""

from pathlib import Path

import click

from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.i18n import use_locale


@click.group()
def polls() -> None:
    """Work on polls / 설문을 다룹니다."""


@polls.command("import-votes")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print data instead of sentences.")
@click.option("--profile", type=int, multiple=True, help="A statement that says who people are.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
def import_votes(folder: Path, profile: tuple[int, ...], language: str, *, as_json: bool) -> None:
    """Show consensus and opinion groups of a Polis export / 폴리스 자료의 의견 모임을 봅니다."""
    # numpy comes with these: a web process must not load it when it starts.
    from hanmadang.polls.opinion import imported, polis_export

    with use_locale(language):
        try:
            for line in imported.describe(folder, frozenset(profile), as_json=as_json):
                click.echo(line)
        except polis_export.ExportError as error:
            raise click.ClickException(str(error.text)) from error
