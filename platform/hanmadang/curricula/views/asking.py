"""What the pages that ask questions share: reading what was answered."""

from dataclasses import replace
from typing import Any

from flask import request

from hanmadang.courses import grading
from hanmadang.courses.forms.quiz import answers_in
from hanmadang.courses.queries.questions import QuestionView
from hanmadang.curricula.engine.pretest import Asked, Item


def read_answer(item: Item, view: QuestionView) -> tuple[Asked | None, QuestionView]:
    """What was answered, and the question with that in its fields.

    Nothing at all means "I don't know"; what is no answer to the question gives none.
    """
    sent = answers_in(request.form, [view])
    shown = replace(view, typed=sent.typed[view.slug], error=sent.errors.get(view.slug))
    if shown.error:
        return None, shown
    response: list[Any] = list(sent.responses.get(view.slug, ()))
    right = grading.is_right(view.kind, view.body, response) if response else None
    return Asked(item.id, item.competency, right), shown
