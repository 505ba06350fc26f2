"""What the night left: the numbers that hold, and the runs over many paths."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, exists, select
from sqlalchemy.orm import Session

from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.tracing import Parameters
from hanmadang.curricula.fitted import from_json
from hanmadang.curricula.models import Evidence, FittedParameters, ReplanRun, RunCause, StoredPlan
from hanmadang.kernel.db import read
from hanmadang.polls.models import Poll, PollState

FOLLOWED_FOR = timedelta(days=2)
"""How long after its closing a poll is looked after; every visit makes a path anew in any case."""
_LATEST = (
    select(FittedParameters.numbers, FittedParameters.engine_version)
    .order_by(FittedParameters.id.desc())
    .limit(1)
)


def latest_parameters(session: Session) -> Parameters | None:
    """The numbers of the last fitting; None where it had too few answers, or another engine."""
    row = read(session, _LATEST).first()
    if row is None or row.numbers is None or row.engine_version != ENGINE_VERSION:
        return None
    return from_json(row.numbers)


def next_people(
    session: Session, cause: RunCause, ref: str, upto: int, number: int
) -> Sequence[int]:
    """The next accounts of a run behind `upto`, in order."""
    if cause is RunCause.NIGHT:
        account = StoredPlan.account_id
        found = select(account).where(account > upto)
    else:
        account = Evidence.account_id
        found = select(account).where(
            account > upto,
            Evidence.source_kind.in_([Source.POLL.value, Source.QUESTION.value]),
            Evidence.source_ref == ref,
        )
    return session.scalars(found.distinct().order_by(account).limit(number)).all()


def polls_to_follow(session: Session, now: datetime) -> Sequence[int]:
    """Polls that closed in the last days, whose participants' paths were not yet made anew."""
    ended = select(ReplanRun.ref).where(
        ReplanRun.cause == RunCause.POLL.value, ReplanRun.ended_at.is_not(None)
    )
    ref = cast(Poll.id, String)
    return session.scalars(
        select(Poll.id)
        .where(
            Poll.state == PollState.CLOSED.value,
            Poll.closed_at > now - FOLLOWED_FOR,
            ref.not_in(ended),
            exists().where(
                Evidence.source_kind.in_([Source.POLL.value, Source.QUESTION.value]),
                Evidence.source_ref == ref,
            ),
        )
        .order_by(Poll.closed_at, Poll.id)
    ).all()


def is_done(session: Session, cause: RunCause, ref: str) -> bool:
    """Whether that run came to its end."""
    found = select(ReplanRun.id).where(
        ReplanRun.cause == cause.value, ReplanRun.ref == ref, ReplanRun.ended_at.is_not(None)
    )
    return session.scalar(found) is not None


def is_fitted(session: Session, day: date) -> bool:
    """Whether that day's numbers are there."""
    found = select(FittedParameters.id).where(FittedParameters.fitted_on == day)
    return session.scalar(found) is not None


def fittings(session: Session) -> Sequence[FittedParameters]:
    """Every fitting that is kept, the latest first."""
    return session.scalars(select(FittedParameters).order_by(FittedParameters.id.desc())).all()


def latest_runs(session: Session, number: int) -> Sequence[ReplanRun]:
    """The last runs, the latest first."""
    return session.scalars(select(ReplanRun).order_by(ReplanRun.id.desc()).limit(number)).all()
