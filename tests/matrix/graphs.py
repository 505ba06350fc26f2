"""The competency graph's desk: a proposal that waits, and a suggestion of the answers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.domain.graph import Wanted, propose
from hanmadang.curricula.graph.edits import retired
from hanmadang.curricula.models import ChangeKind, EdgeSuggestion
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel import clock
from hanmadang.kernel.vocabulary import Competency, Perspective
from tests.matrix.actors import Cast


def of(session: Session, cast: Cast) -> dict[str, Mapping[str, Any]]:
    """What every editor reaches: the graph belongs to no institution alone."""
    code = session.scalars(
        select(Competency.code).where(Competency.code == "exchange-proposal")
    ).one()
    wanted = Wanted(ChangeKind.RETIRE, retired(read_graph(session), code), "Nobody asks for it.")
    change = propose(session, cast.viewers["partner-1"], wanted, now=clock.now())
    suggestion = EdgeSuggestion(
        doubt="missing", competency_code="war-course", needs_code="reading-evidence",
        missed_right=None, missed_of=60, missed_is_most=False, knew_right=50, knew_of=70,
        knew_is_most=False, computed_at=clock.now(),
    )  # fmt: skip
    session.add(suggestion)
    session.flush()
    viewpoint = session.scalars(select(Perspective.code)).first()
    return {
        "competency": {"competency": code},
        "graph change": {"change_id": change.id},
        "edge suggestion": {"suggestion_id": suggestion.id},
        "viewpoint": {"viewpoint": viewpoint},
    }
