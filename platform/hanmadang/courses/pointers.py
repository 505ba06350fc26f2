"""Which pages about courses texts elsewhere may point at."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Course, CourseVersion, VersionState
from hanmadang.kernel.bilingual import Bilingual


def course_title(session: Session, values: Mapping[str, Any]) -> Bilingual | None:
    """The title of a course that has a published version."""
    return session.scalar(
        select(Course.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(
            Course.slug == values["course"],
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    )
