"""My path, and what a person wishes of it."""

from dataclasses import replace

from flask import Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.curricula import on_device, texts
from hanmadang.curricula.domain import wish
from hanmadang.curricula.forms import WishForm, named
from hanmadang.curricula.queries import path_page
from hanmadang.curricula.queries.evenings import BookedEvening
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.views.room import path_now, room
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
    form.minutes.data = made.facts.minutes
    form.topics.data = list(made.facts.topics)
    return _page(made, form)


def _page(made: Made, form: WishForm) -> str:
    form.topics.choices = named(made.shelf.topics.items())
    words = texts.Words.of(made)
    return render(
        "curricula/my_path.html",
        page=path_page(made),
        form=form,
        is_event=lambda row: isinstance(row, BookedEvening),
        reasons=lambda step: [texts.reason_text(reason, words) for reason in step.reasons],
        omission=lambda why: texts.omission_text(why, words),
    )


@room.action("/my-path/preferences", needs=Permission.PUBLIC)
def preferences() -> ResponseReturnValue:
    """Keep minutes and interests: with the account, or on this device."""
    form = WishForm()
    made = None if form.sent() else path_now()
    if made is not None:
        return _page(made, form), 422
    response = current_app.make_response(redirect(url_for("curricula.my_path"), 303))
    minutes, topics = int(form.minutes.data or 0), form.topics.data or []
    account_id = viewer().account_id
    if account_id is None:
        _keep_on_device(response, minutes, topics)
    else:
        with transaction() as session:
            wish(session, account_id, minutes=minutes, topics=topics)
    say(_("Saved. Your path follows it now."))
    return response


def _keep_on_device(response: Response, minutes: int, topics: list[str]) -> None:
    known = {topic.code for topic in vocabulary.topics()}
    device = replace(on_device.read(), minutes=minutes, topics=tuple(sorted(known & set(topics))))
    on_device.write(response, device)
