"""Wishes and stored paths."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.models import Preference, StoredPlan
from hanmadang.curricula.queries.crowd import Remade, remade_of
from hanmadang.curricula.queries.facts import pieces_standing
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.queries.wishes import wishes_of
from hanmadang.curricula.wishes import Wishes
from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Topic
from hanmadang.people.models import Account, AccountState


def wish(session: Session, account_id: int, wishes: Wishes) -> None:
    """Keep what a person wishes, within bounds, and only topics that the house knows."""
    kept = wishes.only(set(session.scalars(select(Topic.code))))
    row = {
        "account_id": account_id,
        "minutes_per_week": kept.minutes,
        "topics": list(kept.topics),
        "levels": dict(kept.levels),
        "deadline": kept.deadline,
        "needs_captions": kept.captions,
        "longest": kept.longest,
    }
    upsert(session, Preference, ("account_id",), [row])


def shorten(session: Session, actor: Viewer, longest: int | None) -> None:
    """Let only lessons up to that many minutes into a person's path; None lets all in again."""
    wishes = wishes_of(session, actor.id)
    if longest == wishes.longest:
        return
    wish(session, actor.id, replace(wishes, longest=longest))
    audit.record(
        session, actor, "path.shortened", kind="account", id=actor.id, subject_id=actor.id,
        detail=str(longest or ""),
    )  # fmt: skip


def store_plan(
    session: Session, account_id: int, language: str, made: Made, *, now: datetime
) -> bool:
    """Keep the path in place of the one before, so that "why" pages speak of what was shown.

    False, with nothing stored, where evidence it rests on was deleted in the meantime.
    """
    return store_plans(session, [remade_of(made, account_id, language)], now=now) == 1


def store_plans(session: Session, paths: Sequence[Remade], *, now: datetime) -> int:
    """The same for many people at once; returns how many were stored.

    A path that another act has stored or forgotten since this one was begun stays as it is.
    """
    people = sorted({path.account_id for path in paths})
    active = one_at_a_time(session, *people)
    standing = pieces_standing(session, people)
    before = _hashes(session, people)
    rows = [
        _row(path, now)
        for path in paths
        if path.account_id in active
        and standing[path.account_id] == path.rests_on
        and path.was in {None, before.get((path.account_id, path.language), "")}
    ]
    if rows:
        upsert(session, StoredPlan, ("account_id", "language"), rows)
    return len(rows)


def _row(path: Remade, now: datetime) -> dict[str, Any]:
    return {
        "account_id": path.account_id,
        "language": path.language,
        "created_at": now,
        "engine_version": ENGINE_VERSION,
        "inputs_hash": path.inputs_hash,
        "steps": path.steps,
        "omitted": path.omitted,
        "kept": list(path.kept),
        "before_hash": path.before_hash,
        "before_kept": list(path.before_kept),
    }


def _hashes(session: Session, people: Sequence[int]) -> dict[tuple[int, str], str]:
    rows = session.execute(
        select(StoredPlan.account_id, StoredPlan.language, StoredPlan.inputs_hash).where(
            StoredPlan.account_id.in_(people)
        )
    )
    return {(row.account_id, row.language): row.inputs_hash for row in rows}


def forget_plans(session: Session, account_id: int) -> None:
    """A stored path names its evidence; it goes with it and is made anew on the next visit."""
    session.execute(delete(StoredPlan).where(StoredPlan.account_id == account_id))


def one_at_a_time(session: Session, *account_ids: int) -> frozenset[int]:
    """Acts on these people's evidence and paths take turns; returns whose accounts are not erased.

    Two tabs that bring the same poll would otherwise both delete first and both add after, and a
    path made before a consent was withdrawn would be stored after it.
    """
    locked = select(Account.id, Account.state).where(Account.id.in_(account_ids))
    rows = session.execute(locked.order_by(Account.id).with_for_update())
    return frozenset(row.id for row in rows if row.state != AccountState.ERASED.value)


def upsert(
    session: Session, model: Any, key: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Write rows, new or in the place of those before.

    Two tabs may write at once: the later one stands, and neither fails.
    """
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(model)
    set_ = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=set_),
        rows,
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
