"""Wishes and stored paths."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.models import Preference, StoredPlan
from hanmadang.curricula.queries.facts import wishes_of
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.wishes import Wishes
from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Topic


def wish(session: Session, account_id: int, wishes: Wishes) -> None:
    """Keep what a person wishes, within bounds, and only topics that the house knows."""
    kept = wishes.only(set(session.scalars(select(Topic.code))))
    upsert(
        session,
        Preference,
        {"account_id": account_id},
        {
            "minutes_per_week": kept.minutes,
            "topics": list(kept.topics),
            "levels": dict(kept.levels),
            "deadline": kept.deadline,
            "needs_captions": kept.captions,
            "longest": kept.longest,
        },
    )


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
) -> None:
    """Keep the path in place of the one before, so that "why" pages speak of what was shown."""
    plan = made.plan.to_json()
    upsert(
        session,
        StoredPlan,
        {"account_id": account_id, "language": language},
        {
            "created_at": now,
            "engine_version": ENGINE_VERSION,
            "inputs_hash": made.inputs_hash,
            "kept": list(made.learner.kept),
            "before_hash": made.before_hash,
            "before_kept": list(made.before_kept),
            "steps": plan["steps"],
            "omitted": plan["omitted"],
        },
    )


def upsert(session: Session, model: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Write a row, new or in the place of the one before.

    Two tabs may write at once: the later one stands, and neither fails.
    """
    dialect = sqlite if is_sqlite() else postgresql
    session.execute(
        dialect.insert(model)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=values),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
