"""Holding a course at set dates: writing a run down, publishing it, calling it off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import run_letters
from hanmadang.courses.models import (
    Course,
    CoursePace,
    CourseRun,
    CourseVersion,
    RunState,
    VersionState,
    run_machine,
)
from hanmadang.courses.rules.runs import can_hold, can_manage
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import ConflictError, DomainError, NotFoundError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.permissions import Viewer

MOST_SEATS = 100_000
LONGEST = timedelta(days=3 * 366)


class InvalidRunError(DomainError):
    """A field of a run cannot be so (422)."""

    status = 422

    def __init__(self, field: str, text: LazyText) -> None:
        super().__init__(field, text=text)
        self.field = field


@dataclass(frozen=True, slots=True)
class RunFields:
    """What an organizer says of a run."""

    title: Bilingual
    opens: Moment
    closes: Moment
    starts: Moment
    ends: Moment
    seats: int | None = None
    language: str = ""

    def checked(self) -> "RunFields":
        """These fields; raises InvalidRunError."""
        for language in self.title.missing():
            raise InvalidRunError(
                f"title_{language}", lazy("Please give the name in both languages.")
            )
        for before, after, text in (
            ("opens", "closes", lazy("Enrolment must close after it opens.")),
            ("starts", "ends", lazy("The run must end after it starts.")),
        ):
            if getattr(self, after).instant <= getattr(self, before).instant:
                raise InvalidRunError(after, text)
        if self.closes.instant > self.ends.instant:
            raise InvalidRunError("closes", lazy("Enrolment must close before the run ends."))
        if self.ends.instant - self.starts.instant > LONGEST:
            raise InvalidRunError("ends", lazy("A run may last three years at most."))
        if self.seats is not None and not 0 < self.seats <= MOST_SEATS:
            raise InvalidRunError(
                "seats", lazy("Offer between 1 and %(n)s seats.", n=f"{MOST_SEATS:,}")
            )
        if self.language not in {"", *LANGUAGES}:
            raise InvalidRunError("language", lazy("Please choose one of the languages."))
        return self


def create_run(  # noqa: PLR0913  (who, whose, what, when)
    session: Session,
    actor: Viewer,
    course_id: int,
    institution_id: int | None,
    fields: RunFields,
    *,
    now: datetime,
) -> CourseRun:
    """Write a draft of a run of a published course.

    Raises NotFoundError for a course without a published version or an institution that is not
    the actor's, and InvalidRunError.
    """
    if institution_id is None or not can_hold(actor, institution_id):
        raise NotFoundError
    _published(session, course_id)
    run = CourseRun(course_id=course_id, institution_id=institution_id, created_at=now)
    _fill(run, fields.checked())
    session.add(run)
    session.flush()
    _note(session, actor, "course_run.created", run)
    return run


def edit_run(
    session: Session, actor: Viewer, run_id: int, fields: RunFields, *, version: int
) -> CourseRun:
    """Change a run. Raises NotFoundError, ConflictError for a stale page, InvalidRunError."""
    run = managed_run(session, actor, run_id, lock=True)
    if run.version != version:
        raise ConflictError
    if run.state == RunState.CANCELLED:
        raise InvalidRunError("title_ko", lazy("This run was called off."))
    fields = fields.checked()
    if fields.seats is not None and fields.seats < run.taken:
        raise InvalidRunError(
            "seats", lazy("%(n)s seats are already taken; offer at least as many.", n=run.taken)
        )
    _fill(run, fields)
    run.version += 1
    session.flush()
    _note(session, actor, "course_run.edited", run)
    return run


def publish_run(session: Session, actor: Viewer, run_id: int) -> CourseRun:
    """Show a draft to everybody. Raises NotFoundError, NotAllowedNowError."""
    run = managed_run(session, actor, run_id, lock=True)
    return _move(session, actor, run, RunState.PUBLISHED, "course_run.published")


def cancel_run(session: Session, actor: Viewer, run_id: int, *, now: datetime) -> int:
    """Call a run off and tell whoever has a seat; returns how many.

    Their progress stays: they go on at their own pace. Raises NotFoundError, NotAllowedNowError.
    """
    run = managed_run(session, actor, run_id, lock=True)
    _move(session, actor, run, RunState.CANCELLED, "course_run.cancelled")
    return run_letters.tell_cancelled(session, run, now=now)


def set_pace(session: Session, actor: Viewer, course_id: int, *, self_paced: bool) -> None:
    """Say whether the course can be taken without a run or a cohort. Reading stays open.

    Raises NotFoundError for a course of another institution.
    """
    course = session.get(Course, course_id)
    if course is None or not can_hold(actor, course.institution_id):
        raise NotFoundError
    pace = session.get(CoursePace, course_id, with_for_update=True)
    if pace is None:
        pace = CoursePace(course_id=course_id, self_paced=True)
        session.add(pace)
    if pace.self_paced != self_paced:
        pace.self_paced = self_paced
        word = "opened" if self_paced else "closed"
        audit.record(session, actor, f"course_pace.{word}", kind="course", id=course_id)
    session.flush()


def managed_run(session: Session, actor: Viewer, run_id: int, *, lock: bool = False) -> CourseRun:
    """A run that this viewer manages; raises NotFoundError for any other."""
    run = session.get(CourseRun, run_id, with_for_update=lock or None, populate_existing=lock)
    if run is None or not can_manage(actor, run, session.get_one(Course, run.course_id)):
        raise NotFoundError
    return run


def _published(session: Session, course_id: int) -> None:
    found = session.scalar(
        select(CourseVersion.id).where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    )
    if found is None:
        raise NotFoundError


def _fill(run: CourseRun, fields: RunFields) -> None:
    run.title, run.seats, run.language = fields.title, fields.seats, fields.language
    run.zone = fields.starts.zone
    run.opens, run.closes, run.starts, run.ends = (
        fields.opens, fields.closes, fields.starts, fields.ends,
    )  # fmt: skip


def _move(
    session: Session, actor: Viewer, run: CourseRun, after: RunState, action: str
) -> CourseRun:
    run.state = run_machine.check(RunState(run.state), after).value
    run.version += 1
    session.flush()
    _note(session, actor, action, run)
    return run


def _note(session: Session, actor: Viewer, action: str, run: CourseRun) -> None:
    audit.record(session, actor, action, kind="course_run", id=run.id)
