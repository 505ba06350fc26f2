"""What pages that ask questions share: the consent, and reading what was answered."""

from dataclasses import replace
from typing import Any

from flask import request

from hanmadang.courses import grading
from hanmadang.courses.forms.quiz import answers_in
from hanmadang.courses.queries.questions import QuestionView
from hanmadang.curricula import offers, on_device
from hanmadang.curricula.engine.pretest import Asked, Item
from hanmadang.curricula.forms import AgreeForm
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import viewer
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind

CONSENT = consents.CURRENT[ConsentKind.PATH]


def agreeing() -> AgreeForm:
    """The form of a consent, which is not asked for twice."""
    form = AgreeForm()
    form.consented = has_agreed()
    form.consent.label.text = CONSENT.agree.shown(current_locale()).text
    return form


def has_agreed() -> bool:
    """Whether the consent stands: the account's, or on this device."""
    if viewer().account_id is not None:
        return offers.has_agreed(db.session(), viewer())
    return on_device.read().consent_version == CONSENT.version


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
