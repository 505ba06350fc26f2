"""Proposing and approving: what counts when, who may decide, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.curricula.checks import graph as graph_check
from hanmadang.curricula.domain import graph as verbs
from hanmadang.curricula.graph import edits
from hanmadang.curricula.graph.specs import Graph, mark_of
from hanmadang.curricula.models import ChangeKind
from hanmadang.curricula.privacy import erase_of, export_of
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, RefusedError
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import CompetencyNeed, prerequisites
from tests.curricula.conftest import Opener
from tests.factories.graph import NOW, editors, lay, needing, proposed, settled, spec


def test_nothing_counts_before_somebody_else_approved(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b"))
        author, reviewer = editors(session)
        change = proposed(session, author, needing(session, "b", "a"))
        assert prerequisites(session) == {}
        verbs.approve(session, reviewer, change.id, now=NOW)
        assert prerequisites(session)["b"].needs == (("a",),)


def test_the_rows_say_and_of_or_and_soft(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b"), spec("c"), spec("d"))
        after = edits.written(spec("e", "a", ("b", "c"), helps=("d",)))
        settled(session, editors(session), after, kind=ChangeKind.ADD)
        rows = session.execute(
            select(CompetencyNeed.needs_code, CompetencyNeed.kind, CompetencyNeed.choice)
        )
        found = {code: (kind, choice) for code, kind, choice in rows}
    assert found["a"] == ("needs", 0)
    assert found["b"] == found["c"] != ("needs", 0)
    assert found["d"] == ("helps", 0)


def test_nobody_approves_or_rejects_their_own(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b"))
        author, _other = editors(session)
        change = proposed(session, author, needing(session, "b", "a"))
        for verb in (verbs.approve, verbs.reject):
            with pytest.raises(verbs.OwnChangeError):
                verb(session, author, change.id, now=NOW)


def test_only_its_author_withdraws_a_proposal_and_it_is_decided_once(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b"))
        author, other = editors(session)
        change = proposed(session, author, needing(session, "b", "a"))
        with pytest.raises(RefusedError):
            verbs.withdraw(session, other, change.id, now=NOW)
        verbs.withdraw(session, author, change.id, now=NOW)
        with pytest.raises(NotAllowedNowError):
            verbs.approve(session, other, change.id, now=NOW)


def test_every_step_is_in_the_audit_log(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b"))
        two = editors(session)
        settled(session, two, needing(session, "b", "a"))
        verbs.reject(session, two[1], proposed(session, two[0], needing(session, "b")).id, now=NOW)
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert actions == ["graph.proposed", "graph.approved", "graph.proposed", "graph.rejected"]


def test_a_circle_is_refused_when_it_is_proposed(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b", "a"))
        author = editors(session)[0]
        with pytest.raises(verbs.GraphFaultError) as refused:
            proposed(session, author, needing(session, "a", "b"))
        assert "“Skill a”" in str(refused.value.text) or "역량" in str(refused.value.text)


def test_what_changed_meanwhile_is_not_overwritten(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b"), spec("c"))
        two = editors(session)
        seen = mark_of(read_graph(session).part(needing(session, "c")))
        late = proposed(session, two[0], needing(session, "c", "b"))
        settled(session, two, needing(session, "c", "a"))
        with pytest.raises(verbs.StaleGraphError):
            verbs.approve(session, two[1], late.id, now=NOW)
        with pytest.raises(verbs.StaleGraphError):
            proposed(session, two[0], needing(session, "c", "b"), base=seen)


def test_saying_what_stands_there_is_no_change(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b", "a"))
        with pytest.raises(verbs.NothingChangedError):
            proposed(session, editors(session)[0], needing(session, "b", "a"))


def test_a_code_is_given_once(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"))
        with pytest.raises(verbs.CodeTakenError):
            proposed(session, editors(session)[0], edits.written(spec("a", name_en="Another")),
                     kind=ChangeKind.ADD)  # fmt: skip


def test_undo_brings_back_what_a_merger_moved(write: Opener) -> None:
    with write() as session:
        lay(session, spec("old"), spec("new"), spec("x", "old"))
        two, before = editors(session), read_graph(session)
        merger = settled(session, two, edits.merged(before, "old", "new"), kind=ChangeKind.MERGE)
        assert read_graph(session).competencies["x"].needs == (("new",),)
        settled(session, two, edits.undone(merger.before, merger.after), kind=ChangeKind.UNDO)
        assert read_graph(session) == before


def test_a_name_outlives_neither_its_owner_nor_the_history(write: Opener) -> None:
    with write() as session:
        lay(session, spec("a"), spec("b"))
        two = editors(session)
        change = settled(session, two, needing(session, "b", "a"))
        assert export_of(session, two[0].id)["graph_changes"][0]["note"] == "because"
        for each in two:
            erase_of(session, each.id, NOW)
        session.refresh(change)
        assert (change.author_id, change.decided_by, change.state) == (None, None, "approved")


# two halves of a circle at once


def halves(write: Opener) -> tuple[Viewer, list[int]]:
    """A reviewer, and two proposals that close a circle together."""
    with write() as session:
        lay(session, spec("a"), spec("b"))
        author, reviewer = editors(session)
        one = proposed(session, author, needing(session, "a", "b"))
        other = proposed(session, author, needing(session, "b", "a"))
        return reviewer, [one.id, other.id]


def approve_at_once(app: Flask, reviewer: Viewer, ids: list[int]) -> list[str]:
    """What becomes of each when they are approved at the same moment."""
    start = Barrier(2)

    def tab(change_id: int) -> str:
        with app.app_context():
            start.wait(10)
            try:
                transact(lambda session: verbs.approve(session, reviewer, change_id, now=NOW))
            except DomainError as error:
                return type(error).__name__
        return "approved"

    with ThreadPoolExecutor(2) as tabs:
        return sorted(tabs.map(tab, ids))


def read_together(monkeypatch: pytest.MonkeyPatch, early: Graph | None = None) -> None:
    """Whoever reads the graph waits a moment for the other one to have read it too."""
    meeting = Barrier(2)

    def reading(session: Session) -> Graph:
        graph = early or read_graph(session)
        with suppress(BrokenBarrierError):
            meeting.wait(1)
        return graph

    monkeypatch.setattr(verbs, "read_graph", reading)


def test_of_two_halves_of_a_circle_exactly_one_is_approved(
    app: Flask, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer, ids = halves(write)
    read_together(monkeypatch)
    assert approve_at_once(app, reviewer, ids) == ["GraphFaultError", "approved"]
    with read() as session:
        assert len(session.scalars(select(CompetencyNeed)).all()) == 1


def test_the_twin_that_looks_before_it_holds_lets_the_circle_in(
    app: Flask, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer, ids = halves(write)
    with read() as session:
        read_together(monkeypatch, read_graph(session))
    monkeypatch.setattr(verbs, "hold", lambda _session: None)
    assert approve_at_once(app, reviewer, ids) == ["approved", "approved"]
    with write() as session:
        assert [fault.split()[1] for fault in graph_check(session)] == ["cycle:"]
        session.execute(delete(CompetencyNeed))
