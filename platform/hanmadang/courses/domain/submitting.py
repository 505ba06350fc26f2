"""Handing in a draft: it becomes a version that each partner signs, and nobody can change."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import writing
from hanmadang.courses.domain import notices
from hanmadang.courses.domain.publishing import (
    UnsignedError,
    check_words,
    move,
    published_version,
    set_head,
    unsigned,
    write_version,
)
from hanmadang.courses.models import (
    Course,
    CourseDraft,
    CoursePartner,
    CourseVersion,
    VersionDocument,
    VersionReview,
    VersionSignature,
    VersionState,
)
from hanmadang.courses.queries.drafts import draft_file
from hanmadang.courses.reading import read_course
from hanmadang.courses.rules import can_publish
from hanmadang.kernel.errors import NotAllowedNowError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer

OPEN = (VersionState.IN_REVIEW.value, VersionState.APPROVED.value)


class AlreadyOpenError(NotAllowedNowError):
    """Another version is on its way."""

    text = lazy("Another version is on its way. Withdraw it first, or wait until it is published.")


class NothingNewError(NotAllowedNowError):
    """The draft says what learners read already."""

    text = lazy("This draft says the same as the published version.")


def submit(  # noqa: PLR0913  (who hands in what, why, from when)
    session: Session, actor: Viewer, course_id: int, *, note: str = "",
    effective_at: datetime | None = None, now: datetime,
) -> CourseVersion:  # fmt: skip
    """Make the draft a version in review; the same content again is the version that waits.

    Without partners it is approved at once. Raises CourseFileError, UnknownWordError,
    AlreadyOpenError, NothingNewError.
    """
    course = held_course(session, course_id)
    spec = read_course(draft_file(session, course_id))
    check_words(session, spec)
    digest = writing.content_hash(spec)
    waiting = open_version(session, course_id)
    if waiting is not None:
        if waiting.content_hash == digest:
            return waiting
        raise AlreadyOpenError(course_id)
    current = published_version(session, course_id)
    if current is not None and current.content_hash == digest:
        raise NothingNewError(course_id)
    version = write_version(session, course, spec)
    session.add(
        VersionReview(
            version_id=version.id, submitted_by=actor.account_id, submitted_at=now,
            effective_at=effective_at, note=note,
        )
    )  # fmt: skip
    _ask(session, actor, course, version, now)
    return version


def _ask(
    session: Session, actor: Viewer, course: Course, version: CourseVersion, now: datetime
) -> None:
    partners = session.scalars(
        select(CoursePartner.institution_id).where(CoursePartner.course_id == course.id)
    ).all()
    if not partners and not can_publish(actor, course.institution_id):
        raise RefusedError(course.slug)
    for partner in partners:
        session.add(VersionSignature(version_id=version.id, institution_id=partner))
    move(session, actor, version, VersionState.IN_REVIEW, now)
    notices.wanted(session, version, now=now)
    if not partners:
        approve(session, actor, version, now)


def approve(session: Session, actor: Viewer, version: CourseVersion, now: datetime) -> None:
    """Everybody has signed: it is published now, or when its day has come."""
    move(session, actor, version, VersionState.APPROVED, now)
    effective = session.get_one(VersionReview, version.id).effective_at
    if effective is None or effective <= now:
        take_effect(session, actor, version, now)


def take_effect(
    session: Session, actor: Viewer | None, version: CourseVersion, now: datetime
) -> None:
    """Publish an approved version; learners stay on theirs until they switch.

    Raises UnsignedError, NotAllowedNowError.
    """
    course = held_course(session, version.course_id)
    if unsigned(session, version):
        raise UnsignedError(version.id)
    current = published_version(session, course.id)
    if current is not None:
        move(session, actor, current, VersionState.SUPERSEDED, now)
    move(session, actor, version, VersionState.PUBLISHED, now)
    document = session.get_one(VersionDocument, version.id)
    set_head(course, read_course(document.content))
    draft = session.get(CourseDraft, course.id)
    if draft is not None:
        draft.based_on = version.id
    notices.published(session, version, now=now)
    session.flush()


def publish_due(session: Session, version_id: int, now: datetime) -> bool:
    """Publish the version if its day has come; returns whether it was."""
    version = held_version(session, version_id)
    review = session.get(VersionReview, version_id)
    if version.state != VersionState.APPROVED or review is None:
        return False
    if review.effective_at is not None and review.effective_at > now:
        return False
    take_effect(session, None, version, now)
    return True


def open_version(session: Session, course_id: int) -> CourseVersion | None:
    """The version of a course that waits for signatures or for its day."""
    return session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id == course_id, CourseVersion.state.in_(OPEN)
        )
    ).first()


def held_course(session: Session, course_id: int) -> Course:
    """The course's row, read anew and held until the commit."""
    return session.scalars(
        select(Course)
        .where(Course.id == course_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def held_version(session: Session, version_id: int) -> CourseVersion:
    """The version's row, read anew and held: partners take turns."""
    return session.scalars(
        select(CourseVersion)
        .where(CourseVersion.id == version_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
