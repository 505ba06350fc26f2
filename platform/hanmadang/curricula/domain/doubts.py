"""What counted answers suggest about edges: computed by a job, decided by people only."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Integer, Select, cast, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Answer, Question
from hanmadang.curricula.domain.graph import Wanted, propose
from hanmadang.curricula.graph.edits import as_suggested
from hanmadang.curricula.graph.figures import (
    FEWEST_IN_CELL,
    Doubt,
    Found,
    patterns,
    suggestions,
)
from hanmadang.curricula.models import (
    SUGGESTION_STEPS,
    ChangeKind,
    EdgeSuggestion,
    GraphChange,
    SuggestionState,
)
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import all_competencies, successors

_AT_ONCE = 10_000


def counted(session: Session) -> list[Found]:
    """What every counted answer suggests now; only reads."""
    return list(suggestions(patterns(_counts(session)), read_graph(session)))


def keep(session: Session, suggested: Iterable[Found], *, now: datetime) -> None:
    """Keep what is suggested for people to decide.

    Figures are written anew only where ten people more, or fewer, were asked: two editions of a
    figure must not tell what one person answered. What is no longer suggested goes; what people
    decided stays.
    """
    found = {_key(each): each for each in suggested}
    for row in session.scalars(select(EdgeSuggestion)):
        each = found.pop((row.doubt, row.competency_code, row.needs_code), None)
        if row.state != SuggestionState.OPEN.value:
            continue
        if each is None:
            session.delete(row)
        elif _moved(row, each):
            _fill(row, each, now)
    session.add_all(_fill(EdgeSuggestion(), each, now) for each in found.values())
    session.flush()


def _counts(session: Session) -> Iterator[tuple[int, str, int, int]]:
    """(person, competency, right, of), each person's rows together; merged ones as what counts."""
    into = successors(all_competencies(session))
    rows = session.execute(_COUNTS, execution_options={"yield_per": _AT_ONCE})
    for person, code, right, of in rows:
        yield person, into.get(code, code), right, of


def _statement() -> Select[int, str, int, int]:
    right = func.sum(cast(Answer.correct, Integer))
    return (
        select(Answer.account_id, Question.competency_code, right, func.count())
        .join(Question, Question.id == Answer.question_id)
        .group_by(Answer.account_id, Question.competency_code)
        .order_by(Answer.account_id, Question.competency_code)
    )


_COUNTS = _statement()


def _key(each: Found) -> tuple[str, str, str]:
    return each.doubt.value, each.code, each.need


def _moved(row: EdgeSuggestion, each: Found) -> bool:
    now = each.shares
    return (
        abs(row.missed_of - now.missed.whole) >= FEWEST_IN_CELL
        or abs(row.knew_of - now.knew.whole) >= FEWEST_IN_CELL
    )


def _fill(row: EdgeSuggestion, each: Found, now: datetime) -> EdgeSuggestion:
    row.doubt, row.competency_code, row.needs_code = _key(each)
    missed, knew = each.shares.missed, each.shares.knew
    row.missed_right, row.missed_of, row.missed_is_most = missed.part, missed.whole, missed.is_most
    row.knew_right, row.knew_of, row.knew_is_most = knew.part, knew.whole, knew.is_most
    row.computed_at = now
    return row


def accept_suggestion(
    session: Session, actor: Viewer, suggestion_id: int, *, note: str, now: datetime
) -> GraphChange:
    """Propose the change that the answers suggest; somebody else still has to approve it."""
    row = _open(session, suggestion_id)
    after = as_suggested(read_graph(session), Doubt(row.doubt), row.competency_code, row.needs_code)
    change = propose(session, actor, Wanted(ChangeKind.EDIT, after, note), now=now)
    _decide(session, actor, row, SuggestionState.ACCEPTED)
    return change


def dismiss_suggestion(session: Session, actor: Viewer, suggestion_id: int) -> None:
    """Say no; it is not suggested again."""
    _decide(session, actor, _open(session, suggestion_id), SuggestionState.DISMISSED)


def _open(session: Session, suggestion_id: int) -> EdgeSuggestion:
    row = session.get(EdgeSuggestion, suggestion_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError
    return row


def _decide(session: Session, actor: Viewer, row: EdgeSuggestion, state: SuggestionState) -> None:
    row.state = SUGGESTION_STEPS.check(SuggestionState(row.state), state).value
    audit.record(session, actor, f"suggestion.{state.value}", kind="edge_suggestion", id=row.id,
                 detail=f"{row.doubt}:{row.needs_code}>{row.competency_code}")  # fmt: skip
    session.flush()
