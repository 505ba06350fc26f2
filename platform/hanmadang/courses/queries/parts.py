"""A part of a lesson as one viewer reads it: its stored HTML, and what is theirs beside it."""

from dataclasses import dataclass

from markupsafe import Markup

from hanmadang.courses.blocks.files import is_stored_here
from hanmadang.kernel.media import path_of

_NEARLY_OVER = 3
"""Seconds before the end at which playing begins anew rather than going on."""


@dataclass(frozen=True, slots=True)
class BlockView:
    """A part of the lesson, its HTML made at publication."""

    position: int
    kind: str
    html: Markup
    name: str = ""
    """What it names: a file, a question, a reflection, an event or a poll."""
    seconds: int = 0
    """How long what is played here is; 0 where nothing is, or elsewhere."""
    watched: int = 0
    """Seconds of it that the viewer has played."""
    go_on_at: int = 0
    """The second at which the viewer stopped; 0 for the beginning."""
    written: str = ""
    """What the viewer wrote at this reflection."""

    @property
    def share(self) -> float:
        """The share of it that the viewer has played."""
        return min(self.watched / self.seconds, 1.0)

    @property
    def go_on_clock(self) -> str:
        """That second as players show it: ``4:12``."""
        minutes, seconds = divmod(self.go_on_at, 60)
        return f"{minutes}:{seconds:02}"


def block_view(  # noqa: PLR0913, PLR0917  (a row of the lesson page's statement)
    position: int,
    kind: str,
    html: str,
    name: str,
    seconds: int,
    watched: int | None,
    stopped_at: int | None,
    written: str | None,
) -> BlockView:
    """The part from its row; a player starts where the viewer stopped, with or without script."""
    here = seconds if is_stored_here(name) else 0
    at = stopped_at or 0
    go_on = at if 0 < at < here - _NEARLY_OVER else 0
    if go_on:
        source = f'src="{path_of(name)}'
        html = html.replace(f'{source}"', f'{source}#t={go_on}"')
    cleaned = Markup(html)  # noqa: S704 (cleaned at publication)
    return BlockView(position, kind, cleaned, name, here, watched or 0, go_on, written or "")
