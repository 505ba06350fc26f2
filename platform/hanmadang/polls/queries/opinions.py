"""Opinion groups: what is due to be worked out, what it is worked out from, what is published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, QuestionType
from hanmadang.polls.models_statements import OpinionResult
from hanmadang.polls.opinion.disclosure import LEAST
from hanmadang.polls.queries.release import FEWEST_ANSWERS
from hanmadang.polls.shapes import Settings, Stance, stances

_STEP = 50
"""A fiftieth more people, and at least ten, are worth another refresh."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Due:
    """A question whose opinion groups are to be worked out."""

    question_id: int
    final: bool
    answered: int
    tried: int


def due(session: Session) -> list[Due]:
    """Open questions with enough new people since the last try; closed ones without a result."""
    tried = func.coalesce(OpinionResult.tried, 0)
    closed = Poll.state == PollState.CLOSED.value
    more = Question.answered >= tried + func.coalesce(OpinionResult.tried / _STEP, 0)
    rows = session.execute(
        select(Question.id, closed, Question.answered, tried)
        .join(Poll, Poll.id == Question.poll_id)
        .join(OpinionResult, OpinionResult.question_id == Question.id, isouter=True)
        .where(
            Question.type == QuestionType.STATEMENTS.value,
            or_(
                closed & func.coalesce(OpinionResult.final, False).is_(False),
                ~closed
                & (Question.answered >= FEWEST_ANSWERS)
                & (Question.answered >= tried + LEAST)
                & more,
            ),
        )
        .order_by(Question.id)
    )
    return [Due(row[0], bool(row[1]), row[2], row[3]) for row in rows]


def compared(session: Session, question_id: int) -> list[int]:
    """The statements that say what people want and are not hidden, in their order."""
    mine = (
        select(Option.id)
        .where(
            Option.question_id == question_id,
            Option.hidden.is_(False),
            Option.about_person.is_(False),
        )
        .order_by(Option.position, Option.id)
    )
    return list(session.scalars(mine))


def ballots(session: Session, question_id: int) -> Iterator[tuple[str, list[int]]]:
    """Everybody's votes in the order of the ballots' names, which are random once it is closed."""
    rows = session.execute(
        select(Ballot.voter_key, Ballot.choices)
        .where(Ballot.question_id == question_id)
        .order_by(Ballot.voter_key),
        execution_options={"yield_per": _BATCH},
    )
    return ((row[0], row[1]) for row in rows)


def memory_of(session: Session, question_id: int) -> dict[str, Any]:
    """What the last refresh left."""
    kept = select(OpinionResult.memory).where(OpinionResult.question_id == question_id)
    return session.scalar(kept) or {}


@dataclass(frozen=True, slots=True)
class Opinions:
    """What is published of a question."""

    shown: Mapping[str, Any]
    """As `opinion.batches` made it; empty where there is nothing yet."""
    version: int
    final: bool


NO_OPINIONS = Opinions({}, 0, final=False)


def opinions(session: Session, question_id: int) -> Opinions:
    """The published result, or an empty one."""
    found = session.execute(
        select(OpinionResult.shown, OpinionResult.version, OpinionResult.final).where(
            OpinionResult.question_id == question_id
        )
    ).first()
    return Opinions(found[0], found[1], found[2]) if found else NO_OPINIONS


@dataclass(frozen=True, slots=True)
class OpenRows:
    """The votes of a closed question for anybody to work with."""

    statements: tuple[tuple[int, Bilingual], ...]
    votes: tuple[tuple[int, int, str], ...]
    """(participant, statement, vote); participants are numbered in a random order."""
    people: int


def open_rows(session: Session, slug: str) -> OpenRows | None:
    """Anonymous rows of a closed poll; None unless its author publishes them and enough took part.

    Hidden statements and those about the person are left out: the latter would help to recognise
    somebody.
    """
    row = session.execute(
        select(Question.id, Question.settings)
        .join(Poll, Poll.id == Question.poll_id)
        .where(
            Poll.slug == slug,
            Poll.state == PollState.CLOSED.value,
            Question.type == QuestionType.STATEMENTS.value,
        )
    ).first()
    if row is None or not Settings.of(row[1]).rows:
        return None
    asked = compared(session, row[0])
    named = session.execute(select(Option.id, Option.label).where(Option.id.in_(asked)))
    labels = {row[0]: row[1] for row in named}
    kept = (
        {id_: stance for id_, stance in stances(tuple(choices)).items() if id_ in labels}
        for _name, choices in ballots(session, row[0])
    )
    people = [of_one for of_one in kept if of_one]
    if len(people) < FEWEST_ANSWERS:
        return None
    votes = tuple(
        (number, id_, _WORDS[of_one[id_]])
        for number, of_one in enumerate(people, 1)
        for id_ in asked
        if id_ in of_one
    )
    return OpenRows(tuple((id_, labels[id_]) for id_ in asked), votes, len(people))


_WORDS = {Stance.AGREE: "agree", Stance.DISAGREE: "disagree", Stance.PASS: "pass"}
