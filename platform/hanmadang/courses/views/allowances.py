"""More time or more attempts for one person of a class: found by name, given, taken back."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain.allowances import allow, take_back
from hanmadang.courses.forms.allowances import AllowanceForm, time_label
from hanmadang.courses.queries import allowances as reads
from hanmadang.courses.queries.allowances import PersonRow
from hanmadang.courses.queries.teaching import Held, held
from hanmadang.courses.views.room import room
from hanmadang.kernel import audit, clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.text import one_line

_NEEDS = Permission.COHORTS_TEACH
_BASE = "/desk/courses/learners/<held_kind>/<int(max=2147483647):held_id>"
_PERSON = f"{_BASE}/people/<int(max=2147483647):account_id>/allowance"


@room.page(f"{_BASE}/allowances", needs=_NEEDS)
def allowances(held_kind: str, held_id: int) -> ResponseReturnValue:
    """Who has more than others, and a search for somebody who shall."""
    words = one_line(request.args.get("name", ""))[:80]

    def look(session: Session) -> tuple[Held, list[PersonRow], list[PersonRow]]:
        within = held(session, viewer(), held_kind, held_id)
        audit.record(
            session, viewer(), "course_allowances.viewed", kind=within.audited, id=within.id
        )
        found = reads.found_by_name(session, within, words)
        return within, list(reads.allowances(session, within)), list(found)

    within, given, found = transact(look)
    return render(
        "courses/desk/allowances.html", within=within, given=given, found=found, words=words,
        most=reads.MOST_FOUND, time_label=time_label,
    )  # fmt: skip


@room.form(_PERSON, needs=_NEEDS)
def allowance(held_kind: str, held_id: int, account_id: int) -> ResponseReturnValue:
    """Give one person more, or change what was given."""

    def look(session: Session) -> tuple[Held, PersonRow]:
        within = held(session, viewer(), held_kind, held_id)
        audit.record(
            session, viewer(), "course_allowance.viewed", kind=within.audited, id=within.id,
            subject_id=account_id,
        )  # fmt: skip
        return within, _person(session, within, account_id)

    within, who = transact(look)
    form = AllowanceForm().of(who)
    if form.sent() and form.is_more():
        now = clock.now()

        def work(session: Session) -> None:
            again = held(session, viewer(), held_kind, held_id)
            allow(
                session, viewer(), account_id, again.course_id, form.more(), within=again, now=now
            )

        transact(work)
        say(_("Saved. It holds at once, for an attempt under way as well."))
        return redirect(_list(held_kind, held_id), 303)
    if request.method == "GET":
        form.fill(who)
    page = render("courses/desk/allowance.html", within=within, who=who, form=form)
    return page, 200 if request.method == "GET" else 422


@room.action(f"{_PERSON}/take-back", needs=_NEEDS)
def allowance_take_back(held_kind: str, held_id: int, account_id: int) -> ResponseReturnValue:
    """From the next attempt on this person has what everybody has."""

    def work(session: Session) -> None:
        within = held(session, viewer(), held_kind, held_id)
        take_back(session, viewer(), account_id, within.course_id, within=within)

    transact(work)
    say(_("Taken back. An attempt under way keeps its time."))
    return redirect(_list(held_kind, held_id), 303)


def _person(session: Session, within: Held, account_id: int) -> PersonRow:
    found = reads.person(session, within, account_id)
    if found is None:
        raise NotFoundError
    return found


def _list(held_kind: str, held_id: int) -> str:
    return url_for("courses.allowances", held_kind=held_kind, held_id=held_id)
