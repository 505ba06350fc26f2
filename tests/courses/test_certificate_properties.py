"""Progress never falls, and a certificate exists exactly when its conditions held.

A walk is fifty steps of a person who does anything in any order: lessons, quizzes with limits,
learning offline, films, reviews, cohorts, new versions, revocations. A model in plain sets walks
beside the product. ``RUNS=2000`` walks further than a quick test.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanmadang.courses import checks
from hanmadang.courses.checks_certificates import certificates
from tests.courses.walk import whole
from tests.courses.walk.editions import built
from tests.courses.walk.seen import Watch, at_the_end
from tests.courses.walk.steps import MINUTES, MOST, VERBS, Step
from tests.courses.walk.twins import BREAKAGES
from tests.courses.walk.walker import Walker
from tests.factories.runs import make_citizen

Write = Callable[[], Any]
RUNS, TWIN_WALKS = int(os.environ.get("RUNS", "25")), 40
numbers = st.integers(0, MOST - 1)
walks = st.lists(
    st.builds(Step, st.sampled_from(VERBS), st.sampled_from(MINUTES), numbers, numbers),
    min_size=whole.STEPS,
    max_size=whole.STEPS,
)


@pytest.fixture
def begin(write: Write) -> Callable[[Any], Walker]:
    """`begin(session)`: a newcomer before a published course."""
    with write() as session:
        stage = built(session)
        who = make_citizen(session)
    return lambda session: Walker(session, who, stage)


def walk(write: Write, begin: Callable[[Any], Walker], steps: list[Step]) -> list[str]:
    """Walk; every fault found."""
    with write() as session:
        walker = begin(session)
        watch = Watch(walker)
        for step in steps:
            walker.do(step)
            watch.look()
        faults = [*walker.faults, *at_the_end(walker)]
        faults += [*checks.progress(session), *checks.attempts(session), *certificates(session)]
        session.rollback()  # the next walk starts from the same database
    return faults


@settings(
    max_examples=RUNS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(steps=walks)
def test_progress_never_falls_and_the_certificate_follows_from_it(
    begin: Callable[[Any], Walker], write: Write, steps: list[Step]
) -> None:
    assert walk(write, begin, steps) == []


@pytest.mark.parametrize("broken", sorted(BREAKAGES))
def test_the_walk_notices(broken: str, write: Write) -> None:
    """The twins: each breaks one rule, and some walk by chance finds it."""
    chance = random.Random(7)
    with write() as session:
        stage = built(session)
    with BREAKAGES[broken]():
        for _ in range(TWIN_WALKS):
            with write() as session:
                faults = whole.walk(session, stage, chance).faults
                session.rollback()
            if faults:
                return
    pytest.fail(f"no walk noticed: {broken}")
