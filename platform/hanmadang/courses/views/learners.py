"""The instructor's desk: who is stuck where, one learner, the questions; each look is recorded."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import texts_runs as texts
from hanmadang.courses.queries import learners as people
from hanmadang.courses.queries.class_items import MOST_LIVE, class_items
from hanmadang.courses.queries.learners import Learner, Sort, Where
from hanmadang.courses.queries.teaching import Held, held
from hanmadang.courses.views.room import room
from hanmadang.kernel import audit, clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import _, current_locale, format_instant
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet

_NEEDS = Permission.COHORTS_TEACH
_BASE = "/desk/courses/learners/<held_kind>/<int(max=2147483647):held_id>"
_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the learners is looked at, from the address; anything unknown is the usual."""

    where: Where
    sort: Sort
    number: int

    @classmethod
    def here(cls) -> "Asked":
        """From this request."""
        where, sort = request.args.get("where", ""), request.args.get("sort", "")
        number = request.args.get("page", 1, type=int)
        return cls(
            Where(where) if where in set(Where) else Where.ALL,
            Sort(sort) if sort in set(Sort) else Sort.QUIET,
            max(1, min(number, _MOST_ROWS)),
        )


@room.page(_BASE, needs=_NEEDS)
def learners(held_kind: str, held_id: int) -> ResponseReturnValue:
    """Everybody in a run or a cohort: where they are, and who may be stuck."""
    asked, now = Asked.here(), clock.now()
    with transaction() as session:
        within = _look(session, held_kind, held_id, "course_learners.viewed")
        page = people.learners(
            session, within, asked.where, asked.sort, now=now, number=asked.number
        )
    return render(
        "courses/desk/learners.html",
        within=within,
        page=page,
        asked=asked,
        texts=texts,
        url=lambda number: _here(within, asked, page=number),
        zone=settings().zone,
    )


@room.page(f"{_BASE}.csv", needs=_NEEDS)
def learners_csv(held_kind: str, held_id: int) -> ResponseReturnValue:
    """The same selection for a spreadsheet."""
    asked, now = Asked.here(), clock.now()
    with transaction() as session:
        within = _look(session, held_kind, held_id, "course_learners.exported")
        page = people.learners(session, within, asked.where, asked.sort, now=now, most=_MOST_ROWS)
    head = (
        _("Name"), _("Units done"), _("Units"), _("Questions right"), _("Quiz questions"),
        _("Where they are"), _("Last activity"), _("Days since"), _("Stuck at"),
    )  # fmt: skip
    rows = (_row(each) for each in page.learners)
    return spreadsheet(f"{within.kind}-{within.id}-learners.csv", head, rows)


@room.page(f"{_BASE}/people/<int(max=2147483647):account_id>", needs=_NEEDS)
def learner(held_kind: str, held_id: int, account_id: int) -> ResponseReturnValue:
    """One learner: each unit, and the questions they are stuck at."""
    now = clock.now()
    with transaction() as session:
        within = held(session, viewer(), held_kind, held_id)
        found = people.learner(session, within, account_id, now=now)
        if found is None:
            raise NotFoundError
        units = people.units_of(session, within, account_id)
        audit.record(
            session, viewer(), "course_learner.viewed", kind=within.audited, id=within.id,
            subject_id=account_id,
        )  # fmt: skip
    return render(
        "courses/desk/learner.html", within=within, learner=found, units=units, zone=settings().zone
    )


@room.page(f"{_BASE}/questions", needs=_NEEDS)
def questions(held_kind: str, held_id: int) -> ResponseReturnValue:
    """How hard each question was for this run or cohort."""
    with transaction() as session:
        within = _look(session, held_kind, held_id, "course_questions.viewed")
        found = class_items(session, within)
    return render(
        "courses/desk/questions.html", within=within, found=found, texts=texts, most=MOST_LIVE
    )


def _look(session: Session, kind: str, held_id: int, action: str) -> Held:
    """What this viewer may see, and the note that it was looked at."""
    within = held(session, viewer(), kind, held_id)
    audit.record(session, viewer(), action, kind=within.audited, id=within.id)
    return within


def _here(within: Held, asked: Asked, **more: Any) -> str:
    where, sort = asked.where.value, asked.sort.value
    return url_for(
        "courses.learners", held_kind=within.kind, held_id=within.id, where=where, sort=sort, **more
    )


def _row(each: Learner) -> tuple[object, ...]:
    language = current_locale()
    touched = each.touched_at
    return (
        each.name, each.units_done, each.unit_count, each.questions_right, each.question_count,
        each.unit_title.shown(language) if each.unit_title else None,
        format_instant(touched, settings().zone, language) if touched else None,
        each.days if touched else None,
        "; ".join(f"{stuck.text.shown(language)} ({stuck.tries})" for stuck in each.stuck) or None,
    )  # fmt: skip
