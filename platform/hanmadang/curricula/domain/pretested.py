"""Moving what a cohort's pre-tests tell: by at least ten members at a time, in whole tens."""

from sqlalchemy.orm import Session

from hanmadang.curricula.models import CohortCurriculum, CurriculumState
from hanmadang.curricula.queries.pretested import told_anew


def is_behind(session: Session, cohort_id: int) -> bool:
    """Whether ten more members answered since."""
    held = session.get(CohortCurriculum, cohort_id)
    if held is None or held.state != CurriculumState.DRAFT:
        return False
    return told_anew(session, held) != held.pretests


def refresh(session: Session, cohort_id: int) -> None:
    """Write anew what lies behind in a draft, under its lock: of two writers one moves it."""
    held = session.get(CohortCurriculum, cohort_id, with_for_update=True, populate_existing=True)
    if held is not None and held.state == CurriculumState.DRAFT:
        held.pretests = told_anew(session, held)
