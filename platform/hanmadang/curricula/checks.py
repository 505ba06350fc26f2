"""The room's self-checks."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.graph.faults import broken
from hanmadang.curricula.models import (
    Choice,
    CohortCurriculum,
    CurriculumState,
    DemandFigure,
    DemandSuggestion,
    Evidence,
    LiveFigure,
    Outcome,
    PretestAnswer,
    StepChoice,
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


@check("shown")
def shown(session: Session) -> Iterator[str]:
    """What a pre-test showed is what was answered; a lesson that is known was answered for."""
    answered, kept = _answered(session), _kept_of_pretests(session)
    people = {account_id for account_id, _code in answered}
    for key in sorted(answered | {key: n for key, n in kept.items() if key[0] in people}):
        if answered.get(key) != kept.get(key):
            yield f"account {key[0]} has a pre-test that showed something else about {key[1]}"
    checks = select(Evidence.account_id, Evidence.source_ref)
    rows = session.execute(checks.where(Evidence.source_kind == Source.CHECK.value))
    checked = {(row.account_id, row.source_ref) for row in rows}
    for row in session.scalars(select(StepChoice).where(StepChoice.choice == Choice.KNOWN.value)):
        lesson = f"{row.course_id}/{row.module_slug}/{row.unit_slug}"
        if (row.account_id, lesson) not in checked:
            yield f"account {row.account_id} knows {lesson} without an answer"


Counts = dict[tuple[int, str], tuple[int, int]]
"""{(account, competency): (right, of)}."""


def _answered(session: Session) -> Counts:
    counts: Counts = {}
    for row in session.scalars(select(PretestAnswer)):
        key = (row.account_id, row.competency_code)
        right, of = counts.get(key, (0, 0))
        counts[key] = (right + (row.outcome == Outcome.RIGHT), of + 1)
    return counts


def _kept_of_pretests(session: Session) -> Counts:
    rows = session.scalars(select(Evidence).where(Evidence.source_kind == Source.PRETEST.value))
    return {(row.account_id, row.competency_code or ""): (row.right, row.of) for row in rows}


@check("curricula")
def curricula(session: Session) -> Iterator[str]:
    """A fixed curriculum of a cohort has its lessons; one that follows the answers keeps none."""
    for row in session.scalars(select(CohortCurriculum)):
        number = len(row.steps)
        if (row.state == CurriculumState.DRAFT) == bool(number):
            yield f"the curriculum of cohort {row.cohort_id} is {row.state} with {number} lessons"


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
