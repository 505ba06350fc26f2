"""Setting up the second factor, showing it at sign-in, and looking after it."""

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import audit, clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, RefusedError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import STAFF, Permission
from hanmadang.people import second_factor as factor
from hanmadang.people import sessions, tries
from hanmadang.people.forms import CodeForm
from hanmadang.people.models import Account
from hanmadang.people.views.room import (
    charge,
    form_page,
    next_page,
    onward,
    renew_session,
    room,
    with_cookie,
)


@room.form("/account/second-factor", needs=Permission.SIGNED_IN)
def second_factor() -> ResponseReturnValue:
    """Set-up, challenge or upkeep: whichever this session needs."""
    mine = db.session().get_one(Account, viewer().id)
    if mine.totp_secret is None:
        return _set_up(mine)
    return _upkeep(mine) if viewer().second_factor else _challenge()


def _set_up(mine: Account) -> ResponseReturnValue:
    form, status = CodeForm(), 422
    sealed = request.form.get("setup", "")
    if form.sent():
        try:
            return _confirm(factor.open_setup(sealed, mine.id), form.text("code"))
        except DomainError as error:
            form.blame("code", error)
            status = error.status
    secret, sealed = _secret_to_show(sealed, mine.id)
    issuer = _("Hanmadang")
    address = factor.address_of(secret, mine.email, issuer)
    return form_page(
        "people/factor_setup.html",
        form,
        status=status,
        setup=sealed,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        address=address,
        picture=factor.qr(address, _("QR code for your authenticator app")),
        next=next_page(),
        needed=bool(mine.roles & STAFF),
    )


def _secret_to_show(sealed: str, account_id: int) -> tuple[str, str]:
    """The secret already on the person's phone after a wrong code, else a new one."""
    try:
        return factor.open_setup(sealed, account_id), sealed
    except factor.WrongCodeError:
        fresh = factor.new_setup(account_id)
        return factor.open_setup(fresh, account_id), fresh


def _confirm(secret: str, code: str) -> ResponseReturnValue:
    _charge()
    now, who = clock.now(), viewer()
    with transaction() as session:
        mine = session.get_one(Account, who.id)
        if mine.totp_secret is not None:
            raise factor.WrongCodeError
        codes = factor.confirm(session, mine, secret, code, now)
        _record(session, "second_factor.set_up")
        tries.give_back(session, [_counted()])
        cookie, staff = renew_session(session, mine, now, strong=True), bool(mine.roles & STAFF)
    return _show_codes(codes, cookie, staff=staff)


def _challenge() -> ResponseReturnValue:
    form, status = CodeForm(), 422
    if form.sent():
        try:
            return _pass(form.text("code"))
        except DomainError as error:
            form.blame("code", error)
            status = error.status
    return form_page("people/factor_challenge.html", form, status=status, next=next_page())


def _pass(code: str) -> ResponseReturnValue:
    _charge()
    now, who = clock.now(), viewer()
    with transaction() as session:
        mine = session.get_one(Account, who.id)
        factor.accept(session, mine, code, now)
        tries.give_back(session, [_counted()])
        cookie, staff = renew_session(session, mine, now, strong=True), bool(mine.roles & STAFF)
    return with_cookie(onward(), cookie, staff=staff)


def _upkeep(mine: Account) -> ResponseReturnValue:
    form, status = CodeForm(), 422
    staff, left = bool(mine.roles & STAFF), factor.recovery_codes_left(db.session(), mine.id)
    if form.sent():
        try:
            return _turn_off(form.text("code")) if _wants_off() else _new_codes(form.text("code"))
        except DomainError as error:
            form.blame("code", error)
            status = error.status
    return form_page("people/factor.html", form, status=status, left=left, needed=staff)


def _wants_off() -> bool:
    return request.form.get("act") == "off"


def _new_codes(code: str) -> ResponseReturnValue:
    _charge()
    now, who = clock.now(), viewer()
    with transaction() as session:
        mine = session.get_one(Account, who.id)
        factor.accept(session, mine, code, now)
        codes = factor.renew_recovery_codes(session, mine.id)
        _record(session, "second_factor.codes_renewed")
        tries.give_back(session, [_counted()])
        cookie = renew_session(session, mine, now, strong=True)
    return _show_codes(codes, cookie, staff=who.is_staff)


def _turn_off(code: str) -> ResponseReturnValue:
    if viewer().is_staff:
        raise RefusedError
    _charge()
    now, who = clock.now(), viewer()
    with transaction() as session:
        mine = session.get_one(Account, who.id)
        factor.accept(session, mine, code, now)
        factor.turn_off(session, mine)
        _record(session, "second_factor.turned_off")
        cookie = renew_session(session, mine, now, strong=True)
    say(_("The second step is turned off."))
    return with_cookie(url_for("people.account"), cookie, staff=False)


def _show_codes(codes: list[str], cookie: str, *, staff: bool) -> ResponseReturnValue:
    """The recovery codes, shown this once; the page is not kept by any cache."""
    page = render("people/recovery_codes.html", codes=codes, onward=onward())
    response = current_app.make_response(page)
    sessions.hand_out(response, cookie, staff=staff)
    return response


def _counted() -> tries.Counted:
    return tries.Counted("factor", viewer().id, tries.PER_ACCOUNT)


def _charge() -> None:
    charge([_counted()], clock.now())


def _record(session: Session, action: str) -> None:
    who = viewer()
    audit.record(session, who, action, kind="account", id=who.id, subject_id=who.id)
