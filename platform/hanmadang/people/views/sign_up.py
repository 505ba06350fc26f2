"""Signing up: the age first, then the form; under 14 through a guardian."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.device import device_id
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.ids import new_secret
from hanmadang.kernel.limits import client_network
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people import consents, logins, passwords, tokens, tries
from hanmadang.people.domain import accounts, guardians
from hanmadang.people.domain.accounts import NewAccount, Profile
from hanmadang.people.forms import ChildForm, GuardianForm, SignUpForm
from hanmadang.people.models import TokenPurpose
from hanmadang.people.views.room import (
    admit,
    charge,
    form_page,
    next_page,
    onward,
    open_session,
    room,
    with_cookie,
    without_referrer,
)

OLD_ENOUGH = "14"
"""What the address of the form says once the age was asked; nothing about it is stored."""


@room.page("/sign-up", needs=Permission.PUBLIC)
def sign_up() -> ResponseReturnValue:
    """Ask the age before anything else; two links, so that nothing is stored or sent."""
    return render("people/age.html", next=next_page())


@room.form("/sign-up/form", needs=Permission.PUBLIC)
def sign_up_form() -> ResponseReturnValue:
    """Everything an account needs; the answer is the same whether or not the address has one."""
    if request.args.get("age") != OLD_ENOUGH:
        return redirect(url_for("people.sign_up", next=next_page() or None), 303)
    if viewer().is_signed_in:
        return redirect(onward(), 303)
    form, status = SignUpForm(), 422
    if request.method == "GET":
        form.locale.data = current_locale()
    elif form.sent():
        try:
            return _sign_up(form)
        except DomainError as error:
            form.blame("email", error)
            status = error.status
    texts = consents.CURRENT
    return form_page("people/sign_up.html", form, status=status, texts=texts, next=next_page())


def _sign_up(form: SignUpForm) -> ResponseReturnValue:
    now = clock.now()
    charge([tries.Counted("sign-up", client_network(), tries.SIGN_UPS_PER_ADDRESS)], now)
    new, cookies, runs = _new_account(form), [""], [False]

    def effect(session: Session) -> Answer:
        runs[0], cookies[0] = True, ""
        account = accounts.sign_up(session, new, now)
        if account is not None:
            cookies[0] = open_session(session, account, now)
        return Answer(url_for("people.welcome", next=next_page() or None))

    answer = commit_once(
        key=form.text("idempotency_key"),
        scope=f"sign-up:{device_id()}",
        request=form.hash_fields(),
        effect=effect,
    )
    cookie = cookies[0] if runs[0] else _cookie_again(form)
    # An address that has an account gets a cookie too, one that opens nothing.
    return with_cookie(answer.location, cookie or new_secret(), staff=False)


def _cookie_again(form: SignUpForm) -> str:
    """A double click threw the first answer away: sign in with what was typed."""
    try:
        return admit(form.text("email"), form.text("new_password"))[0]
    except DomainError:
        return ""  # the same answer as the first time: nobody learns whose address it is


@room.page("/sign-up/welcome", needs=Permission.PUBLIC)
def welcome() -> ResponseReturnValue:
    """What happens next: a mail is on its way."""
    return render("people/welcome.html", onward=onward())


@room.form("/sign-up/under-14", needs=Permission.PUBLIC)
def under_14() -> ResponseReturnValue:
    """What is open without an account, and how to ask a guardian for one."""
    form, status = GuardianForm(), 422
    if form.sent():
        try:
            return _ask_guardian(form)
        except DomainError as error:
            form.blame("guardian_email", error)
            status = error.status
    return form_page("people/under_14.html", form, status=status)


def _ask_guardian(form: GuardianForm) -> ResponseReturnValue:
    now, login = clock.now(), logins.parse(form.text("guardian_email"))
    charge([tries.Counted("sign-up", client_network(), tries.SIGN_UPS_PER_ADDRESS)], now)
    with transaction() as session:
        within = [tries.Counted("guardian", login.key, tries.MAILS_PER_PERSON)]
        if tries.try_charge(session, within, now):
            guardians.ask(session, form.text("guardian_name"), login, current_locale(), now)
    return redirect(url_for("people.guardian_asked"), 303)


@room.page("/sign-up/under-14/sent", needs=Permission.PUBLIC)
def guardian_asked() -> ResponseReturnValue:
    """The guardian has mail."""
    return render("people/guardian_asked.html")


@room.form("/guardian/<token>", needs=Permission.PUBLIC)
def guardian(token: str) -> ResponseReturnValue:
    """A guardian opens a child's account and gives the consents for it."""
    asked = guardians.asked_by(tokens.peek(db.session(), TokenPurpose.GUARDIAN, token, clock.now()))
    form, status = ChildForm(), 422
    if request.method == "GET":
        form.locale.data = current_locale()
    elif form.sent():
        try:
            return _admit_child(form, token)
        except accounts.UnusableProfileError as error:
            form.blame("name", error)
            status = error.status
    page = form_page(
        "people/guardian.html", form, status=status, texts=consents.CURRENT, asked=asked
    )
    return without_referrer(page)


def _admit_child(form: ChildForm, token: str) -> ResponseReturnValue:
    new = _new_account(form)
    with transaction() as session:
        guardians.admit(session, token, new, clock.now())
    return redirect(url_for("people.guardian_done"), 303)


@room.page("/guardian/done", needs=Permission.PUBLIC)
def guardian_done() -> ResponseReturnValue:
    """The child can sign in."""
    return render("people/guardian_done.html")


def _new_account(form: SignUpForm | ChildForm) -> NewAccount:
    return NewAccount(
        login=logins.parse(form.text("email")),
        profile=Profile(form.text("name"), form.text("locale")),
        password_hash=passwords.hashed(form.text("new_password")),
        consents=form.consents(),
    )
