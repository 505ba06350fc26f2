"""Parts that are written: text, views side by side, and everything that is read as a table.

Bodies are Markdown cleaned by `kernel.text.rich`; everything else is escaped by Markup.format.
Headings start at the third level: a lesson's parts are its second.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from hanmadang.courses.blocks import plot
from hanmadang.courses.blocks.files import Files
from hanmadang.courses.specs import (
    MapBlock,
    PerspectivesBlock,
    TableBlock,
    TextBlock,
    TimelineBlock,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import _, format_number
from hanmadang.kernel.pages import show, show_rich

_VIEWS = Markup('<h3>{}</h3><div class="views">{}</div>')
_VIEW = Markup('<section class="view"><h4>{}</h4>{}</section>')
_TABLE = Markup(
    '<div class="table-box" role="region" aria-label="{}" tabindex="0"><table>'
    "<caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
)
_HEAD = Markup('<th scope="col">{}</th>')
_ROW = Markup('<tr><th scope="row">{}</th>{}</tr>')
_CELL = Markup("<td>{}</td>")
_MAP = Markup('<div class="places">{}{}</div>')
_NUMBERED = Markup('<span class="places__number" aria-hidden="true">{}</span> {}')


def text(block: TextBlock, language: str, _files: Files) -> Markup:
    """Paragraphs."""
    return show_rich(block.body, language)


def views(block: PerspectivesBlock, language: str, _files: Files) -> Markup:
    """Views in their authors' order, all looking alike."""
    sections = (
        _VIEW.format(show(view.label, language), show_rich(view.body, language))
        for view in block.views
    )
    return _VIEWS.format(show(block.heading, language), Markup().join(sections))


def table(block: TableBlock, language: str, _files: Files) -> Markup:
    """Rows, each named by its first cell."""
    head = [show(cell, language) for cell in block.head]
    rows = ([show(cell, language) for cell in row] for row in block.rows)
    return _tabled(block.caption, language, head, rows)


def timeline(block: TimelineBlock, language: str, _files: Files) -> Markup:
    """When, and what happened then."""
    rows = ([show(m.when, language), show(m.what, language)] for m in block.moments)
    return _tabled(block.caption, language, [_("When it was"), _("What happened")], rows)


def places(block: MapBlock, language: str, _files: Files) -> Markup:
    """Places in rows, each with its position in words; the drawing beside says nothing more."""
    head = [_("Place"), _("What is there"), _("Position")]
    rows = (
        [
            _NUMBERED.format(number, show(place.name, language)),
            show(place.note, language),
            position_in_words(place.latitude, place.longitude, language),
        ]
        for number, place in enumerate(block.places, 1)
    )
    at = [(place.latitude, place.longitude) for place in block.places]
    return _MAP.format(plot.drawn(at), _tabled(block.caption, language, head, rows))


def position_in_words(latitude: float, longitude: float, language: str) -> str:
    """Degrees, with the half of the world they are counted in."""
    north, east = (format_number(abs(value), language) for value in (latitude, longitude))
    up = _("%(n)s° north", n=north) if latitude >= 0 else _("%(n)s° south", n=north)
    side = _("%(n)s° east", n=east) if longitude >= 0 else _("%(n)s° west", n=east)
    return f"{up}, {side}"


def _tabled(
    caption: Bilingual, language: str, head: Sequence[str], rows: Iterable[Sequence[str]]
) -> Markup:
    columns = Markup().join(_HEAD.format(cell) for cell in head)
    body = Markup().join(_row(row) for row in rows)
    return _TABLE.format(caption.shown(language).text, show(caption, language), columns, body)


def _row(cells: Sequence[str]) -> Markup:
    first, *rest = cells
    return _ROW.format(first, Markup().join(_CELL.format(cell) for cell in rest))
