"""The authors' self-check: what learners read was signed, and is what was signed."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hanmadang.courses import writing
from hanmadang.courses.models import (
    READ,
    CourseVersion,
    SignatureState,
    VersionDocument,
    VersionSignature,
    VersionState,
)
from hanmadang.kernel import fsck

_PAST = (*(state.value for state in READ), VersionState.APPROVED.value)


@fsck.check("versions")
def versions(session: Session) -> Iterator[str]:
    """Versions approved without a signature, and documents that are not what was hashed."""
    unsigned = (
        select(VersionSignature.version_id, VersionSignature.institution_id)
        .join(CourseVersion, CourseVersion.id == VersionSignature.version_id)
        .where(
            CourseVersion.state.in_(_PAST),
            or_(
                VersionSignature.state != SignatureState.SIGNED.value,
                VersionSignature.content_hash != CourseVersion.content_hash,
            ),
        )
    )
    for version, institution in session.execute(unsigned):
        yield f"version {version} went on without the signature of institution {institution}"
    stored = select(CourseVersion.id, CourseVersion.content_hash, VersionDocument.content).join(
        VersionDocument, VersionDocument.version_id == CourseVersion.id
    )
    for version, digest, content in session.execute(stored):
        if writing.file_hash(content) != digest:
            yield f"version {version}: the document is not what was hashed"
