"""Proposals to change the graph: those that wait, and what was done when and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from hanmadang.curricula.models import (
    ChangeKind,
    ChangeState,
    EdgeSuggestion,
    GraphChange,
    SuggestionState,
)
from hanmadang.curricula.queries.graph import touched
from hanmadang.people.models import Account

MOST = 200
"""How many changes one page of history shows."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change with the people behind it."""

    id: int
    kind: ChangeKind
    state: ChangeState
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    answer: str
    created_at: datetime
    decided_at: datetime | None
    undoes_id: int | None
    author_id: int | None
    author: str
    """Empty once the account is erased."""
    decider: str

    @property
    def codes(self) -> list[str]:
        """Everything it is about."""
        return sorted(code for part in self.after.values() for code in part)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state is ChangeState.PROPOSED


def changes(session: Session, code: str = "") -> Sequence[ChangeRow]:
    """The latest first, those that wait before all others; of one competency where one is named."""
    waiting_first = (GraphChange.state != ChangeState.PROPOSED.value, GraphChange.id.desc())
    found = session.execute(_select().order_by(*waiting_first))
    rows = (_row(row) for row in found)
    return [row for row in rows if not code or code in touched(row.after)][:MOST]


def change(session: Session, change_id: int) -> ChangeRow | None:
    """One of them."""
    row = session.execute(_select().where(GraphChange.id == change_id)).first()
    return _row(row) if row else None


def _select() -> Select[Any]:
    author, decider = aliased(Account), aliased(Account)
    return (
        select(
            GraphChange.id, GraphChange.kind, GraphChange.state, GraphChange.before,
            GraphChange.after, GraphChange.note, GraphChange.answer, GraphChange.created_at,
            GraphChange.decided_at, GraphChange.undoes_id, GraphChange.author_id,
            author.name, decider.name,
        )
        .outerjoin(author, author.id == GraphChange.author_id)
        .outerjoin(decider, decider.id == GraphChange.decided_by)
    )  # fmt: skip


def _row(row: Any) -> ChangeRow:
    number, kind, state, *rest = row
    rest[-2:] = [name or "" for name in rest[-2:]]
    return ChangeRow(number, ChangeKind(kind), ChangeState(state), *rest)


def waiting(session: Session) -> int:
    """How many proposals wait for a decision."""
    is_open = GraphChange.state == ChangeState.PROPOSED.value
    return session.scalars(select(func.count()).where(is_open)).one()


def open_suggestions(session: Session) -> Sequence[EdgeSuggestion]:
    """What answers suggest and nobody decided yet."""
    return session.scalars(
        select(EdgeSuggestion)
        .where(EdgeSuggestion.state == SuggestionState.OPEN.value)
        .order_by(EdgeSuggestion.doubt.desc(), EdgeSuggestion.competency_code, EdgeSuggestion.id)
    ).all()
