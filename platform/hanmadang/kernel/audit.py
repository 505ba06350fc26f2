"""The audit log: who did what to which object, append-only, sealed in chained batches.

Rows are never changed or removed (triggers in the first migration refuse). A seal carries the
hash of its rows and of the seal before it, so that `verify` finds a changed, dropped or
reordered row.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from flask import g, has_request_context
from sqlalchemy import BigInteger, Integer, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hanmadang.kernel import clock
from hanmadang.kernel.db import Base
from hanmadang.kernel.permissions import Viewer

_BATCH = 1_000


class AuditEntry(Base):
    """One act."""

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    """Account id; empty for the system or a visitor without account."""
    role: Mapped[str]
    action: Mapped[str]
    """``noun.verb`` in past tense: ``event.published``."""
    object_kind: Mapped[str]
    object_id: Mapped[str]
    subject_id: Mapped[int | None]
    """Whose personal data were handled, if anybody's."""
    detail: Mapped[str]
    request_id: Mapped[str]


class AuditSeal(Base):
    """A closed batch of entries and the hash that chains it to the batch before."""

    __tablename__ = "audit_seal"

    last_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    row_count: Mapped[int]
    digest: Mapped[str]
    sealed_at: Mapped[datetime]


def record(  # noqa: PLR0913  (an act has this many sides; all but three are optional or named)
    session: Session,
    actor: Viewer | None,
    action: str,
    *,
    kind: str,
    id: object,  # noqa: A002  (reads well at every call)
    subject_id: int | None = None,
    detail: str = "",
) -> None:
    """Write down an act, in the transaction that performs it."""
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.account_id if actor else None,
            role=",".join(sorted(actor.roles)) if actor else "system",
            action=action,
            object_kind=kind,
            object_id=str(id),
            subject_id=subject_id,
            detail=detail,
            request_id=g.get("request_id", "") if has_request_context() else "",
        )
    )


def seal(session: Session) -> int:
    """Close the open entries into a batch; returns how many rows it holds."""
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.last_seq.desc())).first()
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.seq > (last.last_seq if last else 0))
        .order_by(AuditEntry.seq)
        .limit(_BATCH)
    ).all()
    if entries:
        session.add(
            AuditSeal(
                last_seq=entries[-1].seq,
                row_count=len(entries),
                digest=_chain(last.digest if last else "", entries),
                sealed_at=clock.now(),
            )
        )
    return len(entries)


def verify(session: Session) -> list[str]:
    """Recompute every seal; returns what does not fit, an empty list when all is whole."""
    faults, before, start = [], "", 0
    for batch in session.scalars(select(AuditSeal).order_by(AuditSeal.last_seq)):
        entries = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.seq > start, AuditEntry.seq <= batch.last_seq)
            .order_by(AuditEntry.seq)
        ).all()
        if len(entries) != batch.row_count or _chain(before, entries) != batch.digest:
            faults.append(f"audit batch ending at {batch.last_seq}: rows do not match the seal")
        before, start = batch.digest, batch.last_seq
    return faults


def _chain(before: str, entries: Iterable[AuditEntry]) -> str:
    whole = hashlib.sha256(before.encode())
    for entry in entries:
        row = [
            entry.seq, entry.at.isoformat(), entry.actor_id, entry.role, entry.action,
            entry.object_kind, entry.object_id, entry.subject_id, entry.detail, entry.request_id,
        ]  # fmt: skip
        whole.update(json.dumps(row, ensure_ascii=False).encode())
    return whole.hexdigest()
