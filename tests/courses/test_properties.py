"""Progress never falls, and the order or repetition of what arrives does not matter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.domain import QuestionsOpenError
from hanmadang.courses.models import Enrolment, Question, QuestionProgress, UnitProgress
from hanmadang.courses.queries.standing import progress_in
from hanmadang.kernel.fsck import differences
from tests.courses.conftest import NOW, Classroom

Write = Callable[[], Any]


@dataclass(frozen=True)
class Step:
    """One request of a person: the number makes it unique, the rest says what it does."""

    number: int
    verb: str
    unit: int
    choice: int


steps = st.lists(
    st.builds(
        Step,
        number=st.integers(0, 6),
        verb=st.sampled_from(["open", "reach", "answer", "complete"]),
        unit=st.integers(0, 2),
        choice=st.integers(0, 2),
    ),
    max_size=14,
)
SLUGS = {0: (), 1: ("first", "second"), 2: ("third",)}
quick = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def take(session: Session, room: Classroom, step: Step) -> None:
    unit_id, now = room.units[step.unit], NOW + timedelta(minutes=step.number)
    who = room.citizen
    if step.verb == "open":
        domain.open_unit(session, who, unit_id, now=now)
    elif step.verb == "reach":
        domain.reach_block(session, who, unit_id, 1 + step.choice % 2, now=now)
    elif step.verb == "answer" and SLUGS[step.unit]:
        slug = SLUGS[step.unit][step.number % len(SLUGS[step.unit])]
        key = f"key-{step.number}-{step.choice}"
        domain.answer(session, who, unit_id, {slug: [step.choice]}, key=key, now=now)
    elif step.verb == "complete":
        _try_to_complete(session, room, unit_id, now)


def _try_to_complete(session: Session, room: Classroom, unit_id: int, now: Any) -> None:
    try:
        domain.complete(session, room.citizen, unit_id, now=now)
    except QuestionsOpenError:
        session.flush()


def numbers(session: Session, room: Classroom) -> tuple[int, int, int]:
    session.flush()
    progress = progress_in(room.account_id, room.version_id)
    return progress.units_done, progress.questions_right, progress.met


def state(session: Session) -> tuple[Any, ...]:
    """Everything that must not depend on order or repetition."""
    session.flush()
    units = session.execute(
        select(
            UnitProgress.unit_id, UnitProgress.state, UnitProgress.last_block,
            UnitProgress.answered, UnitProgress.right,
        ).order_by(UnitProgress.unit_id)
    )  # fmt: skip
    questions = session.execute(
        select(Question.slug, QuestionProgress.right_at.is_not(None))
        .join(Question, Question.id == QuestionProgress.question_id)
        .order_by(Question.slug)
    )
    return [tuple(row) for row in units], [tuple(row) for row in questions]


def outcome(write: Write, room: Classroom, sequence: Sequence[Step]) -> tuple[Any, ...]:
    """The state after a sequence, undone afterwards."""
    with write() as session:
        for step in sequence:
            take(session, room, step)
        found = state(session)
        assert differences(session) == []
        session.rollback()  # the next example starts from the same database
    return found


@quick
@given(sequence=steps)
def test_the_numbers_never_fall(classroom: Classroom, write: Write, sequence: list[Step]) -> None:
    with write() as session:
        before = numbers(session, classroom)
        for step in sequence:
            take(session, classroom, step)
            after = numbers(session, classroom)
            assert all(new >= old for new, old in zip(after, before, strict=True))
            before = after
        session.rollback()  # the next example starts from the same database


@quick
@given(sequence=steps, data=st.data())
def test_order_does_not_matter(
    classroom: Classroom, write: Write, sequence: list[Step], data: st.DataObject
) -> None:
    events = [step for step in sequence if step.verb != "complete" or step.unit == 0]
    shuffled = data.draw(st.permutations(events))
    assert outcome(write, classroom, shuffled) == outcome(write, classroom, events)


@quick
@given(sequence=steps, data=st.data())
def test_repetition_does_not_matter(
    classroom: Classroom, write: Write, sequence: list[Step], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(sequence), max_size=6)) if sequence else []
    assert outcome(write, classroom, [*sequence, *again]) == outcome(
        write, classroom, [*sequence, *[step for step in again if step.verb == "complete"]]
    )


@quick
@given(sequence=steps)
def test_a_completion_keeps_its_first_instant(
    classroom: Classroom, write: Write, sequence: list[Step]
) -> None:
    first: dict[int, Any] = {}
    with write() as session:
        for step in sequence:
            take(session, classroom, step)
            session.flush()
            for unit in session.scalars(select(UnitProgress)):
                done_at = unit.completed_at
                assert done_at is None or first.setdefault(unit.unit_id, done_at) == done_at
        session.rollback()  # the next example starts from the same database


@quick
@given(sequence=steps)
def test_continue_leads_to_an_open_unit_while_there_is_one(
    classroom: Classroom, write: Write, sequence: list[Step]
) -> None:
    with write() as session:
        for step in sequence:
            take(session, classroom, step)
        session.flush()
        done = set(
            session.scalars(select(UnitProgress.unit_id).where(UnitProgress.state == "done"))
        )
        here = session.scalars(select(Enrolment.resume_unit_id)).one()
        assert here not in done or done == set(classroom.units)
        session.rollback()  # the next example starts from the same database
