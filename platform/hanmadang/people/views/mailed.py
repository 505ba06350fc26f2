"""Pages that a mailed link opens. Opening changes nothing: mail scanners follow links too."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.limits import client_network
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people import logins, passwords, tokens, tries
from hanmadang.people.domain import accounts
from hanmadang.people.forms import BareForm, ForgotForm, ResetForm
from hanmadang.people.models import Account, TokenPurpose
from hanmadang.people.views.room import (
    charge,
    form_page,
    room,
    with_cookie,
    without_referrer,
)


@room.app_errorhandler(tokens.TokenEndedError)
def link_ended(error: tokens.TokenEndedError) -> ResponseReturnValue:
    """Say that the link is of no use any more, and where to get another."""
    return without_referrer((render("people/link_ended.html", text=error.text), error.status))


@room.form("/verify/<token>", needs=Permission.PUBLIC)
def verify(token: str) -> ResponseReturnValue:
    """Confirm an e-mail address: a button, then done."""
    form = BareForm()
    if form.sent():
        with transaction() as session:
            accounts.verify(session, token, clock.now())
        say(_("Your e-mail address is confirmed. Thank you!"))
        return redirect(url_for("web.home"), 303)
    email = tokens.peek(db.session(), TokenPurpose.VERIFY, token, clock.now()).email
    return without_referrer(form_page("people/verify.html", form, email=email))


@room.action("/account/verify", needs=Permission.SIGNED_IN)
def resend_verification() -> ResponseReturnValue:
    """Mail a new link to confirm the address."""
    now, who = clock.now(), viewer()
    charge([tries.Counted("verify", who.id, tries.MAILS_PER_PERSON)], now)
    with transaction() as session:
        accounts.ask_to_verify(session, session.get_one(Account, who.id), now)
    say(_("A new link is on its way to your mailbox."))
    return redirect(url_for("people.account"), 303)


@room.form("/forgot", needs=Permission.PUBLIC)
def forgot() -> ResponseReturnValue:
    """Ask for a new password; the answer is the same for every address."""
    form, status = ForgotForm(), 422
    if form.sent():
        try:
            _mail_reset(form.text("email"))
        except DomainError as error:
            form.blame("email", error)
            status = error.status
        else:
            return redirect(url_for("people.reset_sent"), 303)
    return form_page("people/forgot.html", form, status=status)


def _mail_reset(typed: str) -> None:
    now, key = clock.now(), logins.key_of(typed)
    charge([tries.Counted("reset-address", client_network(), tries.PER_ADDRESS)], now)
    with transaction() as session:
        if tries.try_charge(session, [tries.Counted("reset", key, tries.MAILS_PER_PERSON)], now):
            accounts.request_reset(session, key, now)


@room.page("/forgot/sent", needs=Permission.PUBLIC)
def reset_sent() -> ResponseReturnValue:
    """If there is an account, a mail is on its way."""
    return render("people/reset_sent.html")


@room.form("/reset/<token>", needs=Permission.PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password by a mailed link; signs out everywhere, signs nobody in."""
    tokens.peek(db.session(), TokenPurpose.RESET, token, clock.now())
    form = ResetForm()
    if form.sent():
        stored = passwords.hashed(form.text("new_password"))
        with transaction() as session:
            accounts.reset(session, token, stored, clock.now())
        say(_("Your new password is set. Please sign in with it."))
        return with_cookie(url_for("people.sign_in"), "", staff=False)
    return without_referrer(form_page("people/reset.html", form))
