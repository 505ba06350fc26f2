"""The room's self-checks."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.graph.faults import broken
from hanmadang.curricula.models import (
    DemandFigure,
    DemandSuggestion,
    Evidence,
    LiveFigure,
    SuggestionSignature,
    SuggestionState,
)
from hanmadang.curricula.queries.facts import UNDER_CONSENT
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel.fsck import check
from hanmadang.people.models import Consent, ConsentKind
from hanmadang.polls.models import Poll, PollState, Question


@check("evidence")
def evidence(session: Session) -> Iterator[str]:
    """Evidence from polls exists only under a consent that was not withdrawn."""
    consented = select(Consent.account_id).where(
        Consent.kind == ConsentKind.PATH.value, Consent.withdrawn_at.is_(None)
    )
    for account_id in session.scalars(
        select(Evidence.account_id)
        .where(
            Evidence.account_id.not_in(consented),
            Evidence.source_kind.in_([source.value for source in UNDER_CONSENT]),
        )
        .distinct()
    ):
        yield f"account {account_id} has poll evidence without a consent"


@check("graph")
def graph(session: Session) -> Iterator[str]:
    """The competency graph holds together: known words, groups that make sense, no circle."""
    for fault in broken(read_graph(session)):
        others = f": {', '.join(fault.others)}" if fault.others else ""
        yield f"{fault.code} {fault.kind.value}{others}"


@check("demand")
def demand(session: Session) -> Iterator[str]:
    """Figures are of closed polls, live ones of running polls; suggestions rest on figures."""
    closed = select(Poll.id).where(Poll.state == PollState.CLOSED.value)
    for question_id in session.scalars(
        select(DemandFigure.question_id).where(DemandFigure.poll_id.not_in(closed))
    ):
        yield f"question {question_id} has a published figure, and its poll is not closed"
    for question_id in session.scalars(
        select(LiveFigure.question_id)
        .join(Question, Question.id == LiveFigure.question_id)
        .where(Question.poll_id.in_(closed))
    ):
        yield f"question {question_id} has a live figure, and its poll is closed"
    yield from _suggestions(session)


def _suggestions(session: Session) -> Iterator[str]:
    released = {
        (poll_id, wanted, tuple(codes), count, n)
        for poll_id, wanted, codes, count, n in session.execute(
            select(
                DemandFigure.poll_id, DemandFigure.wanted, DemandFigure.codes,
                DemandFigure.count, DemandFigure.n,
            )
        )
    }  # fmt: skip
    for row in session.scalars(select(DemandSuggestion)):
        if (row.poll_id, row.wanted, (row.code,), row.count, row.n) not in released:
            yield f"suggestion {row.id} does not rest on a published figure"
    signing = SuggestionSignature.suggestion_id == DemandSuggestion.id
    for id_ in session.scalars(
        select(DemandSuggestion.id)
        .join(SuggestionSignature, signing)
        .where(DemandSuggestion.state == SuggestionState.OPEN.value)
    ):
        yield f"suggestion {id_} is open and signed"
