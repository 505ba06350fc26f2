"""The version a person reads, by slugs, beside the versions their device knew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.models import READ, Block, CourseVersion, Module, Question, Unit
from hanmadang.courses.specs import Body
from hanmadang.courses.told import Told

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a device's slugs mean in the version the person reads."""

    units: Mapping[tuple[str, str], Unit]
    by_id: Mapping[int, Unit]
    blocks: Mapping[int, int]
    """{unit: its number of blocks}."""
    questions: Mapping[tuple[int, str], Question]
    own: int
    """The number of the version the person reads."""
    published: Mapping[int, datetime]
    """{version number: when it appeared} of the versions told of, and of the own one."""
    elsewhere: Mapping[tuple[int, str, str, str], tuple[str, Any]]
    """{(version, module, unit, question): (kind, body)} of the other versions."""

    def earliest(self, version: int) -> datetime:
        """Nothing can have happened in a version before it appeared."""
        return self.published.get(version, self.published.get(self.own, _EPOCH))

    def question(self, unit_id: int, told: Told) -> Question | None:
        """The question answered, if it reads today as the device showed it."""
        found = self.questions.get((unit_id, told.question))
        if found is None or told.version == self.own:
            return found
        then = self.elsewhere.get((told.version, told.module, told.unit, told.question))
        return found if then == (found.kind, found.body) else None

    def body(self, question: Question) -> Body:
        """What the question holds beyond its text."""
        return grading.body_stored(question.kind, question.body)


def open_shelf(session: Session, version_id: int, told: Iterable[int]) -> Shelf:
    """Read all of it; five statements."""
    version = session.get_one(CourseVersion, version_id)
    published = _published(session, version, set(told))
    units = {(module, unit.slug): unit for module, unit in _units(session, version_id)}
    return Shelf(
        units=units,
        by_id={unit.id: unit for unit in units.values()},
        blocks=_blocks(session, version_id),
        questions=_questions(session, version_id),
        own=version.number,
        published=published,
        elsewhere=_elsewhere(session, version, set(published) - {version.number}),
    )


def _published(
    session: Session, version: CourseVersion, numbers: set[int]
) -> Mapping[int, datetime]:
    rows = session.execute(
        select(CourseVersion.number, CourseVersion.published_at).where(
            CourseVersion.course_id == version.course_id,
            CourseVersion.number.in_(numbers | {version.number}),
            CourseVersion.state.in_(READ),
        )
    )
    return {number: at for number, at in rows if at is not None}


def _units(session: Session, version_id: int) -> Iterable[tuple[str, Unit]]:
    rows = session.execute(
        select(Module.slug, Unit)
        .join(Unit, Unit.module_id == Module.id)
        .where(Unit.version_id == version_id)
    )
    return [(slug, unit) for slug, unit in rows]


def _blocks(session: Session, version_id: int) -> Mapping[int, int]:
    rows = session.execute(
        select(Block.unit_id, func.max(Block.position))
        .join(Unit, Unit.id == Block.unit_id)
        .where(Unit.version_id == version_id)
        .group_by(Block.unit_id)
    )
    return {unit_id: last for unit_id, last in rows}  # noqa: C416  (rows are not pairs to mypy)


def _questions(session: Session, version_id: int) -> Mapping[tuple[int, str], Question]:
    found = session.scalars(
        select(Question)
        .join(Unit, Unit.id == Question.unit_id)
        .where(Unit.version_id == version_id)
    )
    return {(question.unit_id, question.slug): question for question in found}


def _elsewhere(
    session: Session, version: CourseVersion, numbers: set[int]
) -> Mapping[tuple[int, str, str, str], tuple[str, Any]]:
    rows = session.execute(
        select(
            CourseVersion.number, Module.slug, Unit.slug, Question.slug, Question.kind,
            Question.body,
        )
        .join(Unit, Unit.id == Question.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(CourseVersion.course_id == version.course_id, CourseVersion.number.in_(numbers))
    )  # fmt: skip
    return {
        (number, module, unit, slug): (kind, body)
        for number, module, unit, slug, kind, body in rows
    }
