"""A partner's word on a version: signed, or sent back with a reason; and remarks on the way."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import writing
from hanmadang.courses.domain import notices
from hanmadang.courses.domain.publishing import move, unsigned
from hanmadang.courses.domain.submitting import approve, held_version
from hanmadang.courses.models import (
    Course,
    CourseVersion,
    ReviewComment,
    SignatureState,
    VersionDocument,
    VersionSignature,
    VersionState,
    signature_machine,
)
from hanmadang.courses.rules_authoring import can_edit, can_sign
from hanmadang.kernel import audit
from hanmadang.kernel.errors import (
    ConflictError,
    DomainError,
    NotAllowedNowError,
    NotFoundError,
    RefusedError,
)
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer


class OtherContentError(ConflictError):
    """The signer had something else before them than what would be signed."""

    text = lazy("This is not the content that was shown to you. Please read the page again.")


class ReasonMissingError(DomainError):
    """Whoever sends a version back says why."""

    status = 422
    text = lazy("Please say what should be changed.")


def sign(  # noqa: PLR0913  (who signs what, as they read it, when)
    session: Session, actor: Viewer, version_id: int, *, content_hash: str, comment: str = "",
    now: datetime,
) -> CourseVersion:  # fmt: skip
    """Sign for the actor's institution; the last signature approves the version.

    Signing twice is signing once. Raises NotFoundError, OtherContentError, NotAllowedNowError.
    """
    version = held_version(session, version_id)
    signature = _own(session, actor, version_id)
    if signature.state == SignatureState.SIGNED and signature.content_hash == content_hash:
        return version
    if version.state != VersionState.IN_REVIEW:
        raise NotAllowedNowError(version.state)
    document = session.get_one(VersionDocument, version_id)
    if not content_hash == version.content_hash == writing.file_hash(document.content):
        raise OtherContentError(version_id)
    _say(session, actor, signature, SignatureState.SIGNED, comment, now, content_hash)
    if not unsigned(session, version):
        approve(session, actor, version, now)
    return version


def send_back(
    session: Session, actor: Viewer, version_id: int, *, reason: str, now: datetime
) -> CourseVersion:
    """Return the version for the actor's institution, signed by it before or not.

    Raises NotFoundError, ReasonMissingError, NotAllowedNowError once it is published.
    """
    if not reason.strip():
        raise ReasonMissingError
    version = held_version(session, version_id)
    signature = _own(session, actor, version_id)
    move(session, actor, version, VersionState.RETURNED, now)
    _say(session, actor, signature, SignatureState.RETURNED, reason, now, version.content_hash)
    notices.returned(session, version, now=now)
    return version


def withdraw(session: Session, actor: Viewer, version_id: int, *, now: datetime) -> CourseVersion:
    """Take a version back from its partners, to go on writing. Raises RefusedError."""
    version = held_version(session, version_id)
    course = session.get_one(Course, version.course_id)
    if not can_edit(actor, course.institution_id, ()):
        raise RefusedError(course.slug)
    move(session, actor, version, VersionState.RETURNED, now)
    audit.record(session, actor, "course.withdrawn", kind="course_version", id=version_id)
    return version


def _own(session: Session, actor: Viewer, version_id: int) -> VersionSignature:
    """The line on which the actor's institution signs. Raises NotFoundError."""
    mine = actor.institution_id
    if mine is None or not can_sign(actor, mine):
        raise NotFoundError(version_id)
    found = session.scalars(
        select(VersionSignature)
        .where(VersionSignature.version_id == version_id, VersionSignature.institution_id == mine)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFoundError(version_id)
    return found


def _say(  # noqa: PLR0913, PLR0917  (all sides of a signature)
    session: Session, actor: Viewer, signature: VersionSignature, state: SignatureState,
    comment: str, now: datetime, content_hash: str,
) -> None:  # fmt: skip
    signature.state = signature_machine.check(SignatureState(signature.state), state).value
    signature.account_id, signature.at = actor.account_id, now
    signature.comment, signature.content_hash = comment, content_hash
    audit.record(
        session, actor, f"version.{state.value}", kind="course_version", id=signature.version_id,
        detail=f"institution {signature.institution_id} content {content_hash}",
    )  # fmt: skip
    session.flush()


def remark(  # noqa: PLR0913  (who says what about which part, in answer to what)
    session: Session, actor: Viewer, version_id: int, text: str, *, unit: str = "",
    answers: int | None = None, now: datetime,
) -> ReviewComment:  # fmt: skip
    """Say something about a version or one of its units. Raises ReasonMissingError."""
    if not text.strip():
        raise ReasonMissingError
    above = None if answers is None else session.get(ReviewComment, answers)
    if above is not None and above.version_id == version_id:
        unit, answers = above.unit, above.answers or above.id
    else:
        answers = None
    comment = ReviewComment(
        version_id=version_id, unit=unit, answers=answers, account_id=actor.account_id,
        institution_id=actor.institution_id, text=text.strip(), at=now,
    )  # fmt: skip
    session.add(comment)
    session.flush()
    return comment


def resolve(session: Session, comment: ReviewComment, *, done: bool, now: datetime) -> None:
    """Close a remark, or open it again."""
    comment.resolved_at = now if done else None
    session.flush()
