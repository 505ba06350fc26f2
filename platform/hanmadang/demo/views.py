"""One-click sign-in as each kind of person. Exists in demo mode only, and says so."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hanmadang.demo.mailbox import received
from hanmadang.demo.people import PARTS, part
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import STAFF, Permission
from hanmadang.kernel.rooms import Room
from hanmadang.people import sessions
from hanmadang.people.devices import device_label
from hanmadang.people.domain import accounts
from hanmadang.people.models import Account

room = Room("demo", __name__)


@room.page("/demo", needs=Permission.PUBLIC)
def choose() -> ResponseReturnValue:
    """The six parts."""
    return render("demo/choose.html", parts=PARTS)


@room.page("/demo/mail", needs=Permission.SIGNED_IN)
def mail() -> ResponseReturnValue:
    """What would have arrived in the viewer's mailbox."""
    address = db.session.scalars(select(Account.email).where(Account.id == viewer().id)).one()
    mails = received(settings().instance / "mail", address)
    return render("demo/mail.html", mails=mails, address=address)


@room.action("/demo/<code>", needs=Permission.PUBLIC)
def enter(code: str) -> ResponseReturnValue:
    """Sign in as one of them; the demo skips password and second factor."""
    chosen = part(code)
    if chosen is None:
        raise NotFoundError(code)
    with transaction() as session:
        account = session.scalars(select(Account).where(Account.login == chosen.email)).one()
        label = device_label(request.headers.get("User-Agent", ""))
        cookie = accounts.sign_in_as(session, account, now=clock.now(), label=label, strong=True)
    say(_("You are signed in as: %(name)s", name=chosen.name))
    response = make_response(redirect(url_for("web.home"), 303))
    sessions.hand_out(response, cookie, staff=chosen.role in STAFF)
    return response
