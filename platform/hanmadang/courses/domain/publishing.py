"""Publishing: a course as written becomes a new version, and the one before it is superseded."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses import blocks, writing
from hanmadang.courses.blocks.files import Files
from hanmadang.courses.domain.files import files_for
from hanmadang.courses.domain.passages import index_version
from hanmadang.courses.models import (
    Block,
    Course,
    CourseVersion,
    Module,
    Question,
    Source,
    Unit,
    UnitCompetency,
    UnitNeed,
    UnitTopic,
    VersionState,
    version_machine,
)
from hanmadang.courses.rules import can_publish
from hanmadang.courses.specs import CourseSpec, ModuleSpec, QuestionSpec, UnitSpec
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit
from hanmadang.kernel.errors import DomainError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Competency, Topic


class UnknownWordError(DomainError):
    """The course names topics or competencies that the vocabulary does not hold."""

    status = 422

    def __init__(self, words: Iterable[str]) -> None:
        names = ", ".join(sorted(words))
        said = lazy("Not in the vocabulary of topics and competencies: %(names)s", names=names)
        super().__init__(names, text=said)


def publish_course(
    session: Session,
    actor: Viewer,
    spec: CourseSpec,
    now: datetime,
    institution_id: int | None = None,
) -> CourseVersion:
    """Publish `spec` as the course's next version; the same content again changes nothing.

    `institution_id` says who answers for a new course (the actor's institution by default); an
    existing course keeps its own. Raises RefusedError, UnknownWordError, MissingFileError.
    """
    course = _locked_course(session, spec, institution_id or actor.institution_id)
    if not can_publish(actor, course.institution_id):
        raise RefusedError(spec.slug)
    _check_words(session, spec)
    current = _published(session, course)
    if current is not None and current.content_hash == writing.content_hash(spec):
        return current
    version = _draft(session, course, spec)
    if current is not None:
        _move(session, actor, current, VersionState.SUPERSEDED, now)
        session.flush()
    _move(session, actor, version, VersionState.PUBLISHED, now)
    session.flush()
    return version


def _locked_course(session: Session, spec: CourseSpec, institution_id: int | None) -> Course:
    """The course's row, made if need be, brought up to date and held until the commit."""
    said = {
        "position": spec.position,
        "title": spec.title,
        "summary": spec.summary,
        "audience": spec.audience,
    }
    insert_once(session, Course, slug=spec.slug, institution_id=institution_id, **said)
    course = session.scalars(select(Course).where(Course.slug == spec.slug).with_for_update()).one()
    for name, value in said.items():
        setattr(course, name, value)
    return course


def _published(session: Session, course: Course) -> CourseVersion | None:
    return session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id == course.id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    ).first()


def _check_words(session: Session, spec: CourseSpec) -> None:
    topics = {topic for unit in spec.units() for topic in unit.topics}
    needed = {code for unit in spec.units() for code in _competencies(unit)}
    unknown = (topics - set(session.scalars(select(Topic.code)))) | (
        needed - set(session.scalars(select(Competency.code)))
    )
    if unknown:
        raise UnknownWordError(unknown)


def _competencies(unit: UnitSpec) -> set[str]:
    asked = {question.competency for question in unit.questions}
    return asked | set(unit.needs) | {teaching.competency for teaching in unit.teaches}


def _move(
    session: Session, actor: Viewer, version: CourseVersion, state: VersionState, now: datetime
) -> None:
    """The one way a version changes its state."""
    version.state = version_machine.check(VersionState(version.state), state).value
    if state is VersionState.PUBLISHED:
        version.published_at = now
        session.flush()
        index_version(session, version.id)
    audit.record(session, actor, f"course.{state.value}", kind="course_version", id=version.id)


def _draft(session: Session, course: Course, spec: CourseSpec) -> CourseVersion:
    """Write the whole content of a new version."""
    latest = session.scalar(
        select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)
    )
    units = list(spec.units())
    version = CourseVersion(
        course_id=course.id,
        number=(latest or 0) + 1,
        state=VersionState.DRAFT.value,
        content_hash=writing.content_hash(spec),
        unit_count=len(units),
        question_count=sum(unit.quiz.draw or len(unit.questions) for unit in units),
        minutes_ko=sum(unit.minutes_ko for unit in units),
        minutes_en=sum(unit.minutes_en for unit in units),
    )
    session.add(version)
    session.flush()
    position, files = 1, files_for(session, spec)
    for number, module in enumerate(spec.modules, 1):
        written = _write_module(session, version, module, number)
        for place, unit in enumerate(module.units, position):
            _write_unit(session, written, unit, place, files)
        position += len(module.units)
    session.flush()
    return version


def _write_module(
    session: Session, version: CourseVersion, spec: ModuleSpec, number: int
) -> Module:
    """Write a module, without its units."""
    module = Module(
        version_id=version.id,
        slug=spec.slug,
        position=number,
        title=spec.title,
        summary=spec.summary,
    )
    session.add(module)
    session.flush()
    return module


def _write_unit(
    session: Session, module: Module, spec: UnitSpec, position: int, files: Files
) -> None:
    unit = Unit(
        version_id=module.version_id,
        module_id=module.id,
        slug=spec.slug,
        position=position,
        title=spec.title,
        minutes_ko=spec.minutes_ko,
        minutes_en=spec.minutes_en,
        perspective=spec.perspective,
        question_count=spec.quiz.draw or len(spec.questions),
        quiz=writing.write_quiz(spec.quiz),
    )
    session.add(unit)
    session.flush()
    session.add_all(_words(unit.id, spec))
    session.add_all(_blocks(unit.id, spec, files))
    session.add_all(_sources(unit.id, spec))
    session.add_all(_question(unit.id, n, each) for n, each in enumerate(spec.questions, 1))


def _words(unit_id: int, spec: UnitSpec) -> Iterable[object]:
    for topic in spec.topics:
        yield UnitTopic(unit_id=unit_id, topic_code=topic)
    for code in spec.needs:
        yield UnitNeed(unit_id=unit_id, competency_code=code)
    for teaching in spec.teaches:
        yield UnitCompetency(
            unit_id=unit_id, competency_code=teaching.competency, strength=teaching.strength
        )


def _blocks(unit_id: int, spec: UnitSpec, files: Files) -> Iterable[Block]:
    for position, block in enumerate(spec.blocks, 1):
        yield Block(
            unit_id=unit_id,
            position=position,
            kind=block.kind.value,
            content=writing.write_block(block),
            html=blocks.html(block, files),
        )


def _sources(unit_id: int, spec: UnitSpec) -> Iterable[Source]:
    for position, source in enumerate(spec.sources, 1):
        yield Source(
            unit_id=unit_id,
            position=position,
            title=source.title,
            publisher=source.publisher,
            year=source.year,
            url=source.url,
        )


def _question(unit_id: int, position: int, spec: QuestionSpec) -> Question:
    return Question(
        unit_id=unit_id,
        slug=spec.slug,
        position=position,
        kind=spec.kind.value,
        competency_code=spec.competency,
        text=spec.text,
        explanation=spec.explanation,
        body=writing.write_body(spec.body),
        hints=[writing.write_text(hint) for hint in spec.hints],
    )
