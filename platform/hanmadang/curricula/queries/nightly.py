"""What the night left: the numbers that hold, and the runs over many paths."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.engine.tracing import Parameters
from hanmadang.curricula.fitted import from_json
from hanmadang.curricula.models import FittedParameters
from hanmadang.kernel.db import read

_LATEST = (
    select(FittedParameters.numbers, FittedParameters.engine_version)
    .order_by(FittedParameters.id.desc())
    .limit(1)
)


def latest_parameters(session: Session) -> Parameters | None:
    """The numbers of the last fitting; None where it had too few answers, or another engine."""
    row = read(session, _LATEST).first()
    if row is None or row.numbers is None or row.engine_version != ENGINE_VERSION:
        return None
    return from_json(row.numbers)
