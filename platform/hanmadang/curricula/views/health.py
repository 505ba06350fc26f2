"""Catalogue health on the desk, and the same as CSV."""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hanmadang.courses.models import Course
from hanmadang.courses.rules_authoring import editable_by
from hanmadang.curricula import texts_graph as texts
from hanmadang.curricula.graph.words import names_in
from hanmadang.curricula.queries.health import HealthPage, IllRow, health_page
from hanmadang.curricula.views.graph import NEEDS
from hanmadang.curricula.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.sheets import spreadsheet

_HEAD = ("finding", "code", "subject", "course", "detail", "mend")


@room.page("/desk/health", needs=NEEDS, endpoint="health")
def show() -> ResponseReturnValue:
    """What is missing or stands alone; each row leads to where it is mended."""
    page, mend = health_page(db.session(), clock.now()), _mender()
    rows = {
        ill: [(row, subject(row, page), detail(row, page), mend(row)) for row in rows]
        for ill, rows in page.by_ill().items()
    }
    return render("curricula/health/show.html", rows=rows, ills=texts.ILLS)


@room.page("/desk/health.csv", needs=NEEDS, endpoint="health_csv")
def download() -> ResponseReturnValue:
    """The same, one row each."""
    page, mend = health_page(db.session(), clock.now()), _mender()
    rows = (
        (
            row.ill.value,
            row.competency or (row.unit.unit_slug if row.unit else ""),
            subject(row, page),
            row.unit.course_slug if row.unit else "",
            detail(row, page),
            mend(row),
        )
        for rows in page.by_ill().values()
        for row in rows
    )
    return spreadsheet("catalogue-health.csv", _HEAD, rows)


def subject(row: IllRow, page: HealthPage) -> str:
    """What the finding is about, by name."""
    if row.unit is not None:
        return _said(row.unit.title)
    found = page.graph.competencies[row.competency]
    return found.name_ko if current_locale() == "ko" else found.name_en


def detail(row: IllRow, page: HealthPage) -> str:
    """The competencies, languages or viewpoint that it speaks of."""
    if row.codes:
        return str(names_in(row.codes, page.graph))
    if row.languages:
        return ", ".join(str(texts.LANGUAGE_NAMES[name]) for name in row.languages)
    return _said(row.said) if row.said else ""


def _mender() -> Callable[[IllRow], str]:
    """Where each is mended: the competency's page, or the desk of a course one may edit."""
    mine = set(db.session().scalars(select(Course.id).where(editable_by(viewer()))))

    def mend(row: IllRow) -> str:
        if row.unit is None:
            return url_for("curricula.competency", competency=row.competency)
        if row.unit.course_id in mine:
            return url_for("courses.desk_course", course_id=row.unit.course_id)
        return url_for(
            "courses.unit", course=row.unit.course_slug, module=row.unit.module_slug,
            unit=row.unit.unit_slug,
        )  # fmt: skip

    return mend


def _said(text: Bilingual) -> str:
    return text.shown(current_locale()).text
