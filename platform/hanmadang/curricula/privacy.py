"""A person's own data of this room: handed over, or erased; and what ends with their consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.curricula.domain import forget_all
from hanmadang.curricula.models import Evidence, GraphChange, Preference, StoredPlan
from hanmadang.people.models import ConsentKind


def export_of(session: Session, account_id: int) -> dict[str, Any]:
    """Everything the room holds about that person."""
    wish = session.get(Preference, account_id)
    return {
        "evidence": [_piece(row) for row in _rows(session, Evidence, account_id)],
        "minutes_per_week": wish.minutes_per_week if wish else None,
        "interests": list(wish.topics) if wish else [],
        "paths": [_path(row) for row in _rows(session, StoredPlan, account_id)],
        "graph_changes": [_change(row) for row in _changes(session, account_id)],
    }


def erase_of(session: Session, account_id: int, _now: datetime) -> None:
    """Remove it all, and the name under changes of the graph; the caller commits."""
    for side in (GraphChange.author_id, GraphChange.decided_by):
        session.execute(
            update(GraphChange).where(side == account_id).values({side: None}),
            execution_options={"synchronize_session": False},
        )
    for table in (Evidence, StoredPlan, Preference):
        session.execute(delete(table).where(table.account_id == account_id))


def when_withdrawn(session: Session, account_id: int, kind: ConsentKind) -> None:
    """Poll-derived evidence goes with its consent."""
    if kind is ConsentKind.PATH:
        forget_all(session, account_id)


def _rows(session: Session, model: Any, account_id: int) -> Any:
    return session.scalars(select(model).where(model.account_id == account_id))


def _piece(row: Evidence) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "about": row.competency_code or row.topic_code,
        "right": row.right,
        "of": row.of,
        "from": row.source_label.to_json(),
        "consent": row.consent_version,
        "on": row.created_on.isoformat(),
    }


def _path(row: StoredPlan) -> dict[str, Any]:
    return {
        "language": row.language,
        "made_at": row.created_at.isoformat(),
        "engine": row.engine_version,
        "inputs_hash": row.inputs_hash,
        "steps": row.steps,
        "left_out": row.omitted,
    }


def _changes(session: Session, account_id: int) -> Any:
    mine = (GraphChange.author_id == account_id) | (GraphChange.decided_by == account_id)
    return session.scalars(select(GraphChange).where(mine).order_by(GraphChange.id))


def _change(row: GraphChange) -> dict[str, Any]:
    return {
        "number": row.id,
        "kind": row.kind,
        "state": row.state,
        "note": row.note,
        "answer": row.answer,
        "proposed_at": row.created_at.isoformat(),
    }
