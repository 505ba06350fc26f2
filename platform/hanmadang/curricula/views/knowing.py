"""Saying "I know this": two questions on what a lesson teaches, and the plan follows."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses.queries.questions import QuestionView
from hanmadang.curricula import on_device
from hanmadang.curricula.brought import Device, Shown
from hanmadang.curricula.domain import check, uncheck
from hanmadang.curricula.domain.showing import counted
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.pretest import Asked, Item
from hanmadang.curricula.queries.items import offered, question_view, to_check
from hanmadang.curricula.queries.lessons import LessonOnOffer, lesson_on_offer
from hanmadang.curricula.views.asking import read_answer
from hanmadang.curricula.views.room import room, today
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.flash import Undo, say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import _, _n, current_locale
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_ADDRESS = "/my-path/lessons/<int(max=2147483647):unit_id>"


@room.form(f"{_ADDRESS}/known", needs=Permission.PUBLIC)
def know(unit_id: int) -> ResponseReturnValue:
    """Two questions on what the lesson teaches; right answers take it out of the path."""
    lesson, form = lesson_on_offer(db.session(), unit_id), HouseForm()
    asked = _asked(lesson)
    if asked and form.is_submitted():
        read = [read_answer(item, view) for item, view in asked]
        given = [answer for answer, _view in read if answer]
        if form.sent() and len(given) == len(asked):
            return _keep(lesson, given)
        asked = [(item, view) for (item, _old), (_answer, view) in zip(asked, read, strict=True)]
    page = render(
        "curricula/path/know.html",
        lesson=lesson,
        views=[view for _item, view in asked],
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _asked(lesson: LessonOnOffer) -> Sequence[tuple[Item, QuestionView]]:
    """The same two all day, so that whoever sends the form answers what they were asked."""
    found = offered(db.session(), current_locale(), lesson.teaches)
    items = to_check(found, f"{lesson.unit_id}:{today()}")
    return [(item, question_view(item.id)) for item in items]


def _keep(lesson: LessonOnOffer, given: Sequence[Asked]) -> Response:
    response = current_app.make_response(redirect(url_for("curricula.my_path"), 303))
    knows = all(answer.right for answer in given)
    if viewer().account_id is None:
        on_device.write(response, _with(on_device.read(), lesson.unit_id, given, knows=knows))
    else:
        with transaction() as session:
            check(session, viewer(), lesson.unit_id, given, now=clock.now())
    title = lesson.title.shown(current_locale()).text
    right = sum(answer.right is True for answer in given)
    back = Undo(url_for("curricula.unknow", unit_id=lesson.unit_id))
    if knows:
        say(_("You know it. “%(title)s” leaves your path.", title=title), undo=back)
    else:
        said = _n(
            "%(right)s of %(n)s answer was right, so “%(title)s” still has something for you.",
            "%(right)s of %(n)s answers were right, so “%(title)s” still has something for you.",
            len(given),
            right=right,
            title=title,
        )
        say(said, "info", undo=back)
    return response


def _with(device: Device, unit_id: int, given: Sequence[Asked], *, knows: bool) -> Device:
    shown = Shown(counted(given), Source.CHECK.value, today(), unit_id)
    others = _without(device, unit_id)
    decided = others.decided
    if knows:
        decided = replace(decided.without(unit_id), known=(*decided.known, unit_id))
    return replace(others, decided=decided, shown=(*others.shown, shown))


def _without(device: Device, unit_id: int) -> Device:
    """Without what was shown on that lesson, and without having said to know it."""
    check_of = (Source.CHECK.value, unit_id)
    shown = tuple(each for each in device.shown if (each.source, each.unit_id) != check_of)
    known = tuple(n for n in device.decided.known if n != unit_id)
    return replace(device, shown=shown, decided=replace(device.decided, known=known))


@room.action(f"{_ADDRESS}/unknow", needs=Permission.PUBLIC)
def unknow(unit_id: int) -> ResponseReturnValue:
    """Take "I know this" back, with the answers it rested on."""
    lesson = lesson_on_offer(db.session(), unit_id)
    response = current_app.make_response(redirect(url_for("curricula.my_path"), 303))
    if viewer().account_id is None:
        on_device.write(response, _without(on_device.read(), lesson.unit_id))
    else:
        with transaction() as session:
            uncheck(session, viewer(), lesson.unit_id, now=clock.now())
    say(_("Undone. Your answers to these questions are deleted."))
    return response
