"""What a block holds, and its HTML, written once at publication and stored beside the source.

Bodies are Markdown cleaned by `kernel.text.rich`; everything else is escaped by Markup.format.
Headings start at the third level: a lesson's parts are its second.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup

from hanmadang.courses.specs import BlockSpec, PerspectivesBlock, TableBlock, TextBlock
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.i18n import use_locale
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


def html(block: BlockSpec) -> dict[str, str]:
    """The block in every language of the house, with a badge where a translation is behind."""
    pages = {}
    for language in LANGUAGES:
        with use_locale(language):
            pages[language] = str(_RENDERERS[type(block)](block, language))
    return pages


def _text(block: TextBlock, language: str) -> Markup:
    return show_rich(block.body, language)


def _views(block: PerspectivesBlock, language: str) -> Markup:
    views = (
        _VIEW.format(show(view.label, language), show_rich(view.body, language))
        for view in block.views
    )
    return _VIEWS.format(show(block.heading, language), Markup().join(views))


def _table(block: TableBlock, language: str) -> Markup:
    head = Markup().join(_HEAD.format(show(cell, language)) for cell in block.head)
    rows = Markup().join(_row(row, language) for row in block.rows)
    caption = block.caption
    return _TABLE.format(caption.shown(language).text, show(caption, language), head, rows)


def _row(row: Iterable[Bilingual], language: str) -> Markup:
    first, *rest = (show(cell, language) for cell in row)
    return _ROW.format(first, Markup().join(_CELL.format(cell) for cell in rest))


_RENDERERS: Mapping[type[BlockSpec], Callable[[Any, str], Markup]] = {
    TextBlock: _text,
    PerspectivesBlock: _views,
    TableBlock: _table,
}
