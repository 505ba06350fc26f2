"""Figures of a course: for everybody in groups of ten, for its staff in groups of five."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from hanmadang.courses import texts_runs as texts
from hanmadang.courses.analysis.shown import Figure
from hanmadang.courses.queries.figures import (
    FiguresPage,
    ItemLine,
    UnitLine,
    public_figures,
    staff_figures,
)
from hanmadang.courses.views.room import room
from hanmadang.kernel import audit
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.drawing import Column, columns
from hanmadang.kernel.i18n import _, current_locale, format_day
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet

_STAFF = Permission.RUNS_MANAGE
_WEEK = timedelta(weeks=1)


@room.page("/courses/<course>/figures", needs=Permission.PUBLIC)
def figures(course: str) -> ResponseReturnValue:
    """How many begin and finish, by unit and by language."""
    return _page(public_figures(db.session(), course), staff=False)


@room.page("/courses/<course>/figures.csv", needs=Permission.PUBLIC)
def figures_csv(course: str) -> ResponseReturnValue:
    """The units of that page for a spreadsheet."""
    return _csv(public_figures(db.session(), course), "figures", staff=False)


@room.page("/courses/<course>/figures.json", needs=Permission.PUBLIC)
def figures_json(course: str) -> ResponseReturnValue:
    """The same for programs."""
    return _json(public_figures(db.session(), course))


@room.page("/desk/courses/figures/<course>", needs=_STAFF)
def figures_desk(course: str) -> ResponseReturnValue:
    """The same in smaller groups, with times, where people stop, and the questions."""
    return _page(_look(course, "course_figures.viewed"), staff=True)


@room.page("/desk/courses/figures/<course>/units.csv", needs=_STAFF)
def figures_desk_csv(course: str) -> ResponseReturnValue:
    """The units for a spreadsheet."""
    return _csv(_look(course, "course_figures.exported"), "staff-figures", staff=True)


@room.page("/desk/courses/figures/<course>/questions.csv", needs=_STAFF)
def items_csv(course: str) -> ResponseReturnValue:
    """The questions for a spreadsheet."""
    page = _look(course, "course_figures.exported")
    head = (
        _("Unit"), _("Quiz question"), _("Answered by"), _("Right at first try (%)"),
        _("Discrimination"), _("Upper less lower 27 %"), _("Tries per person"),
        _("What to look at"),
    )  # fmt: skip
    return spreadsheet(f"{page.slug}-questions.csv", head, (_item_row(one) for one in page.items))


def _look(course: str, action: str) -> FiguresPage:
    """The figures for staff, and the note that they were looked at: groups are small here."""
    with transaction() as session:
        page = staff_figures(session, viewer(), course)
        audit.record(session, viewer(), action, kind="course", id=page.course_id)
    return page


def _page(page: FiguresPage, *, staff: bool) -> ResponseReturnValue:
    return render(
        "courses/figures/page.html",
        page=page,
        staff=staff,
        weeks=_weeks(page),
        done=[_bar(line) for line in page.units],
        stops=_stops(page) if staff else (),
        texts=texts,
        zone=settings().zone,
        most=max((abs(line.figures.gap or 0) for line in page.units), default=0),
    )


def _weeks(page: FiguresPage) -> tuple[Column, ...]:
    slices = []
    for first, last, people in page.cut.weeks if page.cut else ():
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
        label = format_day(begins, "short_day")
        if ends != begins:
            label = _("%(start)s–%(end)s", start=label,
                      end=format_day(ends + _WEEK - timedelta(days=1), "short_day"))  # fmt: skip
        slices.append((label, people, float((ends - begins) // _WEEK + 1)))
    return columns(slices) if slices else ()


def _bar(line: UnitLine) -> dict[str, Any]:
    """A row of the chart of finished units, as the macro `bars` takes it."""
    figure = line.figures.done
    return {
        "id": line.position,
        "label": f"{line.position}. {line.title.shown(current_locale())}",
        "count": figure.count,
        "share": figure.share,
        "nearly_all": figure.nearly_all,
        "width": 100 * figure.count / figure.of if figure.count else 100 * figure.nearly_all,
    }


def _stops(page: FiguresPage) -> list[dict[str, Any]]:
    people = page.cut.people.count if page.cut else None
    return [
        {
            "id": f"stop-{line.position}",
            "label": f"{line.position}. {line.title.shown(current_locale())}",
            "count": line.figures.stopped,
            "share": None,
            "width": 100 * line.figures.stopped / people if people else 0,
        }
        for line in page.units
        if line.figures.stopped
    ]


def _csv(page: FiguresPage, name: str, *, staff: bool) -> Response:
    smallest = str(page.cut.smallest) if page.cut else ""
    head = [
        _("Unit"), _("Title"), _("Have started"), _("Done"), _("Share done (%)"),
        _("Done, enrolled in Korean (%)"), _("Done, enrolled in English (%)"),
    ]  # fmt: skip
    if staff:
        head += [_("Minutes, the middle"), _("Stopped here")]
    rows = (_unit_row(line, smallest, staff=staff) for line in page.units)
    return spreadsheet(f"{page.slug}-{name}.csv", head, rows)


def _unit_row(line: UnitLine, smallest: str, *, staff: bool) -> list[object]:
    figures = line.figures
    row: list[object] = [
        line.position, line.title.shown(current_locale()), _cell(figures.started, smallest),
        _cell(figures.done, smallest), _rounded(figures.done.share),
        *(_rounded(figures.languages[key].share) if key in figures.languages else None
          for key in ("ko", "en")),
    ]  # fmt: skip
    return [*row, _rounded(figures.minutes), figures.stopped] if staff else row


def _item_row(line: ItemLine) -> tuple[object, ...]:
    found = line.figures.statistics
    language = current_locale()
    return (
        line.unit_position, line.text.shown(language), line.figures.right.of or None,
        _rounded(line.figures.right.share),
        _rounded(found.discrimination, 2) if found else None,
        _rounded(found.upper_lower, 2) if found else None,
        _rounded(found.tries, 2) if found else None,
        "; ".join(str(texts.FINDINGS[each]) for each in found.findings) if found else None,
    )  # fmt: skip


def _cell(figure: Figure, smallest: str) -> object:
    if figure.few:
        return f"< {smallest}"
    if figure.nearly_all:
        return f"> {figure.of - int(smallest)}"
    return figure.count


def _rounded(value: float | None, places: int = 1) -> float | None:
    return None if value is None else round(value, places)


def _json(page: FiguresPage) -> Response:
    cut = page.cut
    return jsonify(
        {
            "course": page.slug,
            "version": page.version,
            "counted_at": page.made_at.isoformat() if page.made_at else None,
            "smallest_group": cut.smallest if cut else None,
            "learners": _plain(cut.people) if cut else None,
            "finished": _plain(cut.finished) if cut else None,
            "languages": dict(cut.languages) if cut else {},
            "weeks": [
                dict(zip(("from", "to", "enrolled"), week, strict=True)) for week in cut.weeks
            ]
            if cut
            else [],
            "units": list(_json_units(page)),
        }
    )


def _json_units(page: FiguresPage) -> Iterator[dict[str, Any]]:
    for line in page.units:
        yield {
            "unit": f"{line.module_slug}/{line.slug}",
            "position": line.position,
            "started": _plain(line.figures.started),
            "done": _plain(line.figures.done),
            "done_by_language": {
                key: _plain(figure) for key, figure in line.figures.languages.items()
            },
        }


def _plain(figure: Figure) -> Any:
    """A number, or why there is none."""
    if figure.count is not None:
        return figure.count
    return "few" if figure.few else "nearly all" if figure.nearly_all else None
