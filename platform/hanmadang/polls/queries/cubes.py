"""Who answered what, by coarse attributes: true counts, for the job that makes tables of them.

Nothing here may be read for a page.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from hanmadang.polls.models import (
    Ballot,
    Option,
    Poll,
    PollState,
    Question,
    QuestionType,
    ResultsShown,
)
from hanmadang.polls.models_profile import (
    Audience,
    FirstRelease,
    MarginSet,
    ProfileAsk,
    Release,
    ReleaseHeld,
    StoredProfile,
)
from hanmadang.polls.plans import CROSSED, plan_orders
from hanmadang.polls.profiles import Attribute, attributes_of, profile_of
from hanmadang.polls.survey.thresholds import SMALLEST_CELL, SMALLEST_STAFF_CELL

_SMALLEST = {Audience.PUBLIC: SMALLEST_CELL, Audience.STAFF: SMALLEST_STAFF_CELL}
_TYPES = [type_.value for type_ in CROSSED]


@dataclass(frozen=True, slots=True)
class Due:
    """A question whose tables for one audience may move now."""

    poll_id: int
    question_id: int
    type: QuestionType
    audience: Audience
    attributes: tuple[Attribute, ...]
    number: int
    """Of the last release; 0 for none."""
    final: bool
    """Whether the poll is closed, so that nothing moves afterwards."""


def due(session: Session) -> list[Due]:
    """Questions that reached their first release, gained enough for another, or closed."""
    rows = session.execute(
        select(Poll, Question, ProfileAsk)
        .join(Question, Question.poll_id == Poll.id)
        .join(ProfileAsk, ProfileAsk.poll_id == Poll.id)
        .where(Poll.state != PollState.DRAFT.value, Question.type.in_(_TYPES))
        .where(~_settled())
        .order_by(Poll.id, Question.position)
    ).all()
    last = _last(session, [question.id for _poll, question, _ask in rows])
    return [
        Due(
            poll.id,
            question.id,
            QuestionType(question.type),
            audience,
            attributes_of(ask.attributes),
            release.number if release else 0,
            poll.state == PollState.CLOSED,
        )
        for poll, question, ask in rows
        for audience in Audience
        for release in [last.get((question.id, audience))]
        if ask.attributes and _may_move(poll, question, ask, audience, release)
    ]


def _settled() -> Any:
    """Whether both audiences have their last tables."""
    final = select(func.count()).where(Release.question_id == Question.id, Release.final.is_(True))
    return final.scalar_subquery() == len(Audience)


def _last(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], Release]:
    found = session.scalars(
        select(Release)
        .where(Release.question_id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {(each.question_id, each.audience): each for each in found}


def _may_move(
    poll: Poll, question: Question, ask: ProfileAsk, audience: Audience, last: Release | None
) -> bool:
    if last is not None and last.final:
        return False
    if poll.state == PollState.CLOSED:
        return True
    is_seen = audience is Audience.STAFF or question.results_shown == ResultsShown.LIVE
    if not is_seen or ask.first_release == FirstRelease.CLOSE:
        return False
    if last is None:
        return question.answered >= int(ask.first_release)
    return question.answered - last.n >= fewest_more(last.shown, _SMALLEST[audience])


def fewest_more(shown: dict[str, Any], smallest: int = SMALLEST_CELL) -> int:
    """How many more must answer at least before any table can move: every figure gains k."""
    figures = [
        sum("count" in cell for row in table["rows"] for cell in row["cells"])
        for table in shown["tables"]
    ]
    return smallest * max(1, min(figures, default=1))


def tables_order(session: Session, found: Due) -> dict[str, Any]:
    """The question counted, for `survey.worker`; one statement, so of one moment."""
    answers = [str(each) for each in session.scalars(_options(found.question_id))]
    rows = session.execute(_answers(found.poll_id, found.question_id))
    counted: Counter[tuple[tuple[str, ...], str]] = Counter()
    for choices, told, cell in rows:
        if choices:
            said = profile_of(told or cell)
            levels = tuple(said.get(each, "") for each in found.attributes)
            counted[levels, str(choices[0])] += 1
    ordered = found.type is QuestionType.SCALE
    held = session.get(ReleaseHeld, (found.question_id, found.audience.value))
    return {
        "do": "tables",
        "audience": found.audience.value,
        "plans": plan_orders(found.attributes, answers, counted, ordered=ordered),
        "held": held.state if held else None,
    }


def _options(question_id: int) -> Any:
    return select(Option.id).where(Option.question_id == question_id).order_by(Option.position)


def _answers(poll_id: int, question_id: int) -> Any:
    """Each ballot with what its device told: beside it while the poll runs, then on it."""
    told = and_(StoredProfile.poll_id == poll_id, StoredProfile.voter_key == Ballot.voter_key)
    return (
        select(Ballot.choices, StoredProfile.cell, Ballot.cell)
        .outerjoin(StoredProfile, told)
        .where(Ballot.question_id == question_id)
    )


@dataclass(frozen=True, slots=True)
class WeightsDue:
    """A release whose weighted totals are missing or of other figures."""

    question_id: int
    number: int
    margin_set_id: int
    order: dict[str, Any]


def weights_due(session: Session) -> list[WeightsDue]:
    """Public releases of polls with margins, not weighted yet."""
    rows = session.execute(
        select(Release, MarginSet, ProfileAsk)
        .join(Question, Question.id == Release.question_id)
        .join(ProfileAsk, ProfileAsk.poll_id == Question.poll_id)
        .join(MarginSet, MarginSet.id == ProfileAsk.margin_set_id)
        .where(Release.audience == Audience.PUBLIC.value)
        .execution_options(populate_existing=True)
    )
    return [
        WeightsDue(release.question_id, release.number, margins.id, order)
        for release, margins, ask in rows
        if _mark(release) != (margins.id, release.number)
        for order in [_weights_order(release, margins, ask)]
    ]


def _mark(release: Release) -> tuple[int, int] | None:
    stored = release.weighted
    return (stored["margin_set"], stored["of"]) if stored else None


def _weights_order(release: Release, margins: MarginSet, ask: ProfileAsk) -> dict[str, Any]:
    asked = {name: levels for name, levels in margins.margins.items() if name in ask.attributes}
    return {"do": "weights", "tables": release.shown["tables"], "targets": asked}
