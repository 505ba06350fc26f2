"""The administrators' desk: who is here, and who may do what. Every look at a person is audited."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale, format_instant
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission, Role
from hanmadang.people import queries
from hanmadang.people.domain import roles as domain
from hanmadang.people.forms import GrantForm, choices
from hanmadang.people.models import Account, AccountState
from hanmadang.people.texts import ROLES, STATES
from hanmadang.people.views.room import form_page, room

_NEEDS = Permission.ACCOUNTS_ADMINISTER
_NONE = ""


@room.page("/desk/accounts", needs=_NEEDS)
def roles() -> ResponseReturnValue:
    """Accounts, searched by name or address."""
    query, number = request.args.get("q", "")[:200], request.args.get("page", 1, type=int)
    with transaction() as session:
        found = queries.accounts(session, query, number)
        seen = ",".join(str(account.id) for account in found.accounts)
        audit.record(session, viewer(), "accounts.listed", kind="accounts", id=found.number,
                     detail=seen)  # fmt: skip
    return render("people/desk_accounts.html", found=found, query=query, roles=ROLES, states=STATES)


@room.form("/desk/accounts/<int(max=2147483647):account_id>", needs=_NEEDS)
def role_holder(account_id: int) -> ResponseReturnValue:
    """One account: its roles, and a form to grant another."""
    form, status = _grant_form(), 422
    if form.sent():
        try:
            return _grant(account_id, form)
        except domain.UnfitRoleError as error:
            form.blame("role", error)
            status = error.status
    with transaction() as session:
        _found(session, account_id)
        audit.record(session, viewer(), "account.viewed", kind="account", id=account_id,
                     subject_id=account_id)  # fmt: skip
    account = _found(db.session(), account_id)
    return form_page(
        "people/desk_account.html",
        form,
        status=status,
        account=account,
        places=queries.institution_names(db.session(), account.grants),
        roles=ROLES,
        states=STATES,
        when=format_instant,
        zone=db.session().get_one(Account, viewer().id).zone,
    )


def _grant_form() -> GrantForm:
    form = GrantForm()
    form.role.choices = choices((role.value, label) for role, label in ROLES.items())
    places = queries.institutions(db.session())
    names = ((str(place.id), place.name.shown(current_locale()).text) for place in places)
    form.institution.choices = choices([(_NONE, _("None")), *names])
    return form


def _grant(account_id: int, form: GrantForm) -> ResponseReturnValue:
    role, place = Role(form.role.data), form.institution.data
    with transaction() as session:
        account = _found(session, account_id)
        domain.grant(session, account, role, int(place) if place else None, actor=viewer())
    say(_("The role is granted. The person has to sign in again."))
    return redirect(url_for("people.role_holder", account_id=account_id), 303)


@room.action("/desk/accounts/<int(max=2147483647):account_id>/revoke/<role>", needs=_NEEDS)
def revoke_role(account_id: int, role: str) -> ResponseReturnValue:
    """Take a role away."""
    if role not in set(Role):
        raise NotFoundError
    with transaction() as session:
        domain.revoke(session, _found(session, account_id), Role(role), actor=viewer())
    return _done(account_id, _("The role is taken away."))


@room.action("/desk/accounts/<int(max=2147483647):account_id>/block", needs=_NEEDS)
def block(account_id: int) -> ResponseReturnValue:
    """Keep an account out."""
    with transaction() as session:
        domain.block(session, _found(session, account_id), actor=viewer())
    return _done(account_id, _("The account is blocked and signed out everywhere."))


@room.action("/desk/accounts/<int(max=2147483647):account_id>/unblock", needs=_NEEDS)
def unblock(account_id: int) -> ResponseReturnValue:
    """Let an account in again."""
    with transaction() as session:
        domain.unblock(session, _found(session, account_id), actor=viewer())
    return _done(account_id, _("The account can be used again."))


def _found(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None or account.state == AccountState.ERASED:
        raise NotFoundError
    return account


def _done(account_id: int, text: str) -> ResponseReturnValue:
    say(text)
    return redirect(url_for("people.role_holder", account_id=account_id), 303)
