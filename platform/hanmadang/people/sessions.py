"""Server-side sessions: what the cookie names is looked up on every request and can be revoked.

Flask-Login carries the current person through the request; its own cookie and Flask's signed
session are off, because neither can be revoked.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Response, g, request
from flask.sessions import NullSession, SessionInterface
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, read
from hanmadang.kernel.device import cookie_name, set_cookie
from hanmadang.kernel.ids import digest, new_secret
from hanmadang.kernel.permissions import NOBODY, STAFF, Role, Viewer
from hanmadang.people.models import Account, AccountState, SignInSession

COOKIE = "hm_session"
IDLE = {True: timedelta(minutes=30), False: timedelta(days=14)}
"""How long an unused session lives: staff, others."""
LONGEST = {True: timedelta(hours=12), False: timedelta(days=30)}
"""How long any session lives: staff, others."""
TOUCH = timedelta(minutes=5)

_manager = LoginManager()
_manager.session_protection = None


class NoSession(SessionInterface):
    """Flask's own session is off: reading finds nothing, writing raises."""

    def open_session(self, app: Flask, request: Any) -> NullSession:  # noqa: ARG002
        """An empty session that refuses writes."""
        return NullSession()

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Nothing to save."""


class Person(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Flask-Login's view of the viewer."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.id = viewer.account_id


def register(app: Flask) -> None:
    """Load the viewer before each request that asks for one."""
    app.session_interface = NoSession()
    _manager.init_app(app)


@_manager.request_loader  # type: ignore[untyped-decorator]
def load_person(_request: Any) -> Person | None:
    """The signed-in person behind this request's cookie, if the session still holds."""
    cookie = request.cookies.get(cookie_name(COOKIE), "")
    viewer = find(cookie, clock.now()) if cookie else None
    return Person(viewer) if viewer else None


def current_viewer() -> Viewer:
    """Who is asking; `NOBODY` without a living session."""
    return cast("Viewer", current_user.viewer) if current_user.is_authenticated else NOBODY


_COLUMNS = (
    Account.id,
    Account.name,
    Account.locale,
    Account.verified_at,
    Account.login,
    SignInSession.roles,
    SignInSession.institution_id,
    SignInSession.second_factor,
    SignInSession.seen_at,
    SignInSession.id_hash,
)


_LIVING = (
    select(*_COLUMNS)
    .join_from(SignInSession, Account, Account.id == SignInSession.account_id)
    .where(
        SignInSession.id_hash == bindparam("id_hash"),
        SignInSession.expires_at > bindparam("now"),
        Account.auth_epoch == SignInSession.auth_epoch,
        Account.state == AccountState.ACTIVE.value,
    )
)
"""Written once per process: every page of somebody who is signed in asks this."""


def find(cookie: str, now: datetime) -> Viewer | None:
    """The viewer a session cookie stands for; None when it is unknown, ended or outdated."""
    row = read(db.session(), _LIVING, id_hash=digest(cookie), now=now).first()
    if row is None:
        return None
    roles = frozenset(Role(role) for role in row.roles.split(",") if role)
    if now - row.seen_at > IDLE[bool(roles & STAFF)]:
        return None
    g.session_seen_at = row.seen_at
    if not row.second_factor:  # staff roles sleep until the second factor is shown
        roles = roles - STAFF | {Role.CITIZEN}
    return Viewer(
        row.id, row.name, row.locale, roles, row.institution_id, row.id_hash,
        row.verified_at is not None, row.second_factor, row.login,
    )  # fmt: skip


def start(session: Session, account: Account, *, now: datetime, label: str, strong: bool) -> str:
    """Open a session for `account`; returns the cookie's value, which is stored only hashed.

    `strong` says whether a second factor was passed (or none is needed).
    """
    cookie = new_secret()
    staff = bool(account.roles & STAFF)
    session.add(
        SignInSession(
            id_hash=digest(cookie),
            account_id=account.id,
            auth_epoch=account.auth_epoch,
            roles=",".join(sorted(account.roles)),
            institution_id=next(
                (g.institution_id for g in account.grants if g.institution_id), None
            ),
            second_factor=strong,
            device_label=label,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST[staff],
        )
    )
    return cookie


def touch(session: Session, viewer: Viewer, now: datetime) -> None:
    """Note that the session is in use (call at most every `TOUCH`)."""
    session.execute(
        update(SignInSession).where(SignInSession.id_hash == viewer.session_id).values(seen_at=now)
    )


def end(session: Session, id_hash: str, account_id: int) -> None:
    """Sign one browser of this account out."""
    session.execute(
        delete(SignInSession).where(
            SignInSession.id_hash == id_hash, SignInSession.account_id == account_id
        )
    )


def end_all(session: Session, account: Account) -> None:
    """Sign out everywhere: remove the rows and outdate any that a race might add."""
    account.auth_epoch += 1
    session.execute(delete(SignInSession).where(SignInSession.account_id == account.id))


def hand_out(response: Response, cookie: str, *, staff: bool) -> None:
    """Give the browser its session cookie; an empty value takes it away."""
    set_cookie(response, COOKIE, cookie, int(LONGEST[staff].total_seconds()))
