"""Telling a little about oneself after answering; and at the desk: what is asked for."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.limits import client_device, limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts_profile
from hanmadang.polls.domain import profiles as domain
from hanmadang.polls.domain.margins import choose
from hanmadang.polls.forms.profiles import AskForm, ProfileForm, ask_form, profile_form
from hanmadang.polls.models import Poll
from hanmadang.polls.models_profile import MarginSet
from hanmadang.polls.queries import Mine, PollPage
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.queries.profiles import ask_of, find_margin_set, margin_sets, told_by
from hanmadang.polls.views.room import find, mine_in, room

NEEDS = Permission.POLLS_MODERATE


@room.form("/polls/<slug>/about-you", needs=Permission.PUBLIC)
@limit("600 per 10 seconds;6000 per 10 minutes", methods=["POST"])
@limit("30 per minute", by=client_device, methods=["POST"])
def about_you(slug: str) -> ResponseReturnValue:
    """A few coarse attributes, each optional, under a consent of their own."""
    page = find(slug)
    if not page.asks_about:
        raise NotFoundError
    mine = mine_in(page)
    if request.method == "GET" and not mine.has_answered:
        return redirect(url_for("polls.show", slug=slug), 303)
    told = told_by(db.session(), page.id, mine.voter_key)
    form = profile_form(page.asks_about, told)
    status = 200
    if form.sent():
        try:
            return _remove(page, mine) if form.remove.data else _keep(page, mine, form)
        except DomainError as error:
            form.form_errors.append(str(error.text))
            status = error.status
    elif form.errors:
        status = 422
    return render("polls/about_you.html", poll=page, form=form, told=told), status


def _keep(page: PollPage, mine: Mine, form: ProfileForm) -> ResponseReturnValue:
    told = form.told()
    with transaction() as session:
        domain.tell(session, page.id, mine.voter_key, told)
    say(_("Thank you. It is kept with your answers.") if told else _("Nothing is kept about you."))
    return redirect(url_for("polls.answered", slug=page.slug), 303)


def _remove(page: PollPage, mine: Mine) -> ResponseReturnValue:
    with transaction() as session:
        domain.forget(session, page.id, mine.voter_key)
    say(_("Nothing is kept about you."))
    return redirect(url_for("polls.about_you", slug=page.slug), 303)


@room.form("/desk/polls/<int(max=2147483647):poll_id>/profile", needs=NEEDS)
def profile_settings(poll_id: int) -> ResponseReturnValue:
    """What the poll asks for, when its tables come, and what its totals are weighted to."""
    session = db.session()
    poll = find_moderated(session, viewer(), poll_id)
    if poll is None:
        raise NotFoundError
    form = ask_form(ask_of(session, poll_id), _offered(poll))
    status = 200
    if form.sent():
        try:
            return _save(poll_id, form)
        except NotFoundError:
            raise
        except DomainError as error:
            form.form_errors.append(str(error.text))
            status = error.status
    elif form.errors:
        status = 422
    return render("polls/profile_settings.html", poll=poll, form=form, texts=texts_profile), status


def _offered(poll: Poll) -> list[MarginSet]:
    """Sets that fit the poll; the one in use even when it is retired."""
    session = db.session()
    fits = [
        each
        for each in margin_sets(session, viewer())
        if each.institution_id in (None, poll.institution_id)
    ]
    used = ask_of(session, poll.id).margin_set_id
    if used is not None and used not in {each.id for each in fits}:
        kept = find_margin_set(session, viewer(), used)
        fits += [kept] if kept else []
    return fits


def _save(poll_id: int, form: AskForm) -> ResponseReturnValue:
    with transaction() as session:
        if find_moderated(session, viewer(), poll_id) is None:
            raise NotFoundError
        domain.ask_for(session, viewer(), poll_id, form.wanted(), form.first_release())
        chosen = form.margin_set_id()
        margin_set = None if chosen is None else find_margin_set(session, viewer(), chosen)
        choose(session, viewer(), poll_id, margin_set)
    say(_("Saved."))
    return redirect(url_for("polls.desk_show", poll_id=poll_id), 303)
