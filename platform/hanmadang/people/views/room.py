"""The blueprint, and the steps that several pages of the room share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.device import known_device
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.headers import keep_address
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.limits import client_network
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import STAFF, Permission, Viewer
from hanmadang.kernel.rooms import Room, needs_of
from hanmadang.people import logins, passwords, queries, sessions, tries
from hanmadang.people.devices import device_label
from hanmadang.people.domain import accounts
from hanmadang.people.forms import PeopleForm
from hanmadang.people.models import Account, AccountState
from hanmadang.people.returning import safe_next

room = Room("people", __name__)
_HALF_WAY = frozenset({"people.second_factor", "people.sign_out"})


class WrongCredentialsError(DomainError):
    """Address and password do not belong together; never says which is wrong (422)."""

    status = 422
    text = lazy("The e-mail address or the password is not right.")


class BlockedAccountError(DomainError):
    """The right password of a blocked account (403)."""

    status = 403
    text = lazy("This account is blocked. Please write to us if you think this is a mistake.")


class WrongPasswordError(DomainError):
    """The password asked for once more is not the account's (422)."""

    status = 422
    text = lazy("This is not your present password.")


@room.before_request
def finish_second_factor() -> ResponseReturnValue | None:
    """Who has a second factor shows it before touching the account."""
    who = viewer()
    if not who.is_signed_in or who.second_factor or request.endpoint in _HALF_WAY:
        return None
    if needs_of(current_app, str(request.endpoint)) is Permission.PUBLIC:
        return None
    if not queries.has_second_factor(db.session(), who.id):
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.second_factor", next=back), 303)


def next_page() -> str:
    """The page to return to, when it is one of ours; else empty."""
    return safe_next(request.args.get("next"))


def onward() -> str:
    """The page to return to, else the home page."""
    return next_page() or url_for("web.home")


def form_page(
    template: str, form: PeopleForm, *, status: int = 422, **context: Any
) -> ResponseReturnValue:
    """A page with its form: 200 when opened, `status` when what was sent is refused."""
    code = status if request.method == "POST" else 200
    return render(template, form=form, **context), code


def without_referrer(page: ResponseReturnValue) -> Response:
    """The page's address holds a secret: no link from it may carry it away, no cache keep it."""
    return keep_address(current_app.make_response(page))


def charge(counted: Iterable[tries.Counted], now: datetime) -> None:
    """Count the tries for good, then raise TooManyTriesError when one is too many."""
    with transaction() as session:
        within = tries.try_charge(session, counted, now)
    if not within:
        raise tries.TooManyTriesError


def admit(typed: str, password: str) -> tuple[str, bool]:
    """Check address and password and open a session; returns cookie and whether it is staff's.

    Raises TooManyTriesError, WrongCredentialsError, BlockedAccountError. Three steps, so that no
    transaction is open while the password is hashed.
    """
    now, key = clock.now(), logins.key_of(typed)
    found = queries.credentials(db.session(), key)
    account_id = found.account_id if found else None
    counted = tries.for_sign_in(
        db.session(), key or typed.casefold(), account_id, client_network(), known_device()
    )
    charge(counted, now)
    if not passwords.fits(found.password_hash if found else None, password) or found is None:
        raise WrongCredentialsError
    with transaction() as session:
        account = session.get_one(Account, found.account_id)
        if account.password_hash != found.password_hash:
            raise WrongCredentialsError
        if account.state != AccountState.ACTIVE:
            raise BlockedAccountError
        tries.give_back(session, counted)
        return open_session(session, account, now), bool(account.roles & STAFF)


def open_session(session: Session, account: Account, now: datetime) -> str:
    """Sign this browser in, out of whatever account it was in before; returns the cookie."""
    leave(session)
    tries.remember(session, account.id, known_device(), now)
    strong = account.totp_secret is None and not account.roles & STAFF
    return accounts.sign_in_as(session, account, now=now, label=this_device(), strong=strong)


def renew_session(session: Session, account: Account, now: datetime, *, strong: bool) -> str:
    """A new cookie for a browser that stays signed in (new password, second factor)."""
    leave(session)
    return sessions.start(session, account, now=now, label=this_device(), strong=strong)


def leave(session: Session) -> None:
    """End the session this browser has, if any: an old cookie must open nothing."""
    who = viewer()
    if who.is_signed_in:
        sessions.end(session, who.session_id, who.id)


def this_device() -> str:
    """The label of the asking browser."""
    return device_label(request.headers.get("User-Agent", ""))


def with_cookie(location: str, cookie: str, *, staff: bool) -> Response:
    """Go to `location` with a new session cookie."""
    response = current_app.make_response(redirect(location, 303))
    sessions.hand_out(response, cookie, staff=staff)
    return response


def confirm_password(who: Viewer, password: str) -> None:
    """Raises WrongPasswordError, TooManyTriesError: a stolen session must not guess on."""
    counted = [tries.Counted("confirm", who.id, tries.PER_ACCOUNT)]
    stored = queries.password_hash(db.session(), who.id)
    charge(counted, clock.now())
    if not passwords.fits(stored, password):
        raise WrongPasswordError
    with transaction() as session:
        tries.give_back(session, counted)
