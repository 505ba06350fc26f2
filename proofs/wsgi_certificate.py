"""The house with its certificates sabotaged: one question left wrong does not matter, whatever lies
in a file is called unchanged, and what was revoked still counts as valid among programs.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from hanmadang.courses import conditions
from hanmadang.courses.domain import certifying
from hanmadang.courses.models import Enrolment, Unit, UnitProgress
from hanmadang.courses.queries import certificates
from hanmadang.factory import create_app


def _nearly(
    session: Session,
    enrolment: Enrolment,
    unit: Unit,  # noqa: ARG001
    reached: UnitProgress,
    now: datetime,
) -> bool:
    """Look after each unit that is done, right or wrong."""
    done = reached.completed_at is not None
    return done and certifying.certify(session, enrolment, now) is not None


def _anything(digest: str) -> str | None:  # noqa: ARG001
    return _last[-1] if _last else None


def _always(session: Session, account_id: int, version_id: int) -> bool:  # noqa: ARG001
    return True


def _nobody(first: int, last: int) -> Sequence[int]:  # noqa: ARG001
    return []


_last: list[str] = []
_find = certificates.certificate


def _remembering(number: str) -> certificates.CertificateView:
    _last.append(number)
    return _find(number)


certifying.after_unit = _nearly
conditions.are_met = _always
certificates.certificate = _remembering
certificates.number_of_file = _anything
certificates.withdrawn_ids = _nobody
app = create_app()
