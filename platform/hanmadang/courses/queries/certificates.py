"""Certificates as their holders, everybody and whoever answers for the course see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from hanmadang.courses import numbers
from hanmadang.courses.models import (
    Certificate,
    CertificateCopy,
    CertificateFile,
    CertificateState,
    Course,
    Item,
)
from hanmadang.courses.rules import can_publish
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate, with all that is said of it anywhere."""

    id: int
    number: str
    course_slug: str
    state: CertificateState
    title: Bilingual
    institution: Bilingual | None
    cohort: Bilingual | None
    """What it says of the holder's cohort; in its source language first."""
    partners: tuple[Bilingual, ...]
    version_number: int
    minutes: dict[str, int]
    question_count: int
    right_first: int
    completed_at: datetime
    issued_at: datetime
    name: str | None
    shown: frozenset[Item]
    revoked_at: datetime | None
    revoked_because: Bilingual | None
    replaced_at: datetime | None
    replaces: str
    """The number before this one; empty for the first."""
    first_issued_at: datetime | None
    """When the number before was given, where there was one."""
    erased: bool

    @property
    def stands(self) -> bool:
        """Whether it may be relied on."""
        return self.state is CertificateState.ISSUED

    @property
    def completed_on(self) -> date:
        """The day of completion on the city's calendar."""
        return self.completed_at.astimezone(clock.zone(settings().zone)).date()

    def items(self) -> list[Item]:
        """What can be printed of it, in order: nothing that it does not hold."""
        missing: set[Item] = set() if self.name else {Item.NAME}
        missing |= set() if self.cohort else {Item.COHORT}
        missing |= set() if self.question_count else {Item.SCORE}
        missing |= set() if self.partners else {Item.PARTNERS}
        return [item for item in Item if item not in missing]


@dataclass(frozen=True, slots=True)
class CopyView:
    """What one printed copy says."""

    id: int
    language: str
    items: frozenset[Item]
    birth_year: int
    code: str
    made_at: datetime


def my_certificates(viewer: Viewer) -> list[CertificateView]:
    """The viewer's certificates, the latest first, without those that were replaced."""
    mine = (
        Certificate.account_id == viewer.id,
        Certificate.state != CertificateState.REPLACED.value,
    )
    return _views(*mine)


def my_certificate(viewer: Viewer, number: str) -> CertificateView:
    """That certificate of the viewer's. Raises NotFoundError."""
    return _one(Certificate.account_id == viewer.id, Certificate.number == number)


def number_in(viewer: Viewer, course: str) -> str:
    """The number of the viewer's certificate in that course. Raises NotFoundError."""
    found = db.session.scalar(
        select(Certificate.number)
        .join(Course, Course.id == Certificate.course_id)
        .where(
            Course.slug == course,
            Certificate.account_id == viewer.id,
            Certificate.state != CertificateState.REPLACED.value,
        )
    )
    if found is None:
        raise NotFoundError(course)
    return found


def certificate(number: str) -> CertificateView:
    """The certificate with that number, whoever asks. Raises NotFoundError."""
    return _one(Certificate.number == number)


def certificate_for_staff(viewer: Viewer, number: str) -> CertificateView:
    """The same for whoever may publish its course. Raises NotFoundError."""
    institution_id = db.session.execute(
        select(Course.institution_id)
        .join(Certificate, Certificate.course_id == Course.id)
        .where(Certificate.number == number)
    ).first()
    if institution_id is None or not can_publish(viewer, institution_id[0]):
        raise NotFoundError(number)
    return certificate(number)


def copy_of(view: CertificateView, code: str) -> CopyView | None:
    """The copy of that certificate on whose paper the code stands."""
    found = db.session.scalars(
        select(CertificateCopy).where(
            CertificateCopy.certificate_id == view.id,
            CertificateCopy.code == numbers.tidied_code(code),
        )
    ).first()
    return None if found is None else _copy(found)


def copies_of(view: CertificateView) -> list[CopyView]:
    """Every copy that was printed of it, the latest first."""
    rows = db.session.scalars(
        select(CertificateCopy)
        .where(CertificateCopy.certificate_id == view.id)
        .order_by(CertificateCopy.made_at.desc(), CertificateCopy.id.desc())
    )
    return [_copy(row) for row in rows]


def number_of_file(digest: str) -> str | None:
    """The certificate of which a file with that fingerprint was handed over."""
    return db.session.scalar(
        select(Certificate.number)
        .join(CertificateCopy, CertificateCopy.certificate_id == Certificate.id)
        .join(CertificateFile, CertificateFile.copy_id == CertificateCopy.id)
        .where(CertificateFile.digest == digest)
    )


def any_from(first: int) -> bool:
    """Whether there is a certificate with this id or a later one."""
    later = select(Certificate.id).where(Certificate.id >= first)
    return db.session.scalar(later.limit(1)) is not None


def withdrawn_ids(first: int, last: int) -> Sequence[int]:
    """Certificates from the one id to the other that no longer stand."""
    return db.session.scalars(
        select(Certificate.id).where(
            Certificate.id.between(first, last),
            Certificate.state != CertificateState.ISSUED.value,
        )
    ).all()


def _copy(row: CertificateCopy) -> CopyView:
    items = frozenset(Item(value) for value in row.items.split(",") if value)
    return CopyView(row.id, row.language, items, row.birth_year, row.code, row.made_at)


def _one(*where: ColumnElement[bool]) -> CertificateView:
    found = _views(*where)
    if not found:
        raise NotFoundError
    return found[0]


def _views(*where: ColumnElement[bool]) -> list[CertificateView]:
    before = aliased(Certificate)
    rows = db.session.execute(
        select(Certificate, Course.slug, before.number, before.issued_at)
        .join(Course, Course.id == Certificate.course_id)
        .outerjoin(before, before.id == Certificate.replaces_id)
        .where(*where)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return [_view(*row) for row in rows]


def _view(
    row: Certificate, slug: str, replaces: str | None, first_issued_at: datetime | None
) -> CertificateView:
    return CertificateView(
        id=row.id,
        number=row.number,
        course_slug=slug,
        state=CertificateState(row.state),
        title=row.title,
        institution=row.institution,
        cohort=row.cohort,
        partners=tuple(Bilingual.from_json(each) for each in row.partners),
        version_number=row.version_number,
        minutes={"ko": row.minutes_ko, "en": row.minutes_en},
        question_count=row.question_count,
        right_first=row.right_first,
        completed_at=row.completed_at,
        issued_at=row.issued_at,
        name=row.name,
        shown=frozenset(Item(value) for value in row.shown),
        revoked_at=row.revoked_at,
        revoked_because=row.revoked_because,
        replaced_at=row.replaced_at,
        replaces=replaces or "",
        first_issued_at=first_issued_at,
        erased=row.erased_at is not None,
    )
