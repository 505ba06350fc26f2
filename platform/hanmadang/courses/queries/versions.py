"""What authors and partners see of versions: the desk's list, a review with its signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    CoreUnit,
    Course,
    CourseDraft,
    CoursePartner,
    CourseVersion,
    ReviewComment,
    SignatureState,
    VersionReview,
    VersionSignature,
    VersionState,
)
from hanmadang.courses.rules_authoring import editable_by
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account, Institution

_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class DeskCourse:
    """A course in the authors' list."""

    id: int
    slug: str
    title: Bilingual
    institution: Bilingual | None
    drafted_at: datetime | None
    """When its draft was last begun or its first page saved; None without a draft."""
    published: int | None
    """The number of the published version."""
    open_id: int | None
    open_state: VersionState | None
    waits_for_me: bool


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One partner's line below a version."""

    institution_id: int
    institution: Bilingual
    state: SignatureState
    signer: str
    at: datetime | None
    comment: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment and its answers."""

    id: int
    unit: str
    author: str
    institution: Bilingual | None
    text: str
    at: datetime
    resolved: bool
    answers: tuple["Remark", ...] = ()


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the history of a course."""

    id: int
    number: int
    state: VersionState
    content_hash: str
    published_at: datetime | None
    submitted_at: datetime | None
    effective_at: datetime | None
    note: str


def find_course(session: Session, viewer: Viewer, course_id: int) -> Course:
    """A course this viewer writes. Raises NotFoundError."""
    found = session.scalars(
        select(Course).where(Course.id == min(course_id, _LARGEST_ID), editable_by(viewer))
    ).first()
    if found is None:
        raise NotFoundError(course_id)
    return found


def find_version(session: Session, viewer: Viewer, version_id: int) -> CourseVersion:
    """A version of a course this viewer writes or signs. Raises NotFoundError."""
    found = session.scalars(
        select(CourseVersion)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.id == min(version_id, _LARGEST_ID), editable_by(viewer))
    ).first()
    if found is None:
        raise NotFoundError(version_id)
    return found


def desk_courses(session: Session, viewer: Viewer) -> list[DeskCourse]:
    """The courses this viewer writes, those that wait for their signature first."""
    published, opened, mine = _aliases(viewer)
    rows = session.execute(
        select(
            Course, Institution.name, CourseDraft.updated_at, published.c.number, opened.c.id,
            opened.c.state, mine.c.version_id,
        )
        .outerjoin(Institution, Institution.id == Course.institution_id)
        .outerjoin(CourseDraft, CourseDraft.course_id == Course.id)
        .outerjoin(published, published.c.course_id == Course.id)
        .outerjoin(opened, opened.c.course_id == Course.id)
        .outerjoin(mine, mine.c.version_id == opened.c.id)
        .where(editable_by(viewer))
        .order_by(mine.c.version_id.is_(None), Course.position, Course.id)
    )  # fmt: skip
    return [
        DeskCourse(
            course.id, course.slug, course.title, house, drafted, number, open_id,
            VersionState(state) if state else None, waits is not None,
        )
        for course, house, drafted, number, open_id, state, waits in rows
    ]  # fmt: skip


def _aliases(viewer: Viewer) -> tuple[Any, Any, Any]:
    """Published versions, open ones, and those that this viewer's institution has yet to sign."""
    version = select(
        CourseVersion.id, CourseVersion.course_id, CourseVersion.number, CourseVersion.state
    )
    running = (VersionState.IN_REVIEW.value, VersionState.APPROVED.value)
    return (
        version.where(CourseVersion.state == VersionState.PUBLISHED.value).subquery(),
        version.where(CourseVersion.state.in_(running)).subquery(),
        select(VersionSignature.version_id)
        .where(
            VersionSignature.institution_id == (viewer.institution_id or 0),
            VersionSignature.state == SignatureState.WAITING.value,
        )
        .subquery(),
    )


def versions_of(session: Session, course_id: int) -> list[VersionRow]:
    """Every version of a course, the newest first."""
    rows: Any = session.execute(
        select(CourseVersion, VersionReview)
        .outerjoin(VersionReview, VersionReview.version_id == CourseVersion.id)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
    )
    return [
        VersionRow(
            version.id, version.number, VersionState(version.state), version.content_hash,
            version.published_at, None if review is None else review.submitted_at,
            None if review is None else review.effective_at,
            "" if review is None else review.note,
        )
        for version, review in rows
    ]  # fmt: skip


def signatures_of(session: Session, version_id: int) -> list[SignatureRow]:
    """Who was asked to sign, and what each said."""
    rows = session.execute(
        select(VersionSignature, Institution.name, Account.name)
        .join(Institution, Institution.id == VersionSignature.institution_id)
        .outerjoin(Account, Account.id == VersionSignature.account_id)
        .where(VersionSignature.version_id == version_id)
        .order_by(VersionSignature.institution_id)
    )
    return [
        SignatureRow(
            row.institution_id, house, SignatureState(row.state), name or "", row.at, row.comment,
            row.content_hash,
        )
        for row, house, name in rows
    ]  # fmt: skip


def remarks_on(session: Session, version_id: int) -> dict[str, list[Remark]]:
    """The comments on a version by unit, each with its answers."""
    rows = session.execute(
        select(ReviewComment, Account.name, Institution.name)
        .outerjoin(Account, Account.id == ReviewComment.account_id)
        .outerjoin(Institution, Institution.id == ReviewComment.institution_id)
        .where(ReviewComment.version_id == version_id)
        .order_by(ReviewComment.id)
    ).all()
    answers: dict[int, list[Remark]] = {}
    for row, name, house in rows:
        if row.answers is not None:
            answers.setdefault(row.answers, []).append(_remark(row, name, house, ()))
    found: dict[str, list[Remark]] = {}
    for row, name, house in rows:
        if row.answers is None:
            remark = _remark(row, name, house, tuple(answers.get(row.id, ())))
            found.setdefault(row.unit, []).append(remark)
    return found


def _remark(
    row: ReviewComment, name: str | None, house: Bilingual | None, answers: tuple[Remark, ...]
) -> Remark:
    return Remark(
        row.id, row.unit, name or "", house, row.text, row.at, row.resolved_at is not None, answers
    )


def partners_of(session: Session, course_id: int) -> Sequence[Institution]:
    """The institutions that answer for the course together."""
    return session.scalars(
        select(Institution)
        .join(CoursePartner, CoursePartner.institution_id == Institution.id)
        .where(CoursePartner.course_id == course_id)
        .order_by(Institution.id)
    ).all()


def waiting_versions(session: Session, now: datetime) -> list[int]:
    """Approved versions whose day has come."""
    return list(
        session.scalars(
            select(CourseVersion.id)
            .join(VersionReview, VersionReview.version_id == CourseVersion.id)
            .where(
                CourseVersion.state == VersionState.APPROVED.value,
                VersionReview.effective_at <= now,
            )
        )
    )


def core_units(
    session: Session, institution_id: int | None = None
) -> dict[tuple[int, str, str], list[int]]:
    """Units held to be core: (course, module slug, unit slug) with the institutions that say so."""
    rows = select(CoreUnit).order_by(CoreUnit.id)
    if institution_id is not None:
        rows = rows.where(CoreUnit.institution_id == institution_id)
    found: dict[tuple[int, str, str], list[int]] = {}
    for row in session.scalars(rows):
        place = (row.course_id, row.module_slug, row.unit_slug)
        found.setdefault(place, []).append(row.institution_id)
    return found


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One step of a version in the audit log."""

    at: datetime
    version_id: int
    action: str
    who: str
    institution_id: int | None
    """For whom it was signed or returned."""
    content: str
    """The fingerprint of what it was about."""


def trail_of(session: Session, version_ids: Sequence[int]) -> list[TrailRow]:
    """Who did what with these versions, newest first, with the names of those who did."""
    rows = session.execute(
        select(AuditEntry, Account.name)
        .outerjoin(Account, Account.id == AuditEntry.actor_id)
        .where(
            AuditEntry.object_kind == "course_version",
            AuditEntry.object_id.in_([str(each) for each in version_ids]),
        )
        .order_by(AuditEntry.seq.desc())
        .limit(200)
    )
    return [_trail_row(entry, name or "") for entry, name in rows]


def _trail_row(entry: AuditEntry, who: str) -> TrailRow:
    words = (entry.detail or "").split()
    said = dict(zip(words[::2], words[1::2], strict=False))
    house = said.get("institution", "")
    return TrailRow(
        entry.at, int(entry.object_id), entry.action, who,
        int(house) if house.isdecimal() else None, said.get("content", ""),
    )  # fmt: skip


def published_version(session: Session, course_id: int) -> CourseVersion | None:
    """What learners can begin now; None before anything was published."""
    return session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    ).first()
