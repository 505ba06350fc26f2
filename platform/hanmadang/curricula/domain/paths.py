"""Wishes and stored paths."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.curricula.brought import FEWEST_MINUTES, MOST_MINUTES
from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.models import Preference, StoredPlan
from hanmadang.curricula.queries.facts import pieces_standing
from hanmadang.curricula.queries.paths import Made
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.vocabulary import Topic
from hanmadang.people.models import Account


def wish(session: Session, account_id: int, *, minutes: int, topics: Iterable[str]) -> None:
    """Keep a person's minutes a week (10 to 600; others are moved inside) and their topics."""
    known = set(session.scalars(select(Topic.code)))
    _upsert(
        session,
        Preference,
        ("account_id",),
        [
            {
                "account_id": account_id,
                "minutes_per_week": min(max(minutes, FEWEST_MINUTES), MOST_MINUTES),
                "topics": sorted(known & set(topics)),
            }
        ],
    )


def store_plan(
    session: Session, account_id: int, language: str, made: Made, *, now: datetime
) -> bool:
    """Keep the path in place of the one before, so that "why" pages speak of what was shown.

    False, with nothing stored, where evidence it rests on was deleted in the meantime.
    """
    return store_plans(session, {account_id: made}, {account_id: language}, now=now) == 1


def store_plans(
    session: Session,
    made: Mapping[int, Made],
    languages: Mapping[int, str],
    *,
    now: datetime,
) -> int:
    """The same for many people at once, each with one path; returns how many were stored."""
    one_at_a_time(session, *made)
    standing = pieces_standing(session, list(made))
    kept = [
        _row(account_id, languages[account_id], one, now)
        for account_id, one in made.items()
        if standing[account_id] == one.facts.rests_on
    ]
    if kept:
        _upsert(session, StoredPlan, ("account_id", "language"), kept)
    return len(kept)


def _row(account_id: int, language: str, made: Made, now: datetime) -> dict[str, Any]:
    plan = made.plan.to_json()
    return {
        "account_id": account_id,
        "language": language,
        "created_at": now,
        "engine_version": ENGINE_VERSION,
        "inputs_hash": made.inputs_hash,
        "steps": plan["steps"],
        "omitted": plan["omitted"],
    }


def forget_plans(session: Session, account_id: int) -> None:
    """A stored path names its evidence; it goes with it and is made anew on the next visit."""
    session.execute(delete(StoredPlan).where(StoredPlan.account_id == account_id))


def one_at_a_time(session: Session, *account_ids: int) -> None:
    """Acts on these people's evidence and paths take turns.

    Two tabs that bring the same poll would otherwise both delete first and both add after, and a
    path made before a consent was withdrawn would be stored after it.
    """
    locked = select(Account.id).where(Account.id.in_(account_ids)).order_by(Account.id)
    session.execute(locked.with_for_update())


def _upsert(
    session: Session, model: Any, key: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Two tabs may write at once: the later one stands, and neither fails."""
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(model)
    set_ = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=set_),
        rows,
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
