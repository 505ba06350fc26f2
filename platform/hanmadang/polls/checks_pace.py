"""Self-check of times: no minute outlives its poll, no slice is small, and nobody counts twice."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Ballot, Mode, Poll, PollState, Question
from hanmadang.polls.models_pace import Pace, Times
from hanmadang.polls.survey.thresholds import SMALLEST_CELL
from hanmadang.polls.times import minute_of


def times(session: Session) -> Iterator[str]:
    """Minutes count the devices of running polls; closed and secret ones have none."""
    yield from _running(session)
    rows = session.execute(select(Poll.slug, Poll.state, Poll.mode, Times).join(Times))
    for slug, state, mode, kept in rows:
        if state != PollState.CLOSED or mode == Mode.SECRET:
            yield f"poll {slug} is {mode} and {state}, and tells its times"
        people = [each[2] for each in kept.slices]
        if any(each < SMALLEST_CELL for each in people):
            yield f"poll {slug}: a slice holds fewer than ten people"
        if sum(people) != (kept.people if kept.people >= SMALLEST_CELL else 0):
            yield f"poll {slug}: its slices do not add up"


def _running(session: Session) -> Iterator[str]:
    people = func.sum(Pace.people).label("people")
    first = func.min(Pace.minute).filter(Pace.asked).label("first")
    counted = select(Pace.poll_id, people, first).group_by(Pace.poll_id).subquery()
    rows = session.execute(
        select(
            Poll.id,
            Poll.slug,
            Poll.state,
            Poll.mode,
            Poll.opened_at,
            counted.c.people,
            counted.c.first,
        ).join(counted, counted.c.poll_id == Poll.id)
    )
    for row in rows.all():
        if row.state == PollState.CLOSED or row.mode == Mode.SECRET:
            yield f"poll {row.slug} is {row.mode} and {row.state}, and keeps minutes"
            continue
        devices = _devices(session, row.id)
        is_whole = row.opened_at is not None and row.first == minute_of(row.opened_at)
        if row.people > devices or (is_whole and row.people != devices):
            yield f"poll {row.slug} counts {row.people} by the minute, {devices} answered"


def _devices(session: Session, poll_id: int) -> int:
    counted = (
        select(func.count(Ballot.voter_key.distinct()))
        .join(Question, Question.id == Ballot.question_id)
        .where(Question.poll_id == poll_id)
    )
    return session.scalar(counted) or 0
