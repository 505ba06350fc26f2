"""What editors made of the polls a person took part in, as the engine sees it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.demand_rules import percent
from hanmadang.curricula.engine.inputs import GroupSignal, Source
from hanmadang.curricula.models import (
    LESSONS,
    DemandFigure,
    DemandSuggestion,
    Evidence,
    SuggestionState,
    Wanted,
)
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.polls.models import Poll, PollState, Question, QuestionKind
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS


def polls_of(session: Session, account_id: int) -> tuple[int, ...]:
    """The polls whose evidence that person brought; one statement."""
    refs = session.scalars(
        select(Evidence.source_ref)
        .where(Evidence.account_id == account_id, Evidence.source_kind == Source.POLL.value)
        .distinct()
    )
    return tuple(sorted(int(ref) for ref in refs))


def group_signals(session: Session, polls: Sequence[int], shelf: Shelf) -> tuple[GroupSignal, ...]:
    """The lessons that hold for these polls by now, with the published figures behind each."""
    if not polls:
        return ()
    rows = session.execute(
        select(
            DemandSuggestion.wanted, DemandSuggestion.code, DemandSuggestion.count.label("people"),
            DemandSuggestion.n, DemandSuggestion.course_id, DemandSuggestion.module_slug,
            DemandSuggestion.unit_slug,
        ).where(
            DemandSuggestion.poll_id.in_(polls),
            DemandSuggestion.state == SuggestionState.ACCEPTED.value,
            DemandSuggestion.reply.in_([reply.value for reply in LESSONS]),
        )
    ).all()  # fmt: skip
    ids = {
        (lesson.course_id, lesson.module_slug, lesson.unit_slug): lesson.unit_id
        for lesson in shelf.lessons.values()
    }
    return tuple(
        sorted(
            GroupSignal(
                row.code, row.wanted == Wanted.GAP, percent(row.people, row.n), row.n,
                (ids[row.course_id, row.module_slug, row.unit_slug],),
            )
            for row in rows
            if (row.course_id, row.module_slug, row.unit_slug) in ids
        )
    )  # fmt: skip


def unreleased(session: Session) -> list[int]:
    """Closed polls with a published table of interests or knowledge, and no figure yet."""
    return list(
        session.scalars(
            select(Poll.id)
            .join(Question, Question.poll_id == Poll.id)
            .where(
                Poll.state == PollState.CLOSED.value,
                Question.kind.in_((QuestionKind.INTEREST.value, QuestionKind.KNOWLEDGE.value)),
                Question.answered >= FEWEST_ANSWERS,
                Poll.id.not_in(select(DemandFigure.poll_id)),
            )
            .distinct()
            .order_by(Poll.id)
        )
    )
