"""A certificate exists exactly when its conditions held at some moment, whatever a person does.

A model of a dozen lines walks beside the product. ``RUNS=2000`` walks further than a quick test.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.checks_certificates import certificates as check
from hanmadang.courses.models import Certificate, CourseVersion, Module, Unit
from tests.courses.conftest import NOW, Classroom
from tests.factories import courses as make

Write = Callable[[], Any]
Shape = Mapping[str, tuple[str, ...]]
"""{unit: its questions}."""
SHAPES: tuple[Shape, ...] = (
    {"one": (), "two": ("first", "second"), "three": ("third",)},
    {"one": (), "two": ("first",)},
    {"one": (), "two": ("first", "second"), "four": ()},
)
RIGHT = {"first": [1], "second": [0, 2], "third": [1]}
STEPS = 50
walks = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from(sorted(RIGHT)), st.sampled_from([1, 1, 0])),
        st.tuples(st.just("complete"), st.sampled_from(["one", "four", "two"]), st.just(0)),
        st.tuples(st.just("publish"), st.just(""), st.integers(0, 2)),
        st.tuples(st.just("switch"), st.just(""), st.just(0)),
    ),
    max_size=STEPS,
)


@dataclass
class Model:
    """What must be so: units done and questions answered, in the version that is taken."""

    shape: Shape
    newest: Shape
    done: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    right: set[str] = field(default_factory=set)
    certified: bool = False

    def look(self) -> None:
        """Units follow from answers, the certificate from both."""
        asked = {each for questions in self.shape.values() for each in questions}
        full = {unit for unit, each in self.shape.items() if each and {*each} <= self.answered}
        self.done |= full
        self.certified |= set(self.shape) <= self.done and asked <= self.right

    def switch(self) -> None:
        """What exists in both versions is kept."""
        asked = {each for questions in self.newest.values() for each in questions}
        self.done &= set(self.newest)
        self.answered, self.right = self.answered & asked, self.right & asked
        self.shape = self.newest
        self.look()


def spec(shape: Shape) -> Any:
    of = {"first": make.question, "second": make.several, "third": make.question}
    units = [make.unit(unit, [of[slug](slug) for slug in asked]) for unit, asked in shape.items()]
    return make.course(*units)


def unit_of(session: Session, room: Classroom, slug: str) -> int:
    """The unit of that name in the version the person takes."""
    enrolment = domain.enrol(session, room.citizen, room.course_id, locale="ko", now=NOW)
    return session.scalars(
        select(Unit.id)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .where(CourseVersion.id == enrolment.course_version_id, Unit.slug == slug)
    ).one()


def take(session: Session, room: Classroom, model: Model, step: Any, number: int) -> None:
    """One step of the person in the product and in the model."""
    verb, slug, choice = step
    now = NOW + timedelta(minutes=number)
    if verb == "publish":
        make.publish(session, spec(SHAPES[choice]))
        model.newest = SHAPES[choice]
    elif verb == "switch":
        domain.switch(session, room.citizen, room.course_id, now=now)
        model.switch()
    elif verb == "complete" and slug in model.shape:
        _complete(session, room, model, slug, now)
    elif verb == "answer":
        unit = next((unit for unit, each in model.shape.items() if slug in each), None)
        if unit is None:
            return
        given_ = {slug: RIGHT[slug] if choice else [0]}
        unit_id, key = unit_of(session, room, unit), str(number)
        domain.answer(session, room.citizen, unit_id, given_, key=key, now=now)
        model.answered.add(slug)
        model.right |= {slug} if choice else set()
        model.look()


def _complete(session: Session, room: Classroom, model: Model, unit: str, now: Any) -> None:
    try:
        domain.complete(session, room.citizen, unit_of(session, room, unit), now=now)
    except domain.QuestionsOpenError:
        session.flush()
        return
    model.done.add(unit)
    model.look()


@settings(
    max_examples=int(os.environ.get("RUNS", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(walk=walks)
def test_it_exists_exactly_when_its_conditions_held(
    classroom: Classroom, write: Write, walk: list[Any]
) -> None:
    with write() as session:
        model = Model(SHAPES[0], SHAPES[0])
        first = None
        for number, step in enumerate(walk):
            take(session, classroom, model, step, number)
            held = session.scalars(select(Certificate.number)).all()
            assert len(held) == model.certified
            first = first or (held[0] if held else None)
            assert held == ([first] if first else [])
        assert list(check(session)) == []
        session.rollback()  # the next example starts from the same database
