"""The editors' desk: running polls live, suggestions to decide, and every question one by one."""

from collections.abc import Iterator

from flask import url_for
from flask.typing import ResponseReturnValue

from hanmadang.curricula import texts
from hanmadang.curricula import texts_demand as words
from hanmadang.curricula.domain.demand import rules
from hanmadang.curricula.models import Reply, SuggestionState, Wanted
from hanmadang.curricula.queries import Demand, demand
from hanmadang.curricula.queries.demand import Asked
from hanmadang.curricula.queries.live_demand import running
from hanmadang.curricula.queries.shelf import Shelf, read_shelf
from hanmadang.curricula.queries.suggestions import SuggestionRow, suggestions
from hanmadang.curricula.views.room import renew_live_figures, room
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet

_HEAD = ("poll", "question", "kind", "standing", "answered", "subject", "count", "share", "lessons")
_WAITING = (SuggestionState.OPEN, SuggestionState.SIGNING)
_DECIDED = (SuggestionState.ACCEPTED, SuggestionState.DECLINED)


def _demand() -> tuple[Demand, Shelf]:
    shelf = read_shelf(db.session(), current_locale())
    return demand(db.session(), shelf), shelf


@room.page("/desk/demand", needs=Permission.DEMAND_READ, endpoint="demand")
def show() -> ResponseReturnValue:
    """What running polls ask for, what is to be decided, and what each question told."""
    renew_live_figures()
    found, shelf = _demand()
    session = db.session()
    return render(
        "curricula/demand.html",
        page=found,
        shelf=shelf,
        standings=texts.STANDINGS,
        words=words,
        live=running(session, shelf, rules()),
        waiting=suggestions(session, shelf, *_WAITING),
        decided=suggestions(session, shelf, *_DECIDED),
        replies=_replies,
        acts=viewer().may(Permission.CURRICULA_EDIT),
        new_key=new_key,
        stream=_stream,
        names=lambda wanted, codes: _names(shelf, wanted, codes),
        percent=lambda x: round(100 * x, 1),
    )


def _replies(row: SuggestionRow) -> list[Reply]:
    """The buttons of a suggestion: lessons where there are any, else a draft of one."""
    asking = viewer()
    lessons = [Reply.LESSON] if row.covered.is_gap else [Reply.FOLLOW_UP, Reply.LEAD_IN]
    events = [Reply.EVENT] if asking.may(Permission.EVENTS_ORGANIZE) else []
    calls = [Reply.CALL] if asking.may(Permission.FORUMS_ORGANIZE) else []
    return [*lessons, *events, *calls]


def _stream(code: str) -> tuple[str, str]:
    """Where the poll's live stream and its snapshot are."""
    snapshot = url_for("polls.live_snapshot", code=code)
    return snapshot.removesuffix(".json"), snapshot


def _names(shelf: Shelf, wanted: Wanted, codes: tuple[str, ...]) -> list[Bilingual]:
    known = shelf.topics if wanted is Wanted.WISH else shelf.competencies
    return [known.get(code) or Bilingual.of(ko=code, en=code) for code in codes]


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
