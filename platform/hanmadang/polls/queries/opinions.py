"""Opinion groups: what is due to be worked out, what it is worked out from, what is published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Ballot, Option, Poll, PollState, Question, QuestionType
from hanmadang.polls.models_statements import OpinionResult, OpinionVotes
from hanmadang.polls.opinion.disclosure import LEAST
from hanmadang.polls.queries.release import FEWEST_ANSWERS
from hanmadang.polls.shapes import Settings

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
    final = func.coalesce(OpinionResult.final, False)
    more = Question.answered >= tried + func.coalesce(OpinionResult.tried / _STEP, 0)
    rows = session.execute(
        select(Question.id, closed, Question.answered, tried)
        .join(Poll, Poll.id == Question.poll_id)
        .join(OpinionResult, OpinionResult.question_id == Question.id, isouter=True)
        .where(
            Question.type == QuestionType.STATEMENTS.value,
            or_(
                closed & or_(final.is_(False), OpinionResult.votes.is_(None)),
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
    votes: str = ""
    """Digest of votes.csv; empty where there is none."""


NO_OPINIONS = Opinions({}, 0, final=False)


def opinions(session: Session, question_id: int) -> Opinions:
    """The published result, or an empty one."""
    found = session.execute(
        select(
            OpinionResult.shown, OpinionResult.version, OpinionResult.final, OpinionResult.votes
        ).where(OpinionResult.question_id == question_id)
    ).first()
    if found is None:
        return NO_OPINIONS
    return Opinions(found[0], found[1], final=found[2], votes=found[3] or "")


def publishes_rows(session: Session, question_id: int) -> bool:
    """Whether the author chose to publish the votes as anonymous rows."""
    return Settings.of(session.get_one(Question, question_id).settings).rows


@dataclass(frozen=True, slots=True)
class OpenVotes:
    """The votes of a closed question for anybody to work with, as they are stored."""

    question_id: int
    digest: str
    length: int
    """Bytes of votes.csv before compressing."""


def open_votes(session: Session, slug: str) -> OpenVotes | None:
    """None unless its author publishes them, enough took part, and the file is made."""
    row = session.execute(
        select(OpinionResult.question_id, OpinionResult.votes, func.sum(OpinionVotes.length))
        .join(Question, Question.id == OpinionResult.question_id)
        .join(Poll, Poll.id == Question.poll_id)
        .join(OpinionVotes, OpinionVotes.question_id == OpinionResult.question_id)
        .where(Poll.slug == slug, OpinionResult.votes != "")
        .group_by(OpinionResult.question_id, OpinionResult.votes)
    ).first()
    return OpenVotes(row[0], row[1] or "", int(row[2])) if row else None


def vote_parts(session: Session, question_id: int) -> Iterator[bytes]:
    """The compressed parts of votes.csv, one at a time."""
    body, number = _part(session, question_id, 1), 1
    while body is not None:
        yield body
        number += 1
        body = _part(session, question_id, number)


def _part(session: Session, question_id: int, number: int) -> bytes | None:
    mine = (OpinionVotes.question_id == question_id) & (OpinionVotes.part == number)
    return session.scalar(select(OpinionVotes.body).where(mine))


def open_statements(session: Session, question_id: int) -> list[tuple[int, Bilingual]]:
    """The statements that the votes are about.

    Hidden ones and those about the person are left out: the latter would help to recognise
    somebody.
    """
    asked = compared(session, question_id)
    named = session.execute(select(Option.id, Option.label).where(Option.id.in_(asked)))
    labels = {row[0]: row[1] for row in named}
    return [(id_, labels[id_]) for id_ in asked]
