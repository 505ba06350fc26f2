"""A merged competency: whatever was said of it counts for its successor, in every corner."""

import pytest
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from hanmadang.curricula.engine.cohort import Shown
from hanmadang.curricula.models import DemandFigure, Wanted
from hanmadang.curricula.queries.cohorts import rests_on
from hanmadang.curricula.queries.items import offered
from hanmadang.curricula.queries.lessons import lesson_on_offer
from hanmadang.curricula.queries.public_demand import public_demand
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.curricula.queries.taking import lessons_on
from hanmadang.kernel.vocabulary import Competency, CompetencyNeed
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState
from tests.curricula.conftest import House, Opener
from tests.curricula.test_cohorts import Class, begun, grown, klass, pretest, pretests_told, vote
from tests.factories import polls
from tests.factories.curricula import unit_id

__all__ = ["klass"]
OLD, NEW = "armistice-contents", "armistice"


def merge(session: Session, old: str = OLD, new: str = NEW) -> None:
    """As an approved change of the graph leaves it."""
    _take_out(session, old, state="merged", merged_into=new)


def retire(session: Session, code: str) -> None:
    _take_out(session, code, state="retired")


def _take_out(session: Session, code: str, **values: str) -> None:
    session.execute(update(Competency).where(Competency.code == code).values(values))
    ends = (CompetencyNeed.competency_code, CompetencyNeed.needs_code)
    session.execute(delete(CompetencyNeed).where(or_(*(end == code for end in ends))))


def test_a_groups_poll_and_pretests_count_for_it(write: Opener, klass: Class) -> None:
    with write() as session:
        vote(session, klass, 20, knowledge=0, topic=1)
        vote(session, klass, 20, knowledge=1, topic=1)
        change_state(session, None, klass.poll_id, PollState.CLOSED, now=polls.NOW)
        half_pass(session, klass)
        merge(session)
        found = rests_on(session, read_shelf(session, "ko"), begun(session, klass))
        assert found.shown == (Shown(NEW, 30, 60),)


def half_pass(session: Session, klass: Class) -> None:
    """Ten of twenty members show in a pre-test that they know it."""
    for place, member in enumerate(grown(session, klass, 20)):
        session.add(pretest(session, member, right=2 * (place % 2)))
    assert pretests_told(session, klass)


def test_what_is_retired_is_no_gap_of_the_group(write: Opener, klass: Class) -> None:
    with write() as session:
        half_pass(session, klass)
        retire(session, NEW)
        found = rests_on(session, read_shelf(session, "ko"), begun(session, klass))
        assert found.shown == ()


def test_lessons_on_its_successor_answer_the_demand_for_it(
    house_with_poll: House, write: Opener
) -> None:
    with write() as session:
        question = session.get_one(Poll, house_with_poll.poll_id).questions[0]
        change_state(session, None, house_with_poll.poll_id, PollState.CLOSED, now=polls.NOW)
        for place, code in enumerate((OLD, NEW)):
            session.add(
                DemandFigure(
                    question_id=question.id, place=place, poll_id=house_with_poll.poll_id,
                    wanted=Wanted.GAP.value, codes=[code], count=20, n=40,
                )
            )  # fmt: skip
        merge(session)
        shelf = read_shelf(session, "en")
        assert [lesson.unit_slug for lesson in lessons_on(shelf, Wanted.GAP, OLD)] == ["line"]
        [gap] = public_demand(session, shelf).gaps
        assert (gap.code, gap.count, gap.n, gap.covered.is_gap) == (NEW, 40, 80, False)


@pytest.mark.parametrize("named", [{"peace"}, None])
def test_its_questions_ask_about_its_successor(
    house_with_poll: House, write: Opener, named: set[str] | None
) -> None:
    assert house_with_poll.poll_id
    with write() as session:
        merge(session, "armistice", "peace")
        assert [each.item.competency for each in offered(session, "en", named)] == ["peace"]
        assert lesson_on_offer(session, unit_id(session, "line")).teaches == {"peace"}


def test_nobody_is_asked_about_what_is_retired(house_with_poll: House, write: Opener) -> None:
    assert house_with_poll.poll_id
    with write() as session:
        retire(session, "armistice")
        assert offered(session, "en") == []
        assert lesson_on_offer(session, unit_id(session, "line")).teaches == frozenset()
