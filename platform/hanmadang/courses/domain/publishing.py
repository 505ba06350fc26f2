"""Publishing: a course as written becomes a new version, and the one before it is superseded.

Where partners answer for a course together, nothing is approved or published without the
signature of each on exactly that content: `move` refuses, whichever door was taken.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from hanmadang.courses import blocks, writing
from hanmadang.courses.blocks.files import Files
from hanmadang.courses.domain.files import files_for
from hanmadang.courses.domain.passages import index_version
from hanmadang.courses.models import (
    Block,
    Course,
    CoursePartner,
    CourseVersion,
    Module,
    Question,
    SignatureState,
    Source,
    Unit,
    UnitCompetency,
    UnitNeed,
    UnitTopic,
    VersionDocument,
    VersionSignature,
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

_HEAD = ("position", "title", "summary", "audience")


class UnknownWordError(DomainError):
    """The course names topics or competencies that the vocabulary does not hold."""

    status = 422

    def __init__(self, words: Iterable[str]) -> None:
        names = ", ".join(sorted(words))
        said = lazy("Not in the vocabulary of topics and competencies: %(names)s", names=names)
        super().__init__(names, text=said)


class UnsignedError(DomainError):
    """A partner named for the course has not signed this content."""

    text = lazy("Every partner institution named for this course must sign this version first.")


def publish_course(
    session: Session,
    actor: Viewer,
    spec: CourseSpec,
    now: datetime,
    institution_id: int | None = None,
) -> CourseVersion:
    """Publish `spec` as the course's next version; the same content again changes nothing.

    For courses that one institution answers for alone: with partners, see `submitting`.

    `institution_id` says who answers for a new course (the actor's institution by default); an
    existing course keeps its own. Raises RefusedError, UnknownWordError, MissingFileError,
    UnsignedError.
    """
    course = _locked_course(session, spec, institution_id or actor.institution_id)
    if not can_publish(actor, course.institution_id):
        raise RefusedError(spec.slug)
    check_words(session, spec)
    current = published_version(session, course.id)
    if current is not None and current.content_hash == writing.content_hash(spec):
        return current
    version = write_version(session, course, spec)
    if unsigned(session, version):
        raise UnsignedError(version.id)
    if current is not None:
        move(session, actor, current, VersionState.SUPERSEDED, now)
    move(session, actor, version, VersionState.PUBLISHED, now)
    return version


def _locked_course(session: Session, spec: CourseSpec, institution_id: int | None) -> Course:
    """The course's row, made if need be, brought up to date and held until the commit."""
    said = {name: getattr(spec, name) for name in _HEAD}
    insert_once(session, Course, slug=spec.slug, institution_id=institution_id, **said)
    course = session.scalars(select(Course).where(Course.slug == spec.slug).with_for_update()).one()
    set_head(course, spec)
    return course


def set_head(course: Course, spec: CourseSpec) -> None:
    """What the list of courses says is what the published version says."""
    for name in _HEAD:
        setattr(course, name, getattr(spec, name))


def published_version(session: Session, course_id: int) -> CourseVersion | None:
    """The version that learners begin with; None before the first."""
    return session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    ).first()


def check_words(session: Session, spec: CourseSpec) -> None:
    """Raises UnknownWordError for topics and competencies that are not in the vocabulary."""
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


def move(
    session: Session, actor: Viewer | None, version: CourseVersion, state: VersionState,
    now: datetime,
) -> None:  # fmt: skip
    """The one way a version changes its state. Raises UnsignedError, NotAllowedNowError."""
    if state in (VersionState.APPROVED, VersionState.PUBLISHED) and unsigned(session, version):
        raise UnsignedError(version.id)
    version.state = version_machine.check(VersionState(version.state), state).value
    if state is VersionState.PUBLISHED:
        version.published_at = now
    detail = f"content {version.content_hash}"
    audit.record(
        session, actor, f"course.{state.value}", kind="course_version", id=version.id, detail=detail
    )
    session.flush()
    if state is VersionState.PUBLISHED:
        index_version(session, version.id)


def unsigned(session: Session, version: CourseVersion) -> bool:
    """Whether anybody's word is missing: of who was asked, or of who is named for the course."""
    signed = select(VersionSignature.institution_id).where(
        VersionSignature.version_id == version.id,
        VersionSignature.state == SignatureState.SIGNED.value,
        VersionSignature.content_hash == version.content_hash,
    )
    asked = union(
        select(CoursePartner.institution_id).where(CoursePartner.course_id == version.course_id),
        select(VersionSignature.institution_id).where(VersionSignature.version_id == version.id),
    ).subquery()
    missing = select(asked.c.institution_id).where(asked.c.institution_id.not_in(signed))
    return session.execute(missing.limit(1)).first() is not None


def write_version(session: Session, course: Course, spec: CourseSpec) -> CourseVersion:
    """Write the whole content of a new version, and the document that is hashed and signed."""
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
    session.add(VersionDocument(version_id=version.id, content=writing.write_course(spec)))
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
