"""My account: profile, password, and where I am signed in."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, format_instant, use_locale
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people import passwords, queries
from hanmadang.people import sessions as sign_in_sessions
from hanmadang.people.domain import accounts
from hanmadang.people.domain.accounts import Profile
from hanmadang.people.forms import PasswordForm, ProfileForm
from hanmadang.people.models import Account
from hanmadang.people.texts import ROLES
from hanmadang.people.views.room import (
    confirm_password,
    form_page,
    leave,
    renew_session,
    room,
    with_cookie,
)


@room.form("/account", needs=Permission.SIGNED_IN)
def account() -> ResponseReturnValue:
    """My name, language and zone, and the way to everything else about my account."""
    mine = db.session().get_one(Account, viewer().id)
    form, status = ProfileForm(obj=mine), 422
    form.offer_zones(mine.zone)
    if form.sent():
        try:
            return _change_profile(form)
        except DomainError as error:
            form.blame("name", error)
            status = error.status
    return form_page("people/account.html", form, status=status, account=mine, roles=ROLES)


def _change_profile(form: ProfileForm) -> ResponseReturnValue:
    profile = Profile(form.text("name"), form.text("locale"), form.text("zone"))
    with transaction() as session:
        accounts.change_profile(session, session.get_one(Account, viewer().id), profile)
    with use_locale(profile.locale):
        say(_("Your details are saved."))
    return redirect(url_for("people.account", lang=profile.locale), 303)


@room.form("/account/password", needs=Permission.SIGNED_IN)
def password() -> ResponseReturnValue:
    """Change the password: every other device is signed out."""
    form, status = PasswordForm(), 422
    if form.sent():
        try:
            confirm_password(viewer(), form.text("present"))
        except DomainError as error:
            form.blame("present", error)
            status = error.status
        else:
            return _change_password(form.text("new_password"))
    return form_page("people/password.html", form, status=status)


def _change_password(new: str) -> ResponseReturnValue:
    stored, now, who = passwords.hashed(new), clock.now(), viewer()
    with transaction() as session:
        mine = session.get_one(Account, who.id)
        accounts.change_password(session, mine, stored, actor=who, now=now)
        cookie = renew_session(session, mine, now, strong=who.second_factor)
    say(_("Your new password is set. Every other device was signed out."))
    return with_cookie(url_for("people.account"), cookie, staff=who.is_staff)


@room.page("/account/sessions", needs=Permission.SIGNED_IN)
def sessions() -> ResponseReturnValue:
    """Where I am signed in."""
    who = viewer()
    found = queries.open_sessions(db.session(), who.id, who.session_id, clock.now())
    zone = db.session().get_one(Account, who.id).zone
    return render("people/sessions.html", sessions=found, zone=zone, when=format_instant)


@room.action("/account/sessions/end", needs=Permission.SIGNED_IN)
def end_session() -> ResponseReturnValue:
    """Sign one of my browsers out; somebody else's session is not there for me."""
    id_hash = request.form.get("session", "")
    if not (id_hash.isascii() and id_hash.isalnum()):
        raise NotFoundError
    with transaction() as session:
        sign_in_sessions.end(session, id_hash, viewer().id)
    say(_("That device is signed out."))
    return redirect(url_for("people.sessions"), 303)


@room.action("/account/sessions/end-all", needs=Permission.SIGNED_IN)
def end_all_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    with transaction() as session:
        leave(session)
        sign_in_sessions.end_all(session, session.get_one(Account, viewer().id))
    say(_("You are signed out on every device."))
    return with_cookie(url_for("people.sign_in"), "", staff=False)
