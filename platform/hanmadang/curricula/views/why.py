"""Why this lesson, and why not that one: every number behind the answer."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula import texts
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import EvidenceKind
from hanmadang.curricula.queries.lessons import on_offer_now
from hanmadang.curricula.views.room import path_now, room
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.text import one_line

_MOST = 60
"""Lessons that a search lists."""
_LONGEST = 100


@room.page("/my-path/why/<int:unit_id>", needs=Permission.PUBLIC)
def why(unit_id: int) -> ResponseReturnValue:
    """One step's reasons, the evidence behind them, and what it should change."""
    made = path_now()
    step, lesson = made.step(unit_id), made.shelf.lessons.get(unit_id)
    if lesson is None:
        return _elsewhere("curricula.why", unit_id)
    if step is None:
        return redirect(url_for("curricula.why_not", unit_id=unit_id), 303)
    words, taught = texts.Words.of(made), {code for code, _before, _after in step.learns}
    topics = set(lesson.topics)
    return render(
        "curricula/path/why.html",
        lesson=lesson,
        step=step,
        place=made.plan.steps.index(step) + 1,
        steps=len(made.plan.steps),
        reasons=[texts.reason_text(reason, words) for reason in step.reasons],
        words=words,
        pieces=[piece for piece in made.facts.pieces if piece.code in taught | topics],
        quiz=[row for row in made.facts.quiz if row.competency in taught],
        declared=[topic for topic in made.facts.topics if topic in topics],
        kinds=EvidenceKind,
        sources=Source,
        source_names=texts.SOURCES,
    )


@room.page("/my-path/why-not", needs=Permission.PUBLIC)
def why_not_any() -> ResponseReturnValue:
    """Ask of any lesson on offer whether it is in the path, and why or why not."""
    made, asked = path_now(), one_line(request.args.get("q", ""))[:_LONGEST]
    words = texts.Words.of(made)
    places = {step.unit_id: place for place, step in enumerate(made.plan.steps, 1)}
    omitted = dict(made.plan.omitted)
    found = [lesson for lesson in made.shelf.lessons.values() if _reads(lesson, asked)]
    return render(
        "curricula/path/why_not_any.html",
        asked=asked,
        found=[
            (lesson, places.get(lesson.unit_id), omitted.get(lesson.unit_id))
            for lesson in found[:_MOST]
        ],
        more=max(0, len(found) - _MOST),
        omission=lambda why: texts.omission_text(why, words),
    )


def _reads(lesson: CatalogueUnit, asked: str) -> bool:
    """Whether the words stand in the lesson's or its course's title, in either language."""
    titles = (lesson.title, lesson.course_title, lesson.module_title)
    whole = " ".join(title.get(language) for title in titles for language in LANGUAGES).casefold()
    return all(word in whole for word in asked.casefold().split())


@room.page("/my-path/why-not/<int:unit_id>", needs=Permission.PUBLIC)
def why_not(unit_id: int) -> ResponseReturnValue:
    """Why a lesson is not in the path."""
    made = path_now()
    omission, lesson = made.omission(unit_id), made.shelf.lessons.get(unit_id)
    if lesson is None:
        return _elsewhere("curricula.why_not", unit_id)
    if omission is None:
        return redirect(url_for("curricula.why", unit_id=unit_id), 303)
    words, estimates = texts.Words.of(made), made.estimates()
    return render(
        "curricula/path/why_not.html",
        lesson=lesson,
        text=texts.omission_text(omission, words),
        words=words,
        estimates=[(code, estimates[code]) for code, _s in lesson.teaches if code in estimates],
    )


def _elsewhere(endpoint: str, unit_id: int) -> ResponseReturnValue:
    """The lesson of an older version is spoken of as the one on offer. Raises NotFoundError."""
    twin = on_offer_now(db.session(), [unit_id]).get(unit_id)
    if twin is None:
        raise NotFoundError
    return redirect(url_for(endpoint, unit_id=twin), 303)
