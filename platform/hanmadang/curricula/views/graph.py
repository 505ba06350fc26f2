"""The competency graph on the desk: drawn, as a table, and one competency with its neighbours."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from hanmadang.curricula import texts_graph as texts
from hanmadang.curricula.graph.layout import Drawing, draw
from hanmadang.curricula.graph.specs import CompetencySpec, Graph
from hanmadang.curricula.graph.words import STATES, helps_text, needs_text
from hanmadang.curricula.queries.graph import GraphPage, graph_page
from hanmadang.curricula.queries.graph_changes import changes, open_suggestions, waiting
from hanmadang.curricula.views.room import room
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission

NEEDS = Permission.CURRICULA_EDIT


@room.page("/desk/graph", needs=NEEDS, endpoint="graph")
def show() -> ResponseReturnValue:
    """Everything: the drawing, and the same as a table."""
    page = graph_page(db.session())
    drawing = draw(page.graph.active().values())
    return render(
        "curricula/graph/index.html",
        page=page,
        waiting=waiting(db.session()),
        suggested=len(open_suggestions(db.session())),
        **drawn(page, drawing),
    )


@room.page("/desk/graph/competencies/<competency>", needs=NEEDS, endpoint="competency")
def one(competency: str) -> ResponseReturnValue:
    """One competency: what it stands on, what stands on it, who teaches it, its history."""
    page = graph_page(db.session())
    row = page.rows.get(competency)
    if row is None:
        raise NotFoundError
    return render(
        "curricula/graph/competency.html",
        page=page,
        row=row,
        history=changes(db.session(), competency),
        states=STATES,
        kinds=texts.KINDS,
        change_states=texts.CHANGE_STATES,
        **drawn(page, draw(neighbours(page.graph, row.spec))),
    )


def neighbours(graph: Graph, each: CompetencySpec) -> Sequence[CompetencySpec]:
    """The competency, what it stands on and what stands on it; without what lies further off."""
    near = {each.code, *each.before(), *(user.code for user in graph.users_of(each.code))}
    return [found for code, found in graph.active().items() if code in near]


def name(each: CompetencySpec) -> str:
    """Its name in the reader's language."""
    return each.name_ko if current_locale() == "ko" else each.name_en


def drawn(page: GraphPage, drawing: Drawing) -> dict[str, Any]:
    """What the drawing's template needs."""
    active = page.graph.active()
    return {
        "drawing": drawing,
        "name": name,
        "wrapped": {code: texts.wrapped(name(each)) for code, each in active.items()},
        "needs_text": needs_text,
        "helps_text": helps_text,
    }
