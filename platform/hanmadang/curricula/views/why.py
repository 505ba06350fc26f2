"""Why this lesson, and why not that one: every number behind the answer."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.curricula import texts
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import EvidenceKind
from hanmadang.curricula.views.room import path_now, room
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission


@room.page("/my-path/why/<int:unit_id>", needs=Permission.PUBLIC)
def why(unit_id: int) -> ResponseReturnValue:
    """One step's reasons, the evidence behind them, and what it should change."""
    made = path_now()
    step, lesson = made.step(unit_id), made.shelf.lessons.get(unit_id)
    if lesson is None:
        raise NotFoundError
    if step is None:
        return redirect(url_for("curricula.why_not", unit_id=unit_id), 303)
    words, taught = texts.Words.of(made), {code for code, _before, _after in step.learns}
    topics = set(lesson.topics)
    return render(
        "curricula/why.html",
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


@room.page("/my-path/why-not/<int:unit_id>", needs=Permission.PUBLIC)
def why_not(unit_id: int) -> ResponseReturnValue:
    """Why a lesson is not in the path."""
    made = path_now()
    omission, lesson = made.omission(unit_id), made.shelf.lessons.get(unit_id)
    if lesson is None:
        raise NotFoundError
    if omission is None:
        return redirect(url_for("curricula.why", unit_id=unit_id), 303)
    words, estimates = texts.Words.of(made), made.estimates()
    return render(
        "curricula/why_not.html",
        lesson=lesson,
        text=texts.omission_text(omission, words),
        words=words,
        estimates=[(code, estimates[code]) for code, _s in lesson.teaches if code in estimates],
    )
