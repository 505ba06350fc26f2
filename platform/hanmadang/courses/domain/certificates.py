"""What the holder does with a certificate, and what whoever answers for the course may do to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import numbers
from hanmadang.courses.domain import certifying
from hanmadang.courses.models import (
    SHOWABLE,
    Certificate,
    CertificateCopy,
    CertificateFile,
    CertificateState,
    Course,
    Item,
    certificate_machine,
)
from hanmadang.courses.rules import can_publish
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit, clock
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import short_code
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.text import one_line
from hanmadang.kernel.typesetting import has_letters_for

REVOKED = "course.certificate_revoked"
REPLACED = "course.certificate_replaced"
LONGEST_NAME = 60
YEARS = range(1900, 2101)
"""Birth years that can be printed."""


class UnusableNameError(DomainError):
    """The name is empty, too long, or has letters that cannot be printed."""

    status = 422
    text = lazy(
        "Please write the name in Hangul, Latin or Cyrillic letters, 60 at most. Other letters "
        "cannot be printed yet."
    )


class UnusableCopyError(DomainError):
    """A language, item or year that cannot be printed."""

    status = 422
    text = lazy("Please choose a language, and write the year of birth with four digits.")


class NameFixedError(NotAllowedNowError):
    """The name was written before; only the institution corrects it."""

    text = lazy("The name is already on the certificate. The institution can correct it.")


class NotStandingError(NotAllowedNowError):
    """A revoked or replaced certificate is not printed."""

    text = lazy("This certificate was revoked or replaced, so it cannot be printed any more.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be printed."""

    language: str
    items: frozenset[Item]
    birth_year: int = 0
    """0 for none; needed just where the item is chosen."""


def write_name(session: Session, actor: Viewer, number: str, name: str) -> Certificate:
    """Write the holder's name on it, once. Raises NotFoundError, UnusableNameError,
    NameFixedError.
    """
    certificate = _own(session, actor, number)
    written = usable_name(name)
    if certificate.name == written:
        return certificate
    if certificate.name is not None:
        raise NameFixedError
    _must_stand(certificate)
    certificate.name = written
    audit.record(
        session, actor, "certificate.named", kind="certificate", id=certificate.id,
        subject_id=actor.account_id,
    )  # fmt: skip
    session.flush()
    return certificate


def show_to_all(session: Session, actor: Viewer, number: str, items: Iterable[Item]) -> None:
    """Choose what the public page shows. Raises NotFoundError."""
    certificate = _own(session, actor, number)
    chosen = set(items)
    certificate.shown = [item.value for item in SHOWABLE if item in chosen]
    session.flush()


def copy(
    session: Session, actor: Viewer, number: str, choice: Choice, *, now: datetime
) -> CertificateCopy:
    """The copy with these items in this language: the same choice is the same copy.

    Raises NotFoundError, UnusableCopyError, NotAllowedNowError for one that does not stand.
    """
    certificate = _own(session, actor, number)
    _must_stand(certificate)
    _check(choice, certificate)
    said = {
        "certificate_id": certificate.id,
        "language": choice.language,
        "items": ",".join(item.value for item in Item if item in choice.items),
        "birth_year": choice.birth_year,
    }
    insert_once(session, CertificateCopy, **said, code=short_code(numbers.COPY_CODE), made_at=now)
    return session.scalars(select(CertificateCopy).filter_by(**said)).one()


def keep_fingerprint(session: Session, copy_id: int, digest: str, *, now: datetime) -> None:
    """Remember a file that is handed over; the same one again changes nothing."""
    insert_once(session, CertificateFile, digest=digest, copy_id=copy_id, made_at=now)


def revoke(
    session: Session, actor: Viewer, number: str, because: Bilingual, *, now: datetime
) -> Certificate:
    """Take a certificate back, with a reason that everybody reads.

    Raises NotFoundError, NotAllowedNowError.
    """
    certificate = _staffed(session, actor, number)
    _move(certificate, CertificateState.REVOKED)
    certificate.revoked_at, certificate.revoked_because = now, because
    _note(session, actor, "certificate.revoked", certificate)
    if certificate.account_id is not None:
        certifying.tell(session, certificate, REVOKED, now)
    session.flush()
    return certificate


def issue_again(
    session: Session, actor: Viewer, number: str, name: str, *, now: datetime
) -> Certificate:
    """Give a new number to the same completion: a name was wrong, or a revocation was.

    Raises NotFoundError, UnusableNameError, NotAllowedNowError.
    """
    old = _staffed(session, actor, number)
    if old.account_id is None:
        raise NotAllowedNowError
    written = usable_name(name)
    _move(old, CertificateState.REPLACED)
    old.replaced_at = now
    session.flush()
    new = Certificate(
        number=numbers.new_number(now.astimezone(clock.zone(settings().zone)).year),
        state=CertificateState.ISSUED.value,
        issued_at=now,
        name=written,
        replaces_id=old.id,
        **{field: getattr(old, field) for field in _KEPT},
    )
    session.add(new)
    session.flush()
    _note(session, actor, "certificate.replaced", old, new.number)
    _note(session, actor, "certificate.issued", new)
    certifying.tell(session, new, REPLACED, now)
    return new


_KEPT = (
    "account_id", "course_id", "course_version_id", "completed_at", "locale", "title",
    "version_number", "content_hash", "minutes_ko", "minutes_en", "institution", "partners",
    "question_count", "right_first", "shown", "cohort",
)  # fmt: skip


def usable_name(name: str) -> str:
    """The name on one line. Raises UnusableNameError."""
    written = one_line(name)
    if not 0 < len(written) <= LONGEST_NAME or not has_letters_for(written):
        raise UnusableNameError
    return written


def _check(choice: Choice, certificate: Certificate) -> None:
    """Raises UnusableCopyError."""
    year_wanted = Item.BIRTH_YEAR in choice.items
    if (
        choice.language not in LANGUAGES
        or year_wanted != bool(choice.birth_year)
        or (year_wanted and choice.birth_year not in YEARS)
        or (Item.NAME in choice.items and certificate.name is None)
    ):
        raise UnusableCopyError


def _own(session: Session, actor: Viewer, number: str) -> Certificate:
    found = session.scalars(
        select(Certificate)
        .where(Certificate.number == number, Certificate.account_id == actor.id)
        .with_for_update()
    ).first()
    if found is None:
        raise NotFoundError
    return found


def _staffed(session: Session, actor: Viewer, number: str) -> Certificate:
    row = session.execute(
        select(Certificate, Course.institution_id)
        .join(Course, Course.id == Certificate.course_id)
        .where(Certificate.number == number)
        .with_for_update(of=Certificate)
    ).first()
    if row is None or not can_publish(actor, row[1]):
        raise NotFoundError
    certificate: Certificate = row[0]
    return certificate


def _must_stand(certificate: Certificate) -> None:
    """Raises NotStandingError."""
    if certificate.state != CertificateState.ISSUED.value:
        raise NotStandingError(certificate.state)


def _move(certificate: Certificate, state: CertificateState) -> None:
    """The one way a certificate changes its state. Raises NotAllowedNowError."""
    before = CertificateState(certificate.state)
    certificate.state = certificate_machine.check(before, state).value


def _note(
    session: Session, actor: Viewer, action: str, certificate: Certificate, detail: str = ""
) -> None:
    audit.record(
        session, actor, action, kind="certificate", id=certificate.id,
        subject_id=certificate.account_id, detail=detail or certificate.number,
    )  # fmt: skip
