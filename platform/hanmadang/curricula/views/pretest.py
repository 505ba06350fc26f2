"""The pre-test: one question a page, left and taken up again at will, and what it changed."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses.queries.questions import QuestionView
from hanmadang.curricula import on_device
from hanmadang.curricula.brought import Device, Shown, Tried
from hanmadang.curricula.domain import (
    answer_pretest,
    begin_pretest,
    end_pretest,
    forget_pretest,
)
from hanmadang.curricula.domain.showing import counted, outcome_of
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.pretest import MOST, Asked, Item, next_item
from hanmadang.curricula.models import Outcome
from hanmadang.curricula.queries.items import offered, question_view
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.queries.pretests import RIGHT, Standing, standing_of
from hanmadang.curricula.views.asking import read_answer
from hanmadang.curricula.views.room import path_now, room, today
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.page("/my-path/pretest", needs=Permission.PUBLIC)
def pretest() -> ResponseReturnValue:
    """What a pre-test is; while one runs, its next question; after it, what it changed."""
    standing = _standing()
    if standing is None:
        return _intro()
    made = path_now()
    item = None if standing.ended else _next(made, standing)
    if item is None:
        return _result(made, standing)
    return _question(question_view(item.id), item, standing)


def _intro() -> str:
    possible = bool(offered(db.session(), current_locale()))
    return render("curricula/pretest/intro.html", most=MOST, possible=possible)


def _question(view: QuestionView, item: Item, standing: Standing, error: str = "") -> str:
    place = len(standing.asked) + 1
    return render(
        "curricula/pretest/question.html", view=view, item=item, place=place, most=MOST, error=error
    )


def _result(made: Made, standing: Standing) -> str:
    now, lessons = [step.unit_id for step in made.plan.steps], made.shelf.lessons
    codes = {made.shelf.counts_for(answer.competency) for answer in standing.asked}
    return render(
        "curricula/pretest/result.html",
        standing=standing,
        right=sum(answer.right is True for answer in standing.asked),
        unsure=sum(answer.right is None for answer in standing.asked),
        gone=[lessons[n] for n in standing.before if n in lessons and n not in now],
        fresh=[lessons[n] for n in now if n not in standing.before],
        estimates=[(c, e) for c, e in made.estimates().items() if c in codes],
        shelf=made.shelf,
    )


@room.action("/my-path/pretest/begin", needs=Permission.PUBLIC)
def pretest_begin() -> ResponseReturnValue:
    """Begin, or begin again: what an earlier one showed no longer counts."""
    before = [step.unit_id for step in path_now().plan.steps]
    response = _back()
    if viewer().account_id is None:
        device = replace(_forgotten(on_device.read()), tried=Tried(before=tuple(before)))
        on_device.write(response, device)
    else:
        with transaction() as session:
            begin_pretest(session, viewer(), before, now=clock.now())
    return response


@room.action("/my-path/pretest/answer", needs=Permission.PUBLIC)
def pretest_answer() -> ResponseReturnValue:
    """Keep one answer. What was not asked at that place changes nothing."""
    standing = _standing()
    if standing is None or standing.ended:
        return _back()
    item = _next(path_now(), standing)
    if item is None or request.form.get("item") != str(item.id):
        return _back()
    unsure = "unsure" in request.form
    given, view = read_answer(item, question_view(item.id))
    if not unsure and (given is None or given.right is None):
        nothing = _("Choose an answer, or say that you don’t know.")
        return _question(view, item, standing, str(view.error.text) if view.error else nothing), 422
    chosen = Asked(item.id, item.competency, None) if unsure or given is None else given
    return _record(standing, chosen)


def _record(standing: Standing, given: Asked) -> Response:
    response = _back()
    if viewer().account_id is None:
        device = on_device.read()
        tried = device.tried or Tried()
        asked = (*tried.asked, (given.item_id, outcome_of(given).value))
        shown = Shown(counted([*standing.asked, given]), Source.PRETEST.value, today())
        on_device.write(
            response,
            replace(_forgotten(device), tried=replace(tried, asked=asked),
                    shown=(*_others(device), shown)),
        )  # fmt: skip
    else:
        place = len(standing.asked) + 1
        with transaction() as session:
            answer_pretest(session, viewer(), place, given, now=clock.now())
    return response


@room.action("/my-path/pretest/end", needs=Permission.PUBLIC)
def pretest_end() -> ResponseReturnValue:
    """Leave it with what was answered so far."""
    response = _back()
    if viewer().account_id is None:
        device = on_device.read()
        if device.tried:
            on_device.write(response, replace(device, tried=replace(device.tried, ended=True)))
    else:
        with transaction() as session:
            end_pretest(session, viewer())
    return response


@room.action("/my-path/pretest/forget", needs=Permission.PUBLIC)
def pretest_forget() -> ResponseReturnValue:
    """Delete it with all that it showed."""
    response = current_app.make_response(redirect(url_for("curricula.my_path"), 303))
    if viewer().account_id is None:
        on_device.write(response, _forgotten(on_device.read()))
    else:
        with transaction() as session:
            forget_pretest(session, viewer())
    say(_("Deleted. Your path no longer uses the pre-test."))
    return response


def _back() -> Response:
    return current_app.make_response(redirect(url_for("curricula.pretest"), 303))


def _standing() -> Standing | None:
    """The pre-test of whoever asks; None where there is none."""
    account_id = viewer().account_id
    if account_id is not None:
        return standing_of(db.session(), account_id)
    tried = on_device.read().tried
    if tried is None:
        return None
    codes = {o.item.id: o.item.competency for o in offered(db.session(), current_locale())}
    asked = [
        Asked(question, codes[question], RIGHT[Outcome(outcome)])
        for question, outcome in tried.asked
        if question in codes
    ]
    return Standing(tried.ended, asked, tried.before)


def _next(made: Made, standing: Standing) -> Item | None:
    items = [each.item for each in offered(db.session(), current_locale())]
    return next_item(made.shelf.catalogue, made.estimates(), items, standing.asked)


def _others(device: Device) -> Sequence[Shown]:
    return tuple(each for each in device.shown if each.source != Source.PRETEST.value)


def _forgotten(device: Device) -> Device:
    return replace(device, shown=tuple(_others(device)), tried=None)
