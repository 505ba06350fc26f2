"""A person's own data of this room: handed over, or erased; and what ends with their consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.curricula.domain import forget_all
from hanmadang.curricula.models import (
    DemandSuggestion,
    Evidence,
    GraphChange,
    PathFeed,
    Preference,
    Pretest,
    PretestAnswer,
    SetAside,
    StepChoice,
    StoredPlan,
    SuggestionSignature,
)
from hanmadang.curricula.queries.wishes import wishes_of
from hanmadang.people.models import ConsentKind

_TABLES = (
    Evidence, StoredPlan, Preference, SetAside, StepChoice, PretestAnswer, Pretest, PathFeed,
)  # fmt: skip


def export_of(session: Session, account_id: int) -> dict[str, Any]:
    """Everything the room holds about that person."""
    wished = wishes_of(session, account_id)
    pretest = session.get(Pretest, account_id)
    return {
        "evidence": [_piece(row) for row in _rows(session, Evidence, account_id)],
        "set_aside": [
            {"basis": row.basis, "about": row.ref, "on": row.created_on.isoformat()}
            for row in _rows(session, SetAside, account_id)
        ],
        "minutes_per_week": wished.minutes,
        "interests": dict(wished.levels),
        "deadline": wished.deadline.isoformat() if wished.deadline else None,
        "needs_captions": wished.captions,
        "longest_lesson": wished.longest,
        "decided": [_choice(row) for row in _rows(session, StepChoice, account_id)],
        "pretest": {"begun_on": pretest.begun_on.isoformat()} if pretest else None,
        "pretest_answers": [_tried(row) for row in _rows(session, PretestAnswer, account_id)],
        "calendar": session.get(PathFeed, account_id) is not None,
        "suggestions_decided": _decided(session, account_id),
        "suggestions_signed": _signed(session, account_id),
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
    for table in _TABLES:
        session.execute(delete(table).where(table.account_id == account_id))
    _forget_name(session, account_id)


def _decided(session: Session, account_id: int) -> list[int]:
    decided = select(DemandSuggestion.id).where(DemandSuggestion.decided_by == account_id)
    return list(session.scalars(decided.order_by(DemandSuggestion.id)))


def _signed(session: Session, account_id: int) -> list[dict[str, Any]]:
    return [
        {"suggestion": row.suggestion_id, "at": row.at.isoformat()}
        for row in _rows(session, SuggestionSignature, account_id)
    ]


def _forget_name(session: Session, account_id: int) -> None:
    """A decision is the institution's and stays; who pressed the button goes."""
    for column in (DemandSuggestion.decided_by, SuggestionSignature.account_id):
        session.execute(
            update(column.class_).where(column == account_id).values({column.key: None}),
            execution_options={"synchronize_session": False},
        )


def when_withdrawn(session: Session, account_id: int, kind: ConsentKind) -> None:
    """What was brought in from polls goes with its consent."""
    if kind is ConsentKind.PATH:
        forget_all(session, account_id)


def _rows(session: Session, model: Any, account_id: int) -> Any:
    return session.scalars(select(model).where(model.account_id == account_id))


def _choice(row: StepChoice) -> dict[str, Any]:
    lesson = f"{row.course_id}/{row.module_slug}/{row.unit_slug}"
    return {"lesson": lesson, "choice": row.choice, "on": row.chosen_on.isoformat()}


def _tried(row: PretestAnswer) -> dict[str, Any]:
    return {"about": row.competency_code, "outcome": row.outcome}


def _piece(row: Evidence) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "about": row.competency_code or row.topic_code,
        "right": row.right,
        "of": row.of,
        "source": row.source_kind,
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
