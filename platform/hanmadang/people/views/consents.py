"""My consents: what I agreed to, word for word, and one click to change my mind."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, format_instant
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people import consents as domain
from hanmadang.people.models import Account, ConsentKind
from hanmadang.people.views.room import room


@room.page("/account/consents", needs=Permission.SIGNED_IN)
def consents() -> ResponseReturnValue:
    """Every consent and where it stands."""
    mine = db.session().get_one(Account, viewer().id)
    found = domain.standing(db.session(), mine.id)
    return render("people/consents.html", standing=found, zone=mine.zone, when=format_instant)


@room.action("/account/consents/<kind>/grant", needs=Permission.SIGNED_IN)
def grant_consent(kind: str) -> ResponseReturnValue:
    """Agree to the text as it stands today."""
    with transaction() as session:
        who = viewer()
        domain.grant(session, who.id, _known(kind), now=clock.now(), actor=who)
    say(_("Thank you. Your consent is noted; you can withdraw it at any time."))
    return redirect(url_for("people.consents"), 303)


@room.action("/account/consents/<kind>/withdraw", needs=Permission.SIGNED_IN)
def withdraw_consent(kind: str) -> ResponseReturnValue:
    """Withdraw it: what rested on it ends at once."""
    with transaction() as session:
        who = viewer()
        domain.withdraw(session, who.id, _known(kind), now=clock.now(), actor=who)
    say(_("Your consent is withdrawn."))
    return redirect(url_for("people.consents"), 303)


def _known(kind: str) -> ConsentKind:
    try:
        return ConsentKind(kind)
    except ValueError as error:
        raise NotFoundError from error
