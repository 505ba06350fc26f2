"""Composing a cohort's curriculum, fixing it, and giving it to the cohort.

Who manages a cohort composes for it. Draft, frozen and assigned are one row; each change takes the
row's lock and counts its version, so that of two composers the second is told.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.domain.cohorts import managed_cohort
from hanmadang.courses.models import Cohort, CohortMember, MemberState
from hanmadang.courses.upserts import insert_once
from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.engine.reasons import to_json
from hanmadang.curricula.models import CohortCurriculum, CurriculumState, curriculum_machine
from hanmadang.curricula.models.cohorts import FEWEST_GROUP_MINUTES, MOST_GROUP_MINUTES
from hanmadang.curricula.queries.cohorts import CohortStep, address_of, composed, polls_to_choose
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.kernel import audit
from hanmadang.kernel.errors import (
    ConflictError,
    DomainError,
    NotAllowedNowError,
    NotFoundError,
)
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.ids import digest
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account, AccountState
from hanmadang.reminders.domain import outbox

ASSIGNED = "curricula.assigned"
"""The letter that tells members."""
FIRST_MINUTES = 180
_USEFUL = timedelta(days=14)


class InvalidCurriculumError(DomainError):
    """A field of the curriculum cannot be so (422)."""

    status = 422

    def __init__(self, field: str, text: LazyText) -> None:
        super().__init__(field, text=text)
        self.field = field


class EmptyCurriculumError(DomainError):
    """There is nothing in it to fix (422)."""

    status = 422
    text = lazy("There is no lesson in it yet. Give it more minutes, or put a lesson in.")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the composer asks for."""

    minutes: int
    finish_by: date | None
    poll_id: int | None


def begin(session: Session, actor: Viewer, cohort_id: int, *, now: datetime) -> CohortCurriculum:
    """The cohort's curriculum; a draft of it, where it has none yet. Raises NotFoundError."""
    cohort = managed_cohort(session, actor, cohort_id)
    made = insert_once(
        session, CohortCurriculum, cohort_id=cohort_id, minutes=FIRST_MINUTES, pinned=[],
        skipped=[], pretests=[], steps=[], rests_on={}, engine_version=ENGINE_VERSION,
        updated_at=now, state=CurriculumState.DRAFT.value, version=1,
    )  # fmt: skip
    if made is not None:
        _note(session, actor, "cohort_curriculum.begun", cohort)
    return session.get_one(CohortCurriculum, cohort_id)


def ask_for(  # noqa: PLR0913  (who, whose, what, of which version, when)
    session: Session,
    actor: Viewer,
    cohort_id: int,
    wishes: Wishes,
    *,
    version: int,
    now: datetime,
) -> CohortCurriculum:
    """Change minutes, last day and poll of a draft.

    Raises NotFoundError, ConflictError, NotAllowedNowError, InvalidCurriculumError.
    """
    held, cohort = _draft(session, actor, cohort_id, version)
    if not FEWEST_GROUP_MINUTES <= wishes.minutes <= MOST_GROUP_MINUTES:
        raise InvalidCurriculumError("minutes", lazy("Please choose between 30 and 3,000 minutes."))
    if wishes.finish_by and wishes.finish_by <= now.date():
        raise InvalidCurriculumError("finish_by", lazy("Please choose a day to come."))
    choices = {poll_id for poll_id, _title in polls_to_choose(session, actor, cohort)}
    if wishes.poll_id not in {None, held.poll_id} | choices:
        raise InvalidCurriculumError("poll", lazy("Please choose a poll from the list."))
    held.minutes, held.finish_by = wishes.minutes, wishes.finish_by
    held.poll_id = wishes.poll_id
    _changed(session, held, now)
    _note(session, actor, "cohort_curriculum.changed", cohort)
    return held


def place(  # noqa: PLR0913  (who, whose, which, where, of which version, when)
    session: Session,
    actor: Viewer,
    cohort_id: int,
    lesson: str,
    *,
    inside: bool | None,
    version: int,
    now: datetime,
) -> CohortCurriculum:
    """Put a lesson into a draft (True), leave it out (False), or let the answers decide (None).

    `lesson` is its place, `course/module/unit`. Raises NotFoundError, ConflictError,
    NotAllowedNowError.
    """
    held, cohort = _draft(session, actor, cohort_id, version)
    shelf = read_shelf(session, cohort.language)
    if lesson not in {address_of(each) for each in shelf.lessons.values()}:
        raise NotFoundError
    held.pinned = _with(held.pinned, lesson, wanted=inside is True)
    held.skipped = _with(held.skipped, lesson, wanted=inside is False)
    _changed(session, held, now)
    _note(session, actor, "cohort_curriculum.placed", cohort, f"{inside}:{lesson}")
    return held


def freeze(
    session: Session, actor: Viewer, cohort_id: int, *, version: int, now: datetime
) -> CohortCurriculum:
    """Fix a draft as the answers have it now; `now` in the house's zone, for days to begin by.

    Raises NotFoundError, ConflictError, NotAllowedNowError, EmptyCurriculumError.
    """
    held, cohort = _draft(session, actor, cohort_id, version)
    found = composed(session, read_shelf(session, cohort.language), held, today=now.date())
    if not found.steps:
        raise EmptyCurriculumError
    held.steps = [_stored(step) for step in found.steps]
    held.rests_on, held.engine_version = found.rests_on.to_json(), ENGINE_VERSION
    held.frozen_at = now
    _step(held, CurriculumState.FROZEN)
    _changed(session, held, now)
    _note(session, actor, "cohort_curriculum.frozen", cohort, f"{len(held.steps)} lessons")
    return held


def reopen(
    session: Session, actor: Viewer, cohort_id: int, *, version: int, now: datetime
) -> CohortCurriculum:
    """Compose on: a frozen or assigned curriculum becomes a draft, and members see it no more.

    Raises NotFoundError, ConflictError, NotAllowedNowError.
    """
    held, cohort = _held(session, actor, cohort_id, version)
    _step(held, CurriculumState.DRAFT)
    held.steps, held.rests_on, held.frozen_at, held.assigned_at = [], {}, None, None
    _changed(session, held, now)
    _note(session, actor, "cohort_curriculum.reopened", cohort)
    return held


def assign(session: Session, actor: Viewer, cohort_id: int, *, version: int, now: datetime) -> int:
    """Give a frozen curriculum to the cohort and write to each member; how many.

    Raises NotFoundError, ConflictError, NotAllowedNowError.
    """
    held, cohort = _held(session, actor, cohort_id, version)
    _step(held, CurriculumState.ASSIGNED)
    held.assigned_at = now
    _changed(session, held, now)
    _note(session, actor, "cohort_curriculum.assigned", cohort)
    return _tell(session, held, cohort, now)


def mark_of(held: CohortCurriculum) -> str:
    """Names what was assigned, so that an older letter is not sent."""
    return digest(repr(held.steps))[:16]


def _tell(session: Session, held: CohortCurriculum, cohort: Cohort, now: datetime) -> int:
    rows = session.execute(
        select(Account.email, CohortMember.locale, Account.id)
        .join(CohortMember, CohortMember.account_id == Account.id)
        .where(
            CohortMember.cohort_id == cohort.id,
            CohortMember.state == MemberState.JOINED.value,
            Account.state == AccountState.ACTIVE.value,
        )
    ).all()
    mark = mark_of(held)
    mail = outbox.Mail(
        kind=ASSIGNED,
        subject=cohort.mail_subject,
        key=mark,
        due_at=now,
        not_after=now + _USEFUL,
        payload={"cohort_id": cohort.id, "mark": mark},
        priority=7,
    )
    people = [outbox.Recipient(*row) for row in rows]
    outbox.enqueue_all(session, ((mail, each) for each in people), now=now)
    return len(people)


def _draft(
    session: Session, actor: Viewer, cohort_id: int, version: int
) -> tuple[CohortCurriculum, Cohort]:
    held, cohort = _held(session, actor, cohort_id, version)
    if held.state != CurriculumState.DRAFT:
        raise NotAllowedNowError
    return held, cohort


def _held(
    session: Session, actor: Viewer, cohort_id: int, version: int
) -> tuple[CohortCurriculum, Cohort]:
    cohort = managed_cohort(session, actor, cohort_id)
    held = session.get(CohortCurriculum, cohort_id, with_for_update=True, populate_existing=True)
    if held is None:
        raise NotFoundError
    if held.version != version:
        raise ConflictError
    return held, cohort


def _step(held: CohortCurriculum, after: CurriculumState) -> None:
    held.state = curriculum_machine.check(CurriculumState(held.state), after).value


def _changed(session: Session, held: CohortCurriculum, now: datetime) -> None:
    held.version, held.updated_at = held.version + 1, now
    session.flush()


def _stored(step: CohortStep) -> dict[str, object]:
    return {
        "place": address_of(step.lesson),
        "unit": step.lesson.unit_id,
        "minutes": step.minutes,
        "reasons": [to_json(reason) for reason in step.reasons],
        "learns": [],
        "start_by": step.start_by.isoformat() if step.start_by else None,
    }


def _with(places: list[object], lesson: str, *, wanted: bool) -> list[object]:
    rest = [place for place in places if place != lesson]
    return sorted([*rest, lesson], key=str) if wanted else rest


def _note(session: Session, actor: Viewer, action: str, cohort: Cohort, detail: str = "") -> None:
    audit.record(session, actor, action, kind="course_cohort", id=cohort.id, detail=detail)
