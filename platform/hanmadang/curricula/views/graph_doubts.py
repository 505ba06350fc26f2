"""What counted answers suggest about edges, for people to decide."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.curricula import texts_graph as texts
from hanmadang.curricula.domain.doubts import accept_suggestion, dismiss_suggestion
from hanmadang.curricula.graph.figures import FEWEST_IN_CELL, FEWEST_PEOPLE
from hanmadang.curricula.graph.words import names_in
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.curricula.queries.graph_changes import open_suggestions
from hanmadang.curricula.views.graph import NEEDS
from hanmadang.curricula.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer


@room.page("/desk/graph/suggestions", needs=NEEDS)
def graph_suggestions() -> ResponseReturnValue:
    """Each with its figures in words."""
    graph = read_graph(db.session())
    found = [
        (
            row,
            names_in([row.needs_code], graph),
            names_in([row.competency_code], graph),
            *(texts.share_text(share) for share in texts.shares_of(row)),
        )
        for row in open_suggestions(db.session())
    ]
    return render(
        "curricula/graph/suggestions.html", found=found, people=FEWEST_PEOPLE, cell=FEWEST_IN_CELL
    )


@room.action("/desk/graph/suggestions/<int(max=2147483647):suggestion_id>/accept", needs=NEEDS)
def accept_edge(suggestion_id: int) -> ResponseReturnValue:
    """Propose the change; a reviewer decides."""
    with transaction() as session:
        made = accept_suggestion(
            session, viewer(), suggestion_id, note=_("Suggested by counted answers."),
            now=clock.now(),
        )  # fmt: skip
        change_id = made.id
    say(_("Proposed. It counts once somebody else has approved it."))
    return redirect(url_for("curricula.graph_change", change_id=change_id), 303)


@room.action("/desk/graph/suggestions/<int(max=2147483647):suggestion_id>/dismiss", needs=NEEDS)
def dismiss_edge(suggestion_id: int) -> ResponseReturnValue:
    """Never suggest it again."""
    with transaction() as session:
        dismiss_suggestion(session, viewer(), suggestion_id)
    say(_("It will not be suggested again."))
    return redirect(url_for("curricula.graph_suggestions"), 303)
