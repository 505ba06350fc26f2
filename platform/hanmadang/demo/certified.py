"""The demo's citizen has finished one course already, so that there is a certificate to look at."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.models import (
    Certificate,
    Course,
    CourseVersion,
    Question,
    QuestionKind,
    Unit,
    VersionState,
)
from hanmadang.demo import people
from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Viewer

_CHOSEN = (QuestionKind.ONE.value, QuestionKind.SEVERAL.value, QuestionKind.TRUE_FALSE.value)
_AGO = timedelta(days=3)
_NAME = "김한별"


def load(session: Session) -> None:
    """Take the last course of the list whose questions are all of options, and finish it."""
    version = _version(session)
    if version is None:
        return
    citizen, now = people.acting(session, "citizen"), clock.now() - _AGO
    domain.enrol(session, citizen, version.course_id, locale="ko", now=now)
    for unit in session.scalars(
        select(Unit).where(Unit.version_id == version.id).order_by(Unit.position)
    ).all():
        _do(session, citizen, unit, now)
    number = session.scalars(
        select(Certificate.number).where(Certificate.account_id == citizen.id)
    ).one()
    domain.write_name(session, citizen, number, _NAME)


def _version(session: Session) -> CourseVersion | None:
    others = (
        select(Question.id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(Unit.version_id == CourseVersion.id, Question.kind.not_in(_CHOSEN))
    )
    return session.scalars(
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.state == VersionState.PUBLISHED.value, ~others.exists())
        .order_by(Course.position.desc())
    ).first()


def _do(session: Session, citizen: Viewer, unit: Unit, now: datetime) -> None:
    asked = select(Question).where(Question.unit_id == unit.id)
    right = {each.slug: _right(each.body) for each in session.scalars(asked)}
    if right:
        domain.answer(session, citizen, unit.id, right, key="demo", now=now)
    else:
        domain.complete(session, citizen, unit.id, now=now)


def _right(body: Mapping[str, list[Mapping[str, bool]]]) -> list[int]:
    return [place for place, option in enumerate(body["options"]) if option["correct"]]
