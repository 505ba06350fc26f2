"""How hard each question was for one run or cohort, counted when asked: classes are small."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses.analysis.items import ItemCounts
from hanmadang.courses.models import CourseVersion, Enrolment, Question, Unit
from hanmadang.courses.queries.items import item_counts
from hanmadang.courses.queries.teaching import Held
from hanmadang.kernel.bilingual import Bilingual

MOST_LIVE = 1_000
"""Learners up to whom questions are counted on the spot; for more there are the figures."""


@dataclass(frozen=True, slots=True)
class ClassItem:
    """One question, for this class."""

    unit_title: Bilingual
    text: Bilingual
    counts: ItemCounts

    @property
    def share(self) -> float | None:
        """Percent right at the first try."""
        return 100 * self.counts.right / self.counts.people if self.counts.people else None


@dataclass(frozen=True, slots=True)
class ClassItems:
    """Every question of the version most of them read; none for a class too large."""

    people: int
    items: tuple[ClassItem, ...]
    too_many: bool = False


def class_items(session: Session, within: Held) -> ClassItems:
    """The questions of the version most learners of the class read; five statements at most."""
    people = session.scalar(select(func.count()).select_from(within.people().subquery())) or 0
    if people > MOST_LIVE:
        return ClassItems(people, (), too_many=True)
    version = _version(session, within)
    if version is None:
        return ClassItems(people, ())
    counts = item_counts(session, Unit.version_id == version, people=within.people())
    rows = session.execute(
        select(Question.id, Unit.title, Question.text)
        .join(Unit, Unit.id == Question.unit_id)
        .where(Unit.version_id == version)
        .order_by(Unit.position, Question.position)
    )
    return ClassItems(
        people,
        tuple(
            ClassItem(title, text, counts.get(id_, ItemCounts(id_, 0, 0)))
            for id_, title, text in rows
        ),
    )


def _version(session: Session, within: Held) -> int | None:
    return session.scalar(
        select(Enrolment.course_version_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .where(Enrolment.course_id == within.course_id, Enrolment.account_id.in_(within.people()))
        .group_by(Enrolment.course_version_id, CourseVersion.number)
        .order_by(func.count().desc(), CourseVersion.number.desc())
        .limit(1)
    )
