"""Throwing a draft away: only what was shown, and only where something published remains."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.domain.drafts import StaleDraftError, hold
from hanmadang.courses.models import (
    BankUse,
    CourseDraft,
    DraftModule,
    DraftRevision,
    DraftUnit,
)
from hanmadang.courses.queries.versions import published_version
from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer


class OnlyDraftError(NotAllowedNowError):
    """Of a course that was never published, the draft is all there is."""

    text = lazy("Nothing of this course is published yet: the draft is all there is of it.")


def discard(session: Session, actor: Viewer, course_id: int, *, mark: str) -> None:
    """Throw the draft away; the next one begins from what is published.

    `mark` is what `mark_of` said when the person looked at what goes with it. Raises
    NotFoundError without a draft, OnlyDraftError, StaleDraftError where somebody saved since.
    """
    hold(session, course_id)
    if published_version(session, course_id) is None:
        raise OnlyDraftError
    modules = select(DraftModule.id).where(DraftModule.course_id == course_id)
    of_draft = DraftUnit.module_id.in_(modules)
    session.execute(select(DraftUnit.id).where(of_draft).with_for_update())
    if mark_of(session, course_id) != mark:
        raise StaleDraftError
    units = select(DraftUnit.id).where(of_draft)
    for statement in (
        delete(BankUse).where(BankUse.unit_id.in_(units)),
        delete(DraftRevision).where(DraftRevision.unit_id.in_(units)),
        delete(DraftUnit).where(of_draft),
        delete(DraftModule).where(DraftModule.course_id == course_id),
        delete(CourseDraft).where(CourseDraft.course_id == course_id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
    session.expire_all()
    audit.record(session, actor, "course.draft-discarded", kind="course", id=course_id)


def mark_of(session: Session, course_id: int) -> str:
    """A word for the draft as it stands: revisions only grow, and parts are never deleted."""
    modules = DraftModule.course_id == course_id
    parts = (
        select(CourseDraft.revision).where(CourseDraft.course_id == course_id),
        select(
            func.count(), func.sum(DraftModule.revision), func.count(DraftModule.removed_at)
        ).where(modules),
        select(func.count(), func.sum(DraftUnit.revision), func.count(DraftUnit.removed_at))
        .join(DraftModule, DraftModule.id == DraftUnit.module_id)
        .where(modules),
    )
    return "-".join(str(each or 0) for part in parts for each in session.execute(part).one())
