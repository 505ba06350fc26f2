"""Consents: each asked by itself, kept with its version, withdrawn by one click.

Rooms above ask `has_consent` before they use what a consent covers, and may register with
`on_withdrawal` to end at once what rested on it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.consent_texts import CURRENT, OPTIONAL, REQUIRED, ConsentText
from hanmadang.people.models import Consent, ConsentKind

__all__ = [
    "CURRENT", "OPTIONAL", "REQUIRED", "ConsentText", "MissingConsentError", "NeededConsentError",
    "Standing", "consenting", "end_all",
    "grant", "grant_all", "has_consent", "on_withdrawal", "standing", "stands", "withdraw",
]  # fmt: skip

Withdrawn = Callable[[Session, int, ConsentKind], None]
_listeners: list[Withdrawn] = []


class MissingConsentError(DomainError):
    """A required consent was not given (422)."""

    status = 422
    text = lazy("Without this consent an account cannot be made.")


class NeededConsentError(DomainError):
    """A required consent ends only together with the account."""

    text = lazy("The account rests on this consent. To withdraw it, delete the account.")


@dataclass(frozen=True, slots=True)
class Standing:
    """One consent as its person sees it."""

    text: ConsentText
    granted_at: datetime | None
    """When the current version was granted; None when it is not."""
    outdated: bool
    """An older version was granted and the text has changed since."""
    by_guardian: bool


def on_withdrawal(callback: Withdrawn) -> Withdrawn:
    """Call `callback(session, account_id, kind)` when a consent ends; usable as a decorator."""
    if callback not in _listeners:
        _listeners.append(callback)
    return callback


def has_consent(session: Session, account_id: int, kind: ConsentKind) -> bool:
    """Whether the person agreed to the text as it stands today and did not withdraw."""
    return session.scalar(_standing(account_id, kind, CURRENT[kind].version)) is not None


def consenting(session: Session, account_ids: Collection[int], kind: ConsentKind) -> frozenset[int]:
    """Those of these people for whom `has_consent` holds; one statement."""
    rows = session.scalars(
        select(Consent.account_id).where(
            Consent.account_id.in_(account_ids),
            Consent.kind == kind.value,
            Consent.version == CURRENT[kind].version,
            Consent.withdrawn_at.is_(None),
        )
    )
    return frozenset(rows)


def stands(account_id: int | None, kind: ConsentKind) -> ColumnElement[bool]:
    """The SQL twin of `has_consent`; false for nobody."""
    return _standing(account_id or 0, kind, CURRENT[kind].version).exists()


def grant(  # noqa: PLR0913  (who, what, when, by whom)
    session: Session,
    account_id: int,
    kind: ConsentKind,
    *,
    now: datetime,
    actor: Viewer | None = None,
    guardian: bool = False,
) -> bool:
    """Keep the person's consent to the current text; False when it already stands."""
    version = CURRENT[kind].version
    session.execute(
        update(Consent)
        .where(
            Consent.account_id == account_id,
            Consent.kind == kind.value,
            Consent.withdrawn_at.is_(None),
            Consent.version != version,
        )
        .values(withdrawn_at=now)
    )
    dialect = sqlite if is_sqlite() else postgresql
    added = session.execute(
        dialect.insert(Consent)
        .values(
            account_id=account_id,
            kind=kind.value,
            version=version,
            granted_at=now,
            guardian=guardian,
        )
        .on_conflict_do_nothing()
        .returning(Consent.id)
    ).first()
    if added is not None:
        _note(session, actor, "consent.granted", account_id, kind)
    return added is not None


def grant_all(
    session: Session,
    account_id: int,
    kinds: Iterable[ConsentKind],
    *,
    now: datetime,
    guardian: bool = False,
) -> None:
    """The consents given at sign-up. Raises MissingConsentError unless all required are there."""
    given = frozenset(kinds)
    if not given.issuperset(REQUIRED):
        raise MissingConsentError
    for kind in CURRENT:
        if kind in given:
            grant(session, account_id, kind, now=now, guardian=guardian)


def withdraw(
    session: Session,
    account_id: int,
    kind: ConsentKind,
    *,
    now: datetime,
    actor: Viewer | None = None,
) -> bool:
    """End an optional consent, and what rests on it; False when none stood.

    Raises NeededConsentError for a required one.
    """
    if kind in REQUIRED:
        raise NeededConsentError
    return _end(session, account_id, kind, now, actor)


def end_all(session: Session, account_id: int, now: datetime) -> None:
    """End every consent, required ones too: the account is being erased."""
    for kind in CURRENT:
        _end(session, account_id, kind, now, None)


def standing(session: Session, account_id: int) -> Sequence[Standing]:
    """Every consent with where it stands for this person, required ones first."""
    rows = session.scalars(
        select(Consent).where(Consent.account_id == account_id, Consent.withdrawn_at.is_(None))
    )
    held = {row.kind: row for row in rows}
    return [_as_standing(text, held.get(kind.value)) for kind, text in CURRENT.items()]


def _as_standing(text: ConsentText, row: Consent | None) -> Standing:
    current = row is not None and row.version == text.version
    return Standing(
        text,
        row.granted_at if row and current else None,
        outdated=row is not None and not current,
        by_guardian=bool(row and row.guardian),
    )


def _end(
    session: Session, account_id: int, kind: ConsentKind, now: datetime, actor: Viewer | None
) -> bool:
    ended = session.execute(
        update(Consent)
        .where(
            Consent.account_id == account_id,
            Consent.kind == kind.value,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .returning(Consent.id)
    ).all()
    if not ended:
        return False
    for listener in _listeners:
        listener(session, account_id, kind)
    _note(session, actor, "consent.withdrawn", account_id, kind)
    return True


def _note(
    session: Session, actor: Viewer | None, action: str, account_id: int, kind: ConsentKind
) -> None:
    audit.record(
        session,
        actor,
        action,
        kind="consent",
        id=kind.value,
        subject_id=account_id,
        detail=CURRENT[kind].version,
    )


def _standing(account_id: int, kind: ConsentKind, version: str) -> Select[int]:
    return select(Consent.id).where(
        Consent.account_id == account_id,
        Consent.kind == kind.value,
        Consent.version == version,
        Consent.withdrawn_at.is_(None),
    )
