"""What the rooms asked for: the desk's page of public demand, and the same figures as CSV."""

from collections.abc import Iterator

from flask.typing import ResponseReturnValue

from hanmadang.curricula import texts
from hanmadang.curricula.queries import Demand, demand
from hanmadang.curricula.queries.demand import Asked
from hanmadang.curricula.queries.shelf import Shelf, read_shelf
from hanmadang.curricula.views.room import room
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet

_HEAD = ("poll", "question", "kind", "standing", "answered", "subject", "count", "share", "lessons")


def _demand() -> tuple[Demand, Shelf]:
    shelf = read_shelf(db.session(), current_locale())
    return demand(db.session(), shelf), shelf


@room.page("/desk/demand", needs=Permission.DEMAND_READ, endpoint="demand")
def show() -> ResponseReturnValue:
    """Topics and knowledge gaps, with what the courses offer on them."""
    found, shelf = _demand()
    return render("curricula/demand.html", page=found, shelf=shelf, standings=texts.STANDINGS)


@room.page("/desk/demand.csv", needs=Permission.DEMAND_READ, endpoint="demand_csv")
def download() -> ResponseReturnValue:
    """The same figures, one row each; UTF-8 with the mark that spreadsheets look for."""
    found, shelf = _demand()
    rows = (row for asked in (*found.interests, *found.gaps) for row in _rows(asked, shelf))
    return spreadsheet("demand.csv", _HEAD, rows)


def _rows(asked: Asked, shelf: Shelf) -> Iterator[tuple[object, ...]]:
    kind, standing = asked.kind.value, asked.standing.value
    head = (asked.poll_slug, _said(asked.text), kind, standing, asked.answered)
    if asked.missed is not None and asked.missed_share is not None and asked.coverage:
        name = _said(shelf.competencies[asked.competency])
        lessons = len(asked.coverage.lessons)
        yield (*head, name, asked.missed, round(asked.missed_share, 3), lessons)
    for wish in asked.wishes:
        names = " + ".join(_said(shelf.topics[code]) for code in wish.topics)
        share = "" if wish.share is None else round(wish.share, 3)
        count = "" if wish.count is None else wish.count
        yield (*head, names, count, share, len(wish.coverage.lessons))
    if asked.missed is None and not asked.wishes:
        yield (*head, "", "", "", "")


def _said(text: Bilingual) -> str:
    return text.shown(current_locale()).text
