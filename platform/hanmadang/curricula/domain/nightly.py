"""Keeping what the night works out: fitted numbers, and how far a run over many paths came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.courses.upserts import insert_once
from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.models import FittedParameters, ReplanRun, RunCause

KEPT_FITTINGS, KEPT_RUNS = 30, 200
STILL = timedelta(minutes=10)
"""A run that did not get on for so long is taken over."""
_QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that this process works on, and where it stands."""

    run_id: int
    cause: RunCause
    ref: str
    upto: int
    beat_at: datetime


def store_parameters(
    session: Session, day: date, *, people: int, answers: int, numbers: dict[str, Any] | None
) -> None:
    """Keep one night's numbers; another process's of the same night stand."""
    insert_once(
        session, FittedParameters, fitted_on=day, engine_version=ENGINE_VERSION, people=people,
        answers=answers, numbers=numbers,
    )  # fmt: skip
    _keep(session, FittedParameters, KEPT_FITTINGS)


def claim(session: Session, cause: RunCause, ref: str, *, now: datetime) -> Claim | None:
    """Begin a run, or go on with one that stands still; None where it ended or another is at it."""
    begun = insert_once(
        session, ReplanRun, cause=cause.value, ref=ref, begun_at=now, beat_at=now,
        upto=0, looked_at=0, made=0,
    )  # fmt: skip
    if begun is not None:
        _keep(session, ReplanRun, KEPT_RUNS)
        return Claim(begun, cause, ref, 0, now)
    taken = session.execute(
        update(ReplanRun)
        .where(
            ReplanRun.cause == cause.value, ReplanRun.ref == ref,
            ReplanRun.ended_at.is_(None), ReplanRun.beat_at < now - STILL,
        )
        .values(beat_at=now)
        .returning(ReplanRun.id, ReplanRun.upto),
        execution_options=_QUIETLY,
    ).first()  # fmt: skip
    return Claim(taken.id, cause, ref, taken.upto, now) if taken else None


def get_on(  # noqa: PLR0913  (how far, and how much of it)
    session: Session, held: Claim, *, upto: int, looked_at: int, made: int, now: datetime
) -> Claim | None:
    """Note how far it came; None where another process took the run over meanwhile."""
    changed = session.execute(
        update(ReplanRun)
        .where(ReplanRun.id == held.run_id, ReplanRun.beat_at == held.beat_at)
        .values(
            upto=upto, beat_at=now,
            looked_at=ReplanRun.looked_at + looked_at, made=ReplanRun.made + made,
        )
        .returning(ReplanRun.id),
        execution_options=_QUIETLY,
    ).first()  # fmt: skip
    return Claim(held.run_id, held.cause, held.ref, upto, now) if changed else None


def end(session: Session, held: Claim, *, now: datetime) -> None:
    """Nobody is left."""
    session.execute(
        update(ReplanRun)
        .where(ReplanRun.id == held.run_id, ReplanRun.beat_at == held.beat_at)
        .values(ended_at=now),
        execution_options=_QUIETLY,
    )


def let_go(session: Session, held: Claim, *, now: datetime) -> None:
    """It failed, or this process is to end: whoever looks next goes on with it at once."""
    session.execute(
        update(ReplanRun)
        .where(ReplanRun.id == held.run_id, ReplanRun.ended_at.is_(None))
        .values(beat_at=now - 2 * STILL),
        execution_options=_QUIETLY,
    )


def _keep(session: Session, table: Any, number: int) -> None:
    """Drop all but the last so many rows."""
    last = select(table.id).order_by(table.id.desc()).limit(number)
    session.execute(delete(table).where(table.id.not_in(last)), execution_options=_QUIETLY)
