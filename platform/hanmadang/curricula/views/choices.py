"""Acts on single lessons of a path: pin, skip, give back, shorter; each can be taken back."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.curricula import on_device
from hanmadang.curricula.domain import choose, shorten
from hanmadang.curricula.forms import choice_in, length_in
from hanmadang.curricula.models import Choice
from hanmadang.curricula.queries.lessons import lesson_title
from hanmadang.curricula.views.room import room
from hanmadang.curricula.wishes import Decided
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.flash import Undo, say
from hanmadang.kernel.i18n import LazyText, _, _n, current_locale, lazy
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission

_SAID: Mapping[Choice | None, LazyText] = {
    Choice.PINNED: lazy("“%(title)s” stays in your path."),
    Choice.SKIPPED: lazy("“%(title)s” is set aside. It will not be suggested any more."),
    None: lazy("“%(title)s” is left to the path again."),
}


@room.action("/my-path/lessons/<int(max=2147483647):unit_id>/choice", needs=Permission.PUBLIC)
def choose_step(unit_id: int) -> ResponseReturnValue:
    """Pin a lesson, set it aside, or leave it to the engine again."""
    wanted, before = choice_in(request.form.get("to", "")), choice_in(request.form.get("was", ""))
    title = lesson_title(db.session(), unit_id).shown(current_locale()).text
    response = current_app.make_response(redirect(url_for("curricula.my_path"), 303))
    if viewer().account_id is None:
        _on_device(response, unit_id, wanted)
    else:
        with transaction() as session:
            choose(session, viewer(), unit_id, wanted, now=clock.now())
    if "undo" in request.form:
        say(_("Undone."))
    else:
        fields = {"to": before or "", "was": wanted or "", "undo": "1"}
        back = Undo(url_for("curricula.choose_step", unit_id=unit_id), fields)
        say(_(_SAID[wanted].message, title=title), undo=back)
    return response


def _on_device(response: Response, unit_id: int, wanted: Choice | None) -> None:
    device = on_device.read()
    decided = decided_with(device.decided, unit_id, wanted)
    on_device.write(response, replace(device, decided=decided))


def decided_with(decided: Decided, unit_id: int, wanted: Choice | None) -> Decided:
    """The decisions with that one taken, in the place of the one before."""
    others = decided.without(unit_id)
    match wanted:
        case Choice.PINNED:
            return replace(others, pinned=(*others.pinned, unit_id))
        case Choice.SKIPPED:
            return replace(others, skipped=(*others.skipped, unit_id))
        case Choice.KNOWN:
            return replace(others, known=(*others.known, unit_id))
        case None:
            return others


@room.action("/my-path/shorter", needs=Permission.PUBLIC)
def shorter() -> ResponseReturnValue:
    """Only lessons up to a length, or of any length again."""
    wanted, before = length_in(request.form.get("to", "")), length_in(request.form.get("was", ""))
    response = current_app.make_response(redirect(url_for("curricula.my_path"), 303))
    if viewer().account_id is None:
        device = on_device.read()
        wishes = replace(device.wishes, longest=wanted)
        on_device.write(response, replace(device, wishes=wishes))
    else:
        with transaction() as session:
            shorten(session, viewer(), wanted)
    if "undo" in request.form:
        say(_("Undone."))
    else:
        fields = {"to": str(before or ""), "was": str(wanted or ""), "undo": "1"}
        say(_length(wanted), undo=Undo(url_for("curricula.shorter"), fields))
    return response


def _length(wanted: int | None) -> str:
    if wanted is None:
        return _("Lessons of any length are in your path again.")
    return _n(
        "Lessons in your path now take no longer than %(n)s minute.",
        "Lessons in your path now take no longer than %(n)s minutes.",
        wanted,
    )
