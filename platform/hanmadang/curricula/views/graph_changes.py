"""Proposals: what waits, what was done, and deciding about one."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.curricula import texts_graph as texts
from hanmadang.curricula.domain.graph import Wanted, approve, propose, reject, withdraw
from hanmadang.curricula.graph.edits import undone
from hanmadang.curricula.graph.words import PARTS, differences
from hanmadang.curricula.models import ChangeKind, ChangeState
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.curricula.queries.graph_changes import ChangeRow, change, changes
from hanmadang.curricula.views.graph import NEEDS
from hanmadang.curricula.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact, transaction
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.text import UnusableTextError, one_line

_LONGEST = 2_000


@room.page("/desk/graph/changes", needs=NEEDS)
def graph_changes() -> ResponseReturnValue:
    """What waits first, then the history."""
    return render(
        "curricula/graph/changes.html",
        rows=changes(db.session()),
        kinds=texts.KINDS,
        states=texts.CHANGE_STATES,
    )


@room.page("/desk/graph/changes/<int(max=2147483647):change_id>", needs=NEEDS)
def graph_change(change_id: int) -> ResponseReturnValue:
    """One proposal: what would read differently."""
    row, graph = _row(change_id), read_graph(db.session())
    return render(
        "curricula/graph/change.html",
        row=row,
        differences=list(differences(row.before, row.after, graph)),
        stale=row.is_open and graph.part(row.after) != row.before,
        parts_names=PARTS,
        kinds=texts.KINDS,
        states=texts.CHANGE_STATES,
        approved=row.state is ChangeState.APPROVED,
        own=row.author_id == viewer().id,
    )


def _row(change_id: int) -> ChangeRow:
    row = change(db.session(), change_id)
    if row is None:
        raise NotFoundError
    return row


@room.action("/desk/graph/changes/<int(max=2147483647):change_id>/decide", needs=NEEDS)
def decide_change(change_id: int) -> ResponseReturnValue:
    """Approve or reject somebody else's; withdraw one's own."""
    press, answer = request.form.get("press", ""), _answer()

    def work(session: Session) -> None:
        now = clock.now()
        if press == "approve":
            approve(session, viewer(), change_id, now=now, answer=answer)
        elif press == "reject":
            reject(session, viewer(), change_id, now=now, answer=answer)
        else:
            withdraw(session, viewer(), change_id, now=now)

    transact(work)
    say(_("Done."))
    return redirect(url_for("curricula.graph_change", change_id=change_id), 303)


@room.action("/desk/graph/changes/<int(max=2147483647):change_id>/undo", needs=NEEDS)
def undo_change(change_id: int) -> ResponseReturnValue:
    """Propose to go back to how it stood."""
    with transaction() as session:
        row = change(session, change_id)
        if row is None:
            raise NotFoundError
        if row.state is not ChangeState.APPROVED:
            raise NotAllowedNowError
        wanted = Wanted(ChangeKind.UNDO, undone(row.before, row.after), row.note, change_id)
        made = propose(session, viewer(), wanted, now=clock.now())
        new_id = made.id
    say(_("Proposed. It counts once somebody else has approved it."))
    return redirect(url_for("curricula.graph_change", change_id=new_id), 303)


def _answer() -> str:
    """What the reviewer wrote; what cannot be kept is left out."""
    try:
        return one_line(request.form.get("answer", ""))[:_LONGEST]
    except UnusableTextError:
        return ""
