"""Changing the competency graph: one editor proposes, another approves, and only then it counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.curricula.domain.graph_rows import store_graph
from hanmadang.curricula.graph.faults import Fault, faults
from hanmadang.curricula.graph.specs import (
    COMPETENCIES,
    Document,
    Graph,
    mark_of,
)
from hanmadang.curricula.graph.words import fault_text
from hanmadang.curricula.models import CHANGE_STEPS, ChangeKind, ChangeState, GraphChange
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import ConflictError, DomainError, NotFoundError, RefusedError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import GraphHead


class GraphFaultError(DomainError):
    """The graph would not hold together. `texts` names everything that is wrong."""

    status = 422

    def __init__(self, found: list[Fault], graph: Graph) -> None:
        self.texts: list[LazyText] = [fault_text(fault, graph) for fault in found]
        super().__init__(*found, text=self.texts[0])


class NothingChangedError(DomainError):
    """The proposal says what stands there already."""

    status = 422
    text = lazy("Nothing would change.")


class CodeTakenError(DomainError):
    """A new competency needs a code of its own."""

    status = 422
    text = lazy("This code is taken already.")


class StaleGraphError(ConflictError):
    """Somebody changed the same place since it was read."""

    text = lazy("Somebody changed this competency in the meantime. Please compare, and send again.")


class OwnChangeError(RefusedError):
    """Nobody approves a proposal of their own."""

    text = lazy("Somebody else has to approve what you proposed.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an editor wants to stand there, and why."""

    kind: ChangeKind
    after: Document
    note: str = ""
    undoes_id: int | None = None


def propose(
    session: Session,
    actor: Viewer,
    wanted: Wanted,
    *,
    now: datetime,
    base: str | None = None,
) -> GraphChange:
    """Write a proposal down; nothing counts yet.

    `base` is the mark of what the editor saw. Raises StaleGraphError when something else stands
    there now, CodeTakenError, GraphFaultError, and NothingChangedError.
    """
    graph = read_graph(session)
    before, after = graph.part(wanted.after), wanted.after
    if wanted.kind is ChangeKind.ADD and any(before.get(COMPETENCIES, {}).values()):
        raise CodeTakenError
    if base is not None and base != mark_of(before):
        raise StaleGraphError
    _sound(graph.after(after))
    if graph.after(after).part(after) == before:
        raise NothingChangedError
    change = GraphChange(
        kind=wanted.kind.value, before=dict(before), after=dict(graph.after(after).part(after)),
        note=wanted.note, author_id=actor.id, created_at=now, undoes_id=wanted.undoes_id,
    )  # fmt: skip
    session.add(change)
    session.flush()
    _record(session, actor, "graph.proposed", change)
    return change


def approve(
    session: Session, actor: Viewer, change_id: int, *, now: datetime, answer: str = ""
) -> GraphChange:
    """Let a proposal count.

    Raises OwnChangeError, StaleGraphError when what it changes reads differently by now, and
    GraphFaultError when the graph as it stands now would not hold together with it.
    """
    hold(session)
    change = _waiting(session, change_id)
    if change.author_id == actor.id:
        raise OwnChangeError
    graph = read_graph(session)
    if graph.part(change.after) != change.before:
        raise StaleGraphError
    after = graph.after(change.after)
    _sound(after)
    store_graph(session, change.after, after)
    _decide(change, ChangeState.APPROVED, actor, now, answer)
    _record(session, actor, "graph.approved", change)
    session.flush()
    return change


def reject(
    session: Session, actor: Viewer, change_id: int, *, now: datetime, answer: str = ""
) -> GraphChange:
    """Say no to somebody else's proposal. Raises OwnChangeError."""
    change = _waiting(session, change_id)
    if change.author_id == actor.id:
        raise OwnChangeError
    _decide(change, ChangeState.REJECTED, actor, now, answer)
    _record(session, actor, "graph.rejected", change)
    session.flush()
    return change


def withdraw(session: Session, actor: Viewer, change_id: int, *, now: datetime) -> GraphChange:
    """Take one's own proposal back. Raises RefusedError for somebody else's."""
    change = _waiting(session, change_id)
    if change.author_id != actor.id:
        raise RefusedError
    _decide(change, ChangeState.WITHDRAWN, actor, now, "")
    _record(session, actor, "graph.withdrawn", change)
    session.flush()
    return change


def hold(session: Session) -> None:
    """Wait for whoever changes the graph now, and let nobody else change it until the commit."""
    dialect = sqlite if is_sqlite() else postgresql
    session.execute(
        dialect.insert(GraphHead)
        .values(id=1, changes=1)
        .on_conflict_do_update(index_elements=["id"], set_={"changes": GraphHead.changes + 1}),
        execution_options={"synchronize_session": False},
    )


def _waiting(session: Session, change_id: int) -> GraphChange:
    change = session.get(GraphChange, change_id, with_for_update=True, populate_existing=True)
    if change is None:
        raise NotFoundError
    return change


def _decide(
    change: GraphChange, state: ChangeState, actor: Viewer, now: datetime, answer: str
) -> None:
    change.state = CHANGE_STEPS.check(ChangeState(change.state), state).value
    change.decided_by, change.decided_at, change.answer = actor.id, now, answer


def _record(session: Session, actor: Viewer, action: str, change: GraphChange) -> None:
    codes = sorted(code for part in change.after.values() for code in part)
    audit.record(session, actor, action, kind="graph_change", id=change.id,
                 detail=f"{change.kind}:{','.join(codes)}"[:500])  # fmt: skip


def _sound(graph: Graph) -> None:
    if found := faults(graph):
        raise GraphFaultError(found, graph)


def replace_all(session: Session, graph: Graph) -> None:
    """Fill an empty house with a vocabulary, without a proposal. Raises GraphFaultError."""
    hold(session)
    _sound(graph)
    store_graph(session, graph.whole(), graph)


def change_of(session: Session, change_id: int) -> GraphChange:
    """A proposal. Raises NotFoundError."""
    change = session.scalars(select(GraphChange).where(GraphChange.id == change_id)).first()
    if change is None:
        raise NotFoundError
    return change
