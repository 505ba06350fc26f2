"""Each creating POST has exactly one effect, however often it arrives.

The key is stored in the same transaction as the effect. The same key with the same request
gets the first answer again; with another request it is refused (422).
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from hanmadang.kernel import clock
from hanmadang.kernel.db import Base, is_sqlite, transact
from hanmadang.kernel.errors import KeyReusedError
from hanmadang.kernel.ids import digest

KEPT = timedelta(hours=72)
"""How long a repeated request is recognised."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a repeated request is told: where to go next, and what to say there."""

    location: str
    said: str = ""
    category: str = "success"


class IdempotencyKey(Base):
    """A creating request that was carried out, and its answer."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "created_at"),)

    scope: Mapped[str] = mapped_column(primary_key=True)
    """Who sent it: account or device, hashed."""
    key_hash: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


def commit_once(
    *,
    key: str,
    scope: str,
    request: Sequence[tuple[str, str]],
    effect: Callable[[Session], Answer],
) -> Answer:
    """Run `effect` in a transaction unless this key was carried out before.

    Raises KeyReusedError when the key comes with another request.
    """
    name = {"scope": digest(scope), "key_hash": digest(key)}
    asked = hashlib.sha256(json.dumps(list(request)).encode()).hexdigest()

    def work(session: Session) -> Answer:
        if not _claim(session, name, asked):
            return _answer_again(session, name, asked)
        answer = effect(session)
        stored = {"location": answer.location, "said": answer.said, "category": answer.category}
        session.execute(
            update(IdempotencyKey).filter_by(**name).values(answer=stored),
            execution_options={"synchronize_session": False},
        )
        return answer

    return transact(work)


def _claim(session: Session, name: dict[str, str], asked: str) -> bool:
    """Take the key; on PostgreSQL this waits for a twin request still in flight."""
    dialect = sqlite if is_sqlite() else postgresql
    statement = (
        dialect.insert(IdempotencyKey)
        .values(**name, request_hash=asked, answer={}, created_at=clock.now())
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key_hash)
    )
    return session.execute(statement).first() is not None


def _answer_again(session: Session, name: dict[str, str], asked: str) -> Answer:
    found = session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.answer).filter_by(**name)
    ).one()
    if found.request_hash != asked:
        raise KeyReusedError
    return Answer(**found.answer)


def forget_old(session: Session) -> None:
    """Drop keys older than `KEPT`."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.now() - KEPT))
