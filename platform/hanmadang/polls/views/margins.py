"""The desk of population figures: write down a set, look at it, retire it."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError, RefusedError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts_profile
from hanmadang.polls.domain.margins import UnusableMarginsError, retire, write_down
from hanmadang.polls.forms.margins import FilledMarginForm, MarginForm
from hanmadang.polls.queries.profiles import find_margin_set, margin_sets, may_retire
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE


@room.page("/desk/margins", needs=NEEDS)
def margins() -> ResponseReturnValue:
    """The sets this person may use."""
    sets = margin_sets(db.session(), viewer())
    mine = {each.id for each in sets if may_retire(viewer(), each)}
    return render("polls/margins.html", sets=sets, mine=mine, texts=texts_profile)


@room.form("/desk/margins/new", needs=NEEDS)
def margins_new() -> ResponseReturnValue:
    """Write down a set."""
    form = FilledMarginForm()
    if form.sent():
        try:
            return redirect(_create(form).location, 303)
        except UnusableMarginsError as error:
            form.show_fault(error)
    status = 422 if form.errors else 200
    return render("polls/margin_new.html", form=form, texts=texts_profile), status


def _create(form: MarginForm) -> Answer:
    draft = form.draft(viewer().institution_id)

    def effect(session: Session) -> Answer:
        write_down(session, viewer(), draft, now=clock.now())
        return Answer(url_for("polls.margins"))

    return commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=form.hash_fields(),
        effect=effect,
    )


@room.action("/desk/margins/<int(max=2147483647):set_id>/retire", needs=NEEDS)
def margins_retire(set_id: int) -> ResponseReturnValue:
    """Offer a set no more."""
    with transaction() as session:
        found = find_margin_set(session, viewer(), set_id)
        if found is None:
            raise NotFoundError
        if not may_retire(viewer(), found):
            raise RefusedError
        retire(session, viewer(), found)
    say(_("The figures are no longer offered. Polls that use them keep them."))
    return redirect(url_for("polls.margins"), 303)
