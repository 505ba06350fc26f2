"""A class for tests: a cohort in a run, who teaches it, and who learns in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from hanmadang.courses.domain import cohorts, learning
from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account
from tests.factories import courses as make
from tests.factories.events import make_institution
from tests.factories.people import make_account, open_session
from tests.factories.runs import ADMIN, NOW, in_weeks, join, make_citizen, make_cohort, make_run

BAD_NAME = "=HYPERLINK(1)"
"""A name that a spreadsheet would take for a formula."""


@dataclass(frozen=True)
class Class:
    """A cohort in a run, its instructor, and three learners: done, stuck, not begun."""

    run_id: int
    cohort_id: int
    course_id: int
    units: list[int]
    teacher_id: int
    quick: int
    stuck: int
    new: int


@pytest.fixture
def frozen() -> Any:
    with clock.frozen(NOW) as advance:
        yield advance


@pytest.fixture
def group(write: Callable[[], Any], frozen: Any) -> Class:
    with write() as session:
        place = make_institution(session, "school").id
        units = [make.unit("one"), make.unit("two", [make.question("first")])]
        version = make.publish(session, make.course(*units), institution_id=place)
        run = make_run(
            session, version.course_id, institution_id=place, seats=9, opens=in_weeks(-8)
        )
        cohort = make_cohort(session, version.course_id, institution_id=place, run_id=run.id)
        teacher = make_account(session)
        cohorts.add_instructor(session, ADMIN, cohort.id, teacher.email, now=NOW)
        ids = make.unit_ids(session, version)
        people = [
            make_citizen(session, name=name, locale=locale, email=f"{locale}{name[:3]}@example.org")
            for name, locale in (("Quick", "en"), (BAD_NAME, "ko"), ("New", "ko"))
        ]
        quick, stuck, _new = people
        for who in people:
            join(session, cohort, who, NOW - timedelta(days=20))
        _learn(session, quick, stuck, ids)
        return Class(
            run.id, cohort.id, version.course_id, ids, teacher.id, *(who.id for who in people)
        )


def _learn(session: Any, quick: Viewer, stuck: Viewer, units: list[int]) -> None:
    then = NOW - timedelta(days=15)
    for who in (quick, stuck):
        learning.complete(session, who, units[0], now=then)
    learning.answer(session, quick, units[1], {"first": [1]}, key="a", now=then)
    for step, choice in enumerate((0, 2, 0)):
        at = then + timedelta(minutes=step)
        learning.answer(session, stuck, units[1], {"first": [choice]}, key=str(step), now=at)


@pytest.fixture
def browser(app: Any, write: Any) -> Callable[[int], Any]:
    """The browser of an account that exists."""

    def enter(account_id: int) -> Any:
        with write() as session:
            cookie = open_session(session, session.get_one(Account, account_id))
        found = app.test_client()
        found.set_cookie("hm_session", cookie)
        return found

    return enter
