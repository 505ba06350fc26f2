"""My path, and what a person wishes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula import on_device, texts
from hanmadang.curricula.domain import wish
from hanmadang.curricula.engine.reasons import Fits
from hanmadang.curricula.forms import WishForm, levels_in
from hanmadang.curricula.queries import path_page
from hanmadang.curricula.queries.evenings import BookedEvening
from hanmadang.curricula.queries.paths import Made, PathPage
from hanmadang.curricula.views.room import city_now, path_now, room
from hanmadang.curricula.wishes import LENGTHS, Wishes
from hanmadang.kernel import vocabulary
from hanmadang.kernel.db import transaction
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.page("/my-path", needs=Permission.PUBLIC)
def my_path() -> ResponseReturnValue:
    """The next lesson, the way after it, and the reason of every step."""
    made = path_now()
    form = WishForm(formdata=None)
    form.show(made.facts.wishes)
    return _page(made, form, made.facts.wishes.levels)


def _page(made: Made, form: WishForm, levels: Mapping[str, int]) -> str:
    form.offer_lengths()
    words = texts.Words.of(made)
    page = path_page(made, city_now())
    return render(
        "curricula/path/show.html",
        page=page,
        form=form,
        levels=levels,
        shorter=_shorter(made),
        is_event=lambda row: isinstance(row, BookedEvening),
        reasons=lambda step: [
            texts.reason_text(why, words) for why in step.reasons if not isinstance(why, Fits)
        ],
        left_out=_by_reason(page, words),
    )


def _by_reason(page: PathPage, words: texts.Words) -> Mapping[str, Sequence[CatalogueUnit]]:
    """The lessons left out under each reason, so that it is said once."""
    found: dict[str, list[CatalogueUnit]] = {}
    for lesson, why in page.left_out:
        found.setdefault(texts.omission_text(why, words), []).append(lesson)
    return found


def _shorter(made: Made) -> int | None:
    """The next shorter length of a lesson; None where each lesson is as short as they come."""
    longest = max((step.minutes for step in made.plan.steps), default=0)
    return max((n for n in LENGTHS if n < longest), default=None)


@room.action("/my-path/preferences", needs=Permission.PUBLIC)
def preferences() -> ResponseReturnValue:
    """Keep minutes, interests and needs: with the account, or on this device."""
    form = WishForm()
    form.offer_lengths()
    topics = [topic.code for topic in vocabulary.topics()]
    if not form.sent():
        return _page(path_now(), form, levels_in(request.form, topics)), 422
    response = keep_wishes(form.wishes(request.form, topics))
    say(_("Saved. Your path follows it now."))
    return response


def keep_wishes(wishes: Wishes) -> Response:
    """Store them where whoever asks keeps their path; leads back to it."""
    response = current_app.make_response(redirect(url_for("curricula.my_path"), 303))
    account_id = viewer().account_id
    if account_id is None:
        known = {topic.code for topic in vocabulary.topics()}
        on_device.write(response, replace(on_device.read(), wishes=wishes.only(known)))
    else:
        with transaction() as session:
            wish(session, account_id, wishes)
    return response
