"""The second factor: codes that change every 30 seconds, and recovery codes for a lost phone.

The only place that imports pyotp and segno. A code is accepted one step early or late, and never
twice; a recovery code is accepted once.
"""

import unicodedata
from datetime import datetime

import pyotp
import segno
from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import keyed, same, short_code
from hanmadang.people.models import Account, RecoveryCode

RECOVERY_CODES = 10
_HALF = 5
_FIGURES = 6
_STEP = 30
_SETUP_SECONDS = 30 * 60


class WrongCodeError(DomainError):
    """The code is wrong, too old, or was used before (422)."""

    status = 422
    text = lazy("This code is wrong or was already used. Please wait for the next one.")


def new_setup(account_id: int) -> str:
    """A sealed new secret: it travels with the set-up page and is kept only once confirmed."""
    return str(_sealer().dumps([account_id, pyotp.random_base32()]))


def open_setup(sealed: str, account_id: int) -> str:
    """The secret inside; raises WrongCodeError when it is old, changed or another person's."""
    try:
        owner, secret = _sealer().loads(sealed, max_age=_SETUP_SECONDS)
    except (BadData, ValueError, TypeError) as error:
        raise WrongCodeError from error
    if owner != account_id:
        raise WrongCodeError
    return str(secret)


def address_of(secret: str, email: str, issuer: str) -> str:
    """The otpauth: address that an authenticator app reads from the QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer))


def qr(address: str, title: str) -> Markup:
    """The address as an inline SVG picture."""
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", title=title)
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 (segno escapes)


def confirm(session: Session, account: Account, secret: str, code: str, now: datetime) -> list[str]:
    """Keep a new secret once its first code fits; returns fresh recovery codes.

    Raises WrongCodeError.
    """
    step = _matching_step(secret, _digits(code), now)
    if step is None:
        raise WrongCodeError
    account.totp_secret, account.totp_step = secret, step
    return renew_recovery_codes(session, account.id)


def accept(session: Session, account: Account, code: str, now: datetime) -> None:
    """Take a code or a recovery code; raises WrongCodeError. Of equal codes at once one passes."""
    step = _matching_step(account.totp_secret or "", _digits(code), now)
    passed = (
        _use_step(session, account.id, step)
        if step is not None
        else _use_recovery_code(session, account.id, code, now)
    )
    if not passed:
        raise WrongCodeError


def turn_off(session: Session, account: Account) -> None:
    """Forget the secret and its recovery codes."""
    account.totp_secret = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def renew_recovery_codes(session: Session, account_id: int) -> list[str]:
    """Replace the recovery codes; the new ones can be read only now."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [f"{short_code(_HALF)}-{short_code(_HALF)}" for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(code_hash=_recovery_hash(account_id, code), account_id=account_id)
        for code in codes
    )
    session.flush()
    return codes


def recovery_codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes are unused."""
    return session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    ) or 0  # fmt: skip


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Which of the three steps around now the code belongs to."""
    if not secret or not code:
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // _STEP
    steps = (current, current - 1, current + 1)
    return next((step for step in steps if same(totp.generate_otp(step), code)), None)


def _use_step(session: Session, account_id: int, step: int) -> bool:
    used = session.execute(
        update(Account)
        .where(Account.id == account_id, or_(Account.totp_step.is_(None), Account.totp_step < step))
        .values(totp_step=step)
        .returning(Account.id)
    )
    return used.first() is not None


def _use_recovery_code(session: Session, account_id: int, code: str, now: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _recovery_hash(account_id, code),
            RecoveryCode.account_id == account_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.code_hash)
    )
    return used.first() is not None


def _recovery_hash(account_id: int, code: str) -> str:
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", code).upper()))
    return keyed(str(current_app.secret_key), "recovery", account_id, letters)


def _digits(code: str) -> str:
    """The six figures in what was typed, full-width ones too; empty when there are others."""
    text = "".join(unicodedata.normalize("NFKC", code).split())
    return text if len(text) == _FIGURES and text.isdecimal() else ""


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="second-factor")
