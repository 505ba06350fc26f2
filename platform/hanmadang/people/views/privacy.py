"""Taking all my data with me, and leaving."""

import json

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import audit, clock
from hanmadang.kernel.db import transaction
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people.domain import privacy
from hanmadang.people.forms import BareForm, EraseForm
from hanmadang.people.models import Account
from hanmadang.people.views.room import confirm_password, form_page, room, with_cookie


@room.form("/account/export", needs=Permission.SIGNED_IN)
def export() -> ResponseReturnValue:
    """Everything about me as one JSON file."""
    form = BareForm()
    return _download() if form.sent() else form_page("people/export.html", form)


def _download() -> Response:
    now, who = clock.now(), viewer()
    with transaction() as session:
        data = privacy.export(session, who.id, now)
        audit.record(session, who, "personal_data.exported", kind="account", id=who.id,
                     subject_id=who.id)  # fmt: skip
    text = json.dumps(data, ensure_ascii=False, indent=2)
    response = current_app.response_class(text, mimetype="application/json")
    name = f"hanmadang-{now:%Y-%m-%d}.json"
    return as_download(response, name)


@room.form("/account/erase", needs=Permission.SIGNED_IN)
def erase() -> ResponseReturnValue:
    """Delete my account, with the password once more."""
    form, status = EraseForm(), 422
    if form.sent():
        try:
            return _erase(form.text("password"))
        except DomainError as error:
            form.blame("password", error)
            status = error.status
    return form_page("people/erase.html", form, status=status)


def _erase(password: str) -> ResponseReturnValue:
    who = viewer()
    confirm_password(who, password)
    with transaction() as session:
        privacy.erase(session, session.get_one(Account, who.id), actor=who, now=clock.now())
    say(_("Your account and your data are deleted."))
    return with_cookie(url_for("web.home"), "", staff=False)
