"""A person's notes as files to keep: a table, and a text."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from hanmadang.courses.queries.marks import MarkRow
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import external_url


def address_of(mark: MarkRow) -> str:
    """Where the mark leads; the course alone where its unit is gone."""
    if mark.unit_title is None:
        return external_url("courses.show", course=mark.course_slug)
    address = external_url(
        "courses.unit", course=mark.course_slug, module=mark.module_slug, unit=mark.unit_slug
    )
    return f"{address}#{mark.anchor}" if mark.anchor else address


def table_of(
    marks: Iterable[MarkRow], language: str
) -> tuple[Sequence[str], list[Sequence[object]]]:
    """Column names and rows."""
    head = (
        _("Course"), _("Unit"), _("Place"), _("Bookmark"), _("Note"), _("Changed (UTC)"),
        _("Address"),
    )  # fmt: skip
    rows: list[Sequence[object]] = [
        (
            mark.course_title.shown(language).text,
            _unit(mark, language),
            mark.heading,
            _("yes") if mark.bookmarked else _("no"),
            mark.note,
            mark.changed_at.strftime("%Y-%m-%d %H:%M"),
            address_of(mark),
        )
        for mark in marks
    ]
    return head, rows


def text_of(marks: Iterable[MarkRow], language: str) -> str:
    """Headings for course and unit; each note as a quotation under its place."""
    title = _("My notes")
    lines = [f"# {title}", ""]
    for course, of_course in groupby(marks, lambda mark: mark.course_title.shown(language).text):
        lines += [f"## {course}", ""]
        for unit, of_unit in groupby(of_course, lambda mark: _unit(mark, language)):
            lines += [f"### {unit}", ""]
            for mark in of_unit:
                lines += _lines(mark)
    return "\n".join(lines)


def _lines(mark: MarkRow) -> list[str]:
    place = mark.heading or _("The whole unit")
    bookmark = _("bookmark")
    sign = f" ({bookmark})" if mark.bookmarked else ""
    quoted = [f"> {line}".rstrip() for line in mark.note.splitlines()]
    return [f"{place}{sign}", f"<{address_of(mark)}>", "", *quoted, *([""] if quoted else [])]


def _unit(mark: MarkRow, language: str) -> str:
    return mark.unit_slug if mark.unit_title is None else mark.unit_title.shown(language).text
