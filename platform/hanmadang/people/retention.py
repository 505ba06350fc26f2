"""Forgetting in time: what no longer serves its purpose goes, as docs/privacy.md states."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hanmadang.people.models import KnownDevice, SignInSession, SignInTry, Token

DEVICES_KEPT = timedelta(days=365)
"""How long an unused device counts as known."""


def forget_old(session: Session, now: datetime) -> int:
    """Remove ended tokens, sessions, counts of tries and old devices; returns how many rows."""
    ended = (
        delete(Token).where(Token.expires_at <= now),
        delete(SignInSession).where(SignInSession.expires_at <= now),
        delete(SignInTry).where(SignInTry.window_ends_at <= now),
        delete(KnownDevice).where(KnownDevice.seen_at <= now - DEVICES_KEPT),
    )
    options = {"synchronize_session": False}
    return sum(session.execute(one, execution_options=options).rowcount for one in ended)  # type: ignore[attr-defined]
