"""What editors made of the polls a person took part in, as the engine sees it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.demand_rules import percent
from hanmadang.curricula.engine.inputs import FollowUp, Source
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


@dataclass(frozen=True, slots=True)
class Answered:
    """What a poll asked for, and the lesson that answers it."""

    poll_id: int
    code: str
    gap: bool
    percent: int
    n: int
    place: tuple[int, str, str]
    """(course, module's slug, unit's slug)."""


def polls_of(session: Session, account_id: int) -> tuple[int, ...]:
    """The polls whose evidence that person brought; one statement."""
    refs = session.scalars(
        select(Evidence.source_ref)
        .where(Evidence.account_id == account_id, Evidence.source_kind == Source.POLL.value)
        .distinct()
    )
    return tuple(sorted(int(ref) for ref in refs))


def answered_polls(session: Session, polls: Collection[int]) -> dict[int, list[Answered]]:
    """The lessons that hold for each of these polls by now; one statement, none without polls."""
    found: dict[int, list[Answered]] = {}
    if not polls:
        return found
    rows = session.execute(
        select(
            DemandSuggestion.poll_id, DemandSuggestion.wanted, DemandSuggestion.code,
            DemandSuggestion.count.label("people"), DemandSuggestion.n,
            DemandSuggestion.course_id, DemandSuggestion.module_slug, DemandSuggestion.unit_slug,
        )
        .where(
            DemandSuggestion.poll_id.in_(polls),
            DemandSuggestion.state == SuggestionState.ACCEPTED.value,
            DemandSuggestion.reply.in_([reply.value for reply in LESSONS]),
        )
        .order_by(DemandSuggestion.id)
    )  # fmt: skip
    for row in rows:
        place = (row.course_id, row.module_slug, row.unit_slug)
        gap, share = row.wanted == Wanted.GAP, percent(row.people, row.n)
        found.setdefault(row.poll_id, []).append(
            Answered(row.poll_id, row.code, gap, share, row.n, place)
        )
    return found


def signals_on(answered: Iterable[Answered], shelf: Shelf) -> tuple[FollowUp, ...]:
    """The same as the engine sees it: lessons by their ids, without those no longer published."""
    places = {
        (lesson.course_id, lesson.module_slug, lesson.unit_slug): lesson.unit_id
        for lesson in shelf.lessons.values()
    }
    return tuple(
        sorted(
            {
                FollowUp(
                    each.poll_id, (places[each.place],), each.percent, each.n, each.code, each.gap
                )
                for each in answered
                if each.place in places
            }
        )
    )


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
