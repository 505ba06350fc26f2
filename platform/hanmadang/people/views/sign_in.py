"""Signing in and out."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people.forms import SignInForm
from hanmadang.people.views.room import (
    admit,
    form_page,
    leave,
    next_page,
    onward,
    room,
    with_cookie,
)


@room.form("/sign-in", needs=Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Ask for address and password, then return to where the person came from."""
    form, status = SignInForm(), 422
    if viewer().is_signed_in:
        return redirect(onward(), 303)
    if form.sent():
        try:
            cookie, staff = admit(form.text("email"), form.text("password"))
        except DomainError as error:
            form.blame("password", error)
            status = error.status
        else:
            return with_cookie(onward(), cookie, staff=staff)
    return form_page("people/sign_in.html", form, status=status, next=next_page())


@room.action("/sign-out", needs=Permission.PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this browser's session; harmless when it has none."""
    with transaction() as session:
        leave(session)
    say(_("You are signed out."))
    return with_cookie(url_for("web.home"), "", staff=False)
