"""What the mails about one's own account say. They run when a mail leaves, outside any request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, format_instant
from hanmadang.kernel.ids import digest
from hanmadang.kernel.pages import external_url
from hanmadang.people import tokens
from hanmadang.people.domain import guardians
from hanmadang.people.models import Account, AccountState, Token, TokenPurpose
from hanmadang.people.post import Written, writer


@writer("people.verify")
def verify(payload: Mapping[str, Any]) -> Written | None:
    """The link that confirms an address; None once it is confirmed or outdated."""
    account, token = _reader(payload), _token(TokenPurpose.VERIFY, payload)
    if account is None or token is None or account.verified_at is not None:
        return None
    return Written(
        _("Please confirm your e-mail address"),
        _paragraphs(
            _greeting(account),
            _("Please open this page and press the button to confirm your address:"),
            external_url("people.verify", token=token),
            _(
                "The link works once, for 30 minutes. You can ask for a new one on your account "
                "page."
            ),
            _("If you did not sign up, somebody mistyped an address. You need not do anything."),
        ),
    )


@writer("people.reset")
def reset(payload: Mapping[str, Any]) -> Written | None:
    """The link to choose a new password; None once it is used or outdated."""
    account, token = _reader(payload), _token(TokenPurpose.RESET, payload)
    if account is None or token is None:
        return None
    return Written(
        _("Choose a new password"),
        _paragraphs(
            _greeting(account),
            _("You, or somebody else, asked for a new password. Choose it on this page:"),
            external_url("people.reset", token=token),
            _("The link works once, for 30 minutes."),
            _("If it was not you, ignore this mail: your password stays as it is."),
        ),
    )


@writer("people.exists")
def exists(payload: Mapping[str, Any]) -> Written | None:
    """For the owner of an address that somebody tried to sign up with again."""
    account = _reader(payload)
    if account is None:
        return None
    return Written(
        _("You already have an account"),
        _paragraphs(
            _greeting(account),
            _("Somebody wanted to sign up with this address, but it has an account already."),
            _("If it was you, sign in here:"),
            external_url("people.sign_in"),
            _("If you do not know your password any more, choose a new one here:"),
            external_url("people.forgot"),
            _("If it was not you, you need not do anything: your account is unchanged."),
        ),
    )


@writer("people.password_changed")
def password_changed(payload: Mapping[str, Any]) -> Written | None:
    """Word to the owner that the password is a new one."""
    account = _reader(payload)
    if account is None:
        return None
    when = format_instant(datetime.fromisoformat(payload["at"]), account.zone)
    return Written(
        _("Your password was changed"),
        _paragraphs(
            _greeting(account),
            _("Your password was changed on %(when)s. Every device was signed out.", when=when),
            _("If it was not you, choose a new password at once:"),
            external_url("people.forgot"),
        ),
    )


@writer("people.guardian")
def guardian(payload: Mapping[str, Any]) -> Written | None:
    """For a guardian whom a child under 14 named; None once the link is used or outdated."""
    secret = tokens.from_seed(TokenPurpose.GUARDIAN, payload["seed"])
    row = _open_row(secret)
    if row is None:
        return None
    return Written(
        _("A child asks you for an account"),
        _paragraphs(
            _("Dear %(name)s,", name=guardians.asked_by(row).name),
            _(
                "A child under 14 wants to use our courses and events with an account and named "
                "you as guardian. For a child under 14 only a guardian can agree to that."
            ),
            _("Read what we keep and why, and open the account for the child, on this page:"),
            external_url("people.guardian", token=secret),
            _(
                "The link works once, for 72 hours. If you do nothing, your name and address are "
                "deleted then."
            ),
            _("Courses and polls can also be used without an account."),
        ),
    )


def _reader(payload: Mapping[str, Any]) -> Account | None:
    """The account, unless it was blocked or erased meanwhile."""
    account = db.session().get(Account, payload["account_id"])
    return account if account and account.state == AccountState.ACTIVE else None


def _token(purpose: TokenPurpose, payload: Mapping[str, Any]) -> str | None:
    """The secret for the link, while it can still be used."""
    secret = tokens.from_seed(purpose, payload["seed"])
    return secret if _open_row(secret) is not None else None


def _open_row(secret: str) -> Token | None:
    row = db.session().get(Token, digest(secret))
    return row if row is not None and row.used_at is None else None


def _greeting(account: Account) -> str:
    return _("Dear %(name)s,", name=account.name)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts)
