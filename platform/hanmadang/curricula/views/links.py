"""Which modules prepare for which event: a list and a form for editors."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from hanmadang.curricula import texts
from hanmadang.curricula.domain import link_module, unlink
from hanmadang.curricula.forms import LinkForm, named
from hanmadang.curricula.queries.links import all_links, events_to_link, modules_to_link
from hanmadang.curricula.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.form("/desk/links", needs=Permission.CURRICULA_EDIT)
def links() -> ResponseReturnValue:
    """Every link, and a form for one more."""
    session, form = db.session(), LinkForm()
    form.event.choices = named(events_to_link(session, viewer(), clock.now()))
    form.module.choices = [
        SelectChoice(choice.module_id, f"{_said(choice.course_title)}: {_said(choice.title)}")
        for choice in modules_to_link(session)
    ]
    if form.sent():
        return _link(form)
    page = render(
        "curricula/links.html", form=form, links=all_links(session, viewer()), roles=texts.ROLES
    )
    return page, 422 if form.is_submitted() else 200


def _link(form: LinkForm) -> ResponseReturnValue:
    def effect(session: Session) -> Answer:
        link_module(session, form.event.data, form.module.data, form.chosen_role(), actor=viewer())
        return Answer(url_for("curricula.links"), _("The module is linked to the event."))

    answer = commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=form.hash_fields(),
        effect=effect,
    )
    say(answer.said, answer.category)
    return redirect(answer.location, 303)


@room.action("/desk/links/<int:link_id>/delete", needs=Permission.CURRICULA_EDIT)
def delete_link(link_id: int) -> ResponseReturnValue:
    """Untie a module from an event."""
    with transaction() as session:
        unlink(session, viewer(), link_id)
    say(_("The link is removed."))
    return redirect(url_for("curricula.links"), 303)


def _said(text: Bilingual) -> str:
    return text.shown(current_locale()).text
