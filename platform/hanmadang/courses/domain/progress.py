"""What the verbs share: noting an event once, and the progress that follows from it.

Callers hold the person's enrolment row, so that two requests of one person take turns.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.attempts import counts, policy_of
from hanmadang.courses.models import (
    Enrolment,
    EventKind,
    LearningEvent,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
    UnitState,
    unit_machine,
)
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer


class NotEnrolledError(NotAllowedNowError):
    """The person does not take this course, or takes another version of it."""

    text = lazy("Start the course first, then your progress can be kept.")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened in a unit, once under each `key`."""

    kind: EventKind
    at: datetime
    key: str = ""
    """What tells it from others of its kind in the unit; empty where there is only one."""
    block: int | None = None
    client_at: datetime | None = None


_HELD = (
    select(Enrolment, Unit)
    .join(Unit, Unit.version_id == Enrolment.course_version_id)
    .where(Unit.id == bindparam("unit_id"), Enrolment.account_id == bindparam("account_id"))
    .with_for_update(of=Enrolment)
)


def held(session: Session, actor: Viewer, unit_id: int) -> tuple[Enrolment, Unit]:
    """The person's enrolment in the unit's version, held until the commit, and the unit.

    Raises NotEnrolledError.
    """
    row = session.execute(_HELD, {"unit_id": unit_id, "account_id": actor.id}).first()
    if row is None:
        raise NotEnrolledError
    enrolment, unit = row
    return enrolment, unit


def note(session: Session, account_id: int, unit_id: int, happened: Happening) -> int | None:
    """Write an event down; returns its id, or None when it was noted before."""
    return insert_once(
        session,
        LearningEvent,
        account_id=account_id,
        key=f"{unit_id}:{happened.kind}:{happened.key}",
        kind=happened.kind.value,
        unit_id=unit_id,
        block=happened.block,
        client_at=happened.client_at,
        at=happened.at,
    )


def start(session: Session, account_id: int, unit_id: int) -> UnitProgress:
    """The person's progress in the unit, begun if it was not."""
    begun = session.get(UnitProgress, (account_id, unit_id))
    if begun is not None:
        return begun
    state = unit_machine.check(UnitState.NOT_STARTED, UnitState.STARTED)
    insert_once(
        session,
        UnitProgress,
        account_id=account_id,
        unit_id=unit_id,
        state=state.value,
        last_block=1,
        answered=0,
        right=0,
    )
    return session.get_one(UnitProgress, (account_id, unit_id))


def finish(progress: UnitProgress, at: datetime) -> None:
    """Mark the unit done at that instant; what is done already keeps its instant."""
    if progress.state == UnitState.DONE.value:
        return
    progress.state = unit_machine.check(UnitState(progress.state), UnitState.DONE).value
    progress.completed_at = at


def recount(session: Session, progress: UnitProgress) -> None:
    """Bring the counters in line with the person's answered questions of the unit."""
    progress.answered, progress.right = session.execute(
        select(func.count(), func.count(QuestionProgress.right_at))
        .join(Question, Question.id == QuestionProgress.question_id)
        .where(
            QuestionProgress.account_id == progress.account_id,
            Question.unit_id == progress.unit_id,
        )
    ).one()


def all_answered(unit: Unit, progress: UnitProgress) -> bool:
    """Whether the unit's practice has questions and each was answered."""
    return not counts(policy_of(unit.quiz)) and 0 < unit.question_count <= progress.answered


def be_done(session: Session, enrolment: Enrolment, reached: UnitProgress, now: datetime) -> None:
    """Note that the unit is done, once, and let "continue" lead on."""
    account_id, unit_id = reached.account_id, reached.unit_id
    if reached.completed_at is None:
        note(session, account_id, unit_id, Happening(EventKind.COMPLETED, now))
    finish(reached, now)
    enrolment.touched_at = now
    leave_done_unit(session, enrolment)


def remember_place(
    enrolment: Enrolment, progress: UnitProgress, now: datetime, *, anchor: str = ""
) -> None:
    """Let "continue" lead here; a unit done before, read again, does not move it.

    To the questions, once one was answered; else to the furthest block; `anchor` knows better.
    """
    enrolment.touched_at = now
    if progress.state == UnitState.DONE.value:
        return
    enrolment.resume_unit_id = progress.unit_id
    enrolment.resume_anchor = anchor or anchor_of(progress)


def anchor_of(progress: UnitProgress) -> str:
    """Where reading goes on in a unit."""
    return "questions" if progress.answered else f"block-{progress.last_block}"


def leave_done_unit(session: Session, enrolment: Enrolment) -> None:
    """If "continue" leads to a unit that is done, let it lead to the next one that is not."""
    session.flush()
    here = session.get_one(Unit, enrolment.resume_unit_id)
    open_units = (
        select(Unit.id)
        .outerjoin(
            UnitProgress,
            (UnitProgress.unit_id == Unit.id)
            & (UnitProgress.account_id == enrolment.account_id)
            & (UnitProgress.state == UnitState.DONE.value),
        )
        .where(Unit.version_id == here.version_id, UnitProgress.unit_id.is_(None))
        .order_by(Unit.position < here.position, Unit.position)
    )
    following = session.scalars(open_units.limit(1)).first()
    if following is not None and following != here.id:
        enrolment.resume_unit_id, enrolment.resume_anchor = following, "block-1"
