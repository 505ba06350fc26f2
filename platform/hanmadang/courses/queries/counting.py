"""Counting a version's figures: a handful of statements that go once over its progress.

Run by a job, not by a page: a school of 10,000 has millions of answers.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, extract, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.analysis.counts import BANDS, SITTING, CourseCounts, UnitCounts
from hanmadang.courses.models import (
    CourseVersion,
    Enrolment,
    EventKind,
    LearningEvent,
    Unit,
    UnitProgress,
    UnitState,
    VersionState,
)
from hanmadang.courses.queries.items import choices_of, item_counts
from hanmadang.kernel import clock

QUIET = timedelta(days=14)
"""After so long without a visit somebody counts as stopped."""
_WEEK = 7 * 86_400
_MONDAY = date(1970, 1, 5)
_DONE = UnitProgress.state == UnitState.DONE.value


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the log had come, and how many took the version."""

    last_event_id: int
    learners: int


def published_versions(session: Session) -> list[int]:
    """The versions that people can begin now."""
    return list(
        session.scalars(
            select(CourseVersion.id)
            .where(CourseVersion.state == VersionState.PUBLISHED.value)
            .order_by(CourseVersion.id)
        )
    )


def mark_of(session: Session, version_id: int) -> Mark:
    """Where the version stands now; two quick statements."""
    last = session.scalar(select(func.max(LearningEvent.id))) or 0
    learners = session.scalar(select(func.count()).select_from(Enrolment).where(_of(version_id)))
    return Mark(last, learners or 0)


def moved_since(session: Session, version_id: int, made_at: datetime) -> int:
    """People who did anything in the version since."""
    moved = select(func.count()).select_from(Enrolment)
    return session.scalar(moved.where(_of(version_id), Enrolment.touched_at > made_at)) or 0


def count(session: Session, version_id: int, *, zone: str, now: datetime) -> CourseCounts:
    """Everything about the version, small groups included; nine statements."""
    units = session.execute(
        select(Unit.id, Unit.position).where(Unit.version_id == version_id).order_by(Unit.position)
    ).all()
    started, done = _units(session, version_id)
    stopped, bands = _stopped(session, version_id, now), _bands(session, version_id)
    of_version = Unit.version_id == version_id
    return CourseCounts(
        enrolled=_by_language(session, select(Enrolment.locale, func.count()), version_id),
        finished=_finished(session, version_id, len(units)),
        weeks=_weeks(session, version_id, zone, now),
        units=tuple(
            UnitCounts(
                unit_id,
                started.get(unit_id, {}),
                done.get(unit_id, {}),
                stopped.get(position, 0),
                tuple(bands[unit_id, band] for band in range(len(BANDS) + 1)),
            )
            for unit_id, position in units
        ),
        items=tuple(item_counts(session, of_version).values()),
        chosen=choices_of(session, of_version),
    )


def _of(version_id: int) -> ColumnElement[bool]:
    return Enrolment.course_version_id == version_id


def _by_language(session: Session, statement: Any, version_id: int) -> dict[str, int]:
    rows = session.execute(statement.where(_of(version_id)).group_by(Enrolment.locale))
    return {row[0]: row[1] for row in rows}


def _finishers(version_id: int, unit_count: int) -> Any:
    return (
        select(UnitProgress.account_id)
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .where(Unit.version_id == version_id, _DONE)
        .group_by(UnitProgress.account_id)
        .having(func.count() >= unit_count)
    )


def _finished(session: Session, version_id: int, unit_count: int) -> dict[str, int]:
    finishers = Enrolment.account_id.in_(_finishers(version_id, unit_count))
    statement = select(Enrolment.locale, func.count()).where(finishers)
    return _by_language(session, statement, version_id)


def _units(session: Session, version_id: int) -> tuple[dict[int, Any], dict[int, Any]]:
    """({unit: {language: started}}, {unit: {language: done}})."""
    rows = session.execute(
        select(
            UnitProgress.unit_id,
            Enrolment.locale,
            func.count(),
            func.sum(case((_DONE, 1), else_=0)),
        )
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(Enrolment, Enrolment.account_id == UnitProgress.account_id)
        .where(Unit.version_id == version_id, _of(version_id))
        .group_by(UnitProgress.unit_id, Enrolment.locale)
    )
    started: dict[int, dict[str, int]] = {}
    done: dict[int, dict[str, int]] = {}
    for unit_id, locale, people, finished in rows:
        started.setdefault(unit_id, {})[locale] = people
        done.setdefault(unit_id, {})[locale] = int(finished or 0)
    return started, done


def _stopped(session: Session, version_id: int, now: datetime) -> Mapping[int, int]:
    """{position of the furthest unit: people who have been away and are not done}."""
    far = (
        select(UnitProgress.account_id, func.max(Unit.position).label("position"))
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(Enrolment, Enrolment.account_id == UnitProgress.account_id)
        .where(
            Unit.version_id == version_id,
            _of(version_id),
            Enrolment.touched_at < now - QUIET,
        )
        .group_by(UnitProgress.account_id)
        .having(func.sum(case((_DONE, 1), else_=0)) < _unit_count(version_id))
        .subquery()
    )
    rows = session.execute(select(far.c.position, func.count()).group_by(far.c.position))
    return {row[0]: row[1] for row in rows}


def _unit_count(version_id: int) -> Any:
    return select(CourseVersion.unit_count).where(CourseVersion.id == version_id).scalar_subquery()


def _bands(session: Session, version_id: int) -> Counter[tuple[int, int]]:
    """{(unit, band of minutes): people}; whoever came back another time is left out."""
    minutes = (_epoch(UnitProgress.completed_at) - _epoch(LearningEvent.at)) / 60
    band = case(*((minutes < edge, place) for place, edge in enumerate(BANDS)), else_=len(BANDS))
    opened = and_(
        LearningEvent.account_id == UnitProgress.account_id,
        LearningEvent.unit_id == UnitProgress.unit_id,
        LearningEvent.kind == EventKind.OPENED.value,
    )
    rows = session.execute(
        select(UnitProgress.unit_id, band, func.count())
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(LearningEvent, opened)
        .where(Unit.version_id == version_id, _DONE, minutes >= 0, minutes <= SITTING)
        .group_by(UnitProgress.unit_id, band)
    )
    return Counter({(unit_id, place): people for unit_id, place, people in rows})


def _weeks(
    session: Session, version_id: int, zone: str, now: datetime
) -> tuple[tuple[str, int], ...]:
    """(Monday, people who enrolled), without gaps; weeks on the house's wall clock."""
    shift = int((now.astimezone(clock.zone(zone)).utcoffset() or timedelta()).total_seconds())
    first_monday = 4 * 86_400
    week = (cast(_epoch(Enrolment.enrolled_at), Integer) + shift - first_monday) // _WEEK
    rows = session.execute(select(week, func.count()).where(_of(version_id)).group_by(week))
    counted = {int(number): people for number, people in rows}
    if not counted:
        return ()
    return tuple(
        ((_MONDAY + timedelta(weeks=number)).isoformat(), counted.get(number, 0))
        for number in range(min(counted), max(counted) + 1)
    )


def _epoch(column: Any) -> Any:
    return extract("epoch", column)
