"""By night, and when a poll closes: numbers from everybody's answers, paths made beforehand."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.curricula import domain, fit_child, queries
from hanmadang.curricula.domain import nightly, set_aside, store_plans
from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.engine.pretest import Asked
from hanmadang.curricula.engine.tracing import Parameters, Skill
from hanmadang.curricula.fitted import from_json, to_json
from hanmadang.curricula.jobs import night, replan
from hanmadang.curricula.models import (
    Basis,
    Choice,
    FittedParameters,
    ReplanRun,
    RunCause,
    StoredPlan,
)
from hanmadang.curricula.queries.crowd import remade, remade_of
from hanmadang.curricula.queries.nightly import latest_parameters, polls_to_follow
from hanmadang.curricula.wishes import Wishes
from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Viewer
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls import children
from hanmadang.polls import domain as polls_domain
from hanmadang.polls.models import PollState
from tests.curricula.conftest import House, Opener
from tests.factories.curricula import NOW, answered_by_a_lesson, answers_by, bring, brought, unit_id
from tests.factories.people import make_account

NUMBERS = Parameters(
    {"war": Skill(0.9, 0.2, 0.3, 0.05, 0.8)}, Skill(0.6), (0.1, 0.9, 0.4), (-0.3, 1.0, 0.8)
)
NIGHT = datetime.fromisoformat("2026-11-22T03:10:00+09:00")


@pytest.fixture
def at_night(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands at ten past three in Seoul."""
    monkeypatch.setattr("hanmadang.kernel.clock.now", lambda: NIGHT)
    return NIGHT


def test_numbers_come_back_from_the_store_as_they_went_in() -> None:
    assert from_json(to_json(NUMBERS)).mark == NUMBERS.mark


def test_the_last_numbers_hold_for_every_path(
    house_with_poll: House, write: Opener, plan: Callable[..., Any]
) -> None:
    before = plan(house_with_poll.account_id)
    with write() as session:
        nightly.store_parameters(
            session, date(2026, 11, 21), people=40, answers=400, numbers=to_json(NUMBERS)
        )
    after = plan(house_with_poll.account_id)
    assert after.parameters == NUMBERS
    assert after.inputs_hash != before.inputs_hash
    assert after.estimates()["war"].known > before.estimates()["war"].known


def test_too_few_answers_and_another_engine_leave_the_defaults(write: Opener, read: Opener) -> None:
    with write() as session:
        nightly.store_parameters(
            session, date(2026, 11, 20), people=40, answers=400, numbers=to_json(NUMBERS)
        )
        session.scalars(select(FittedParameters)).one().engine_version = "0"
    with read() as session:
        assert latest_parameters(session) is None
    with write() as session:
        nightly.store_parameters(session, date(2026, 11, 21), people=2, answers=9, numbers=None)
    with read() as session:
        assert latest_parameters(session) is None


def test_only_the_last_thirty_fittings_are_kept(write: Opener, read: Opener) -> None:
    with write() as session:
        for day in range(40):
            nightly.store_parameters(
                session, date(2026, 1, 1) + timedelta(day), people=0, answers=0, numbers=None
            )
    with read() as session:
        days = session.scalars(select(FittedParameters.fitted_on).order_by("id")).all()
    assert (len(days), days[-1]) == (30, date(2026, 2, 9))


def test_answers_set_aside_move_nobodys_numbers(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        people = [make_account(session).id for _ in range(2)]
        for person in people:
            answers_by(session, person, right=(False, True))
        set_aside(session, Viewer(people[0]), Basis.QUIZ, "armistice", today=date(2026, 11, 21))
    with read() as session:
        assert fit_child.usable(session) == [(("armistice", False), ("armistice", True))]


def test_few_people_fit_no_numbers(
    app: Flask, house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        answers_by(session, make_account(session).id, right=(True,) * 400)
    night.fit(app, date(2026, 11, 21))
    with read() as session:
        row = session.scalars(select(FittedParameters)).one()
    assert (row.people, row.answers, row.numbers) == (1, 200, None)


def test_by_night_numbers_are_fitted_and_stored_paths_made_anew(
    app: Flask, house_with_poll: House, write: Opener, read: Opener, at_night: datetime
) -> None:
    with write() as session:
        for _ in range(40):
            answers_by(session, make_account(session).id, right=(False, True) * 5)
        session.add(_old_plan(house_with_poll.account_id))
    night.work_by_night(app)
    with read() as session:
        fitted = session.scalars(select(FittedParameters)).one()
        run = session.scalars(select(ReplanRun)).one()
        stored = session.scalars(select(StoredPlan)).one()
        parameters = latest_parameters(session)
    assert (fitted.people, fitted.answers, fitted.engine_version) == (40, 400, ENGINE_VERSION)
    assert parameters is not None
    assert set(parameters.skills) == {"armistice"}
    assert (run.cause, run.ref, run.looked_at, run.made) == ("night", "2026-11-22", 1, 1)
    assert run.ended_at is not None
    assert stored.steps
    night.work_by_night(app)
    with read() as session:
        assert session.scalars(select(ReplanRun.made)).all() == [1]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_night_makes_exactly_the_path_that_the_page_would(
    house_with_poll: House, write: Opener, read: Opener, plan: Callable[..., Any], language: str
) -> None:
    person, poll_id = house_with_poll.account_id, house_with_poll.poll_id
    with write() as session:
        actor, songs, war = Viewer(person), unit_id(session, "songs"), unit_id(session, "war")
        domain.choose(session, actor, songs, Choice.PINNED, now=NOW)
        domain.check(session, actor, war, [Asked(1, "war", right=True)], now=NOW)
        bring(session, person, brought(poll_id, ("armistice", 1, 2), topics=("culture",)))
        wishes = Wishes(90, {"security": 2}, date(2027, 1, 31), captions=True, longest=20)
        domain.wish(session, person, wishes)
        polls_domain.change_state(session, None, poll_id, PollState.CLOSED, now=NOW)
        session.add_all(answered_by_a_lesson(session, poll_id))
        nightly.store_parameters(
            session, date(2026, 11, 21), people=40, answers=400, numbers=to_json(NUMBERS)
        )
        session.add(_old_plan(person, language))
    page = plan(person, language)
    assert page.parameters == NUMBERS
    assert page.learner.follow_ups
    with read() as session:
        now = clock.now().astimezone(clock.zone("Asia/Seoul"))
        [night] = remade(session, [person], now=now)
    assert night == remade_of(page, person, language, night.was)


def test_nothing_is_done_before_three_o_clock(
    app: Flask, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanmadang.kernel.clock.now", lambda: NIGHT - timedelta(minutes=20))
    night.work_by_night(app)
    with read() as session:
        assert session.scalars(select(FittedParameters)).all() == []


def test_when_a_poll_closes_the_paths_of_those_who_brought_its_answers_are_there(
    app: Flask, house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        stranger = make_account(session).id
        what = brought(house_with_poll.poll_id, ("war", 0, 1), topics=("culture",))
        bring(session, house_with_poll.account_id, what)
    replan.follow_polls(app)
    with read() as session:
        assert session.scalars(select(StoredPlan)).all() == []
    _close(write, house_with_poll)
    replan.follow_polls(app)
    with read() as session:
        stored = session.scalars(select(StoredPlan)).one()
        assert stored.account_id == house_with_poll.account_id != stranger
        assert polls_to_follow(session, NOW) == []
        made = queries.plan_for(
            session, queries.facts_of_account(session, stored.account_id, NIGHT), stored.language,
            now=stored.created_at.astimezone(NIGHT.tzinfo),
        )  # fmt: skip
    assert (made.is_new, made.plan.to_json()["steps"]) == (False, stored.steps)


def test_what_was_made_before_a_withdrawal_is_not_stored_after_it(
    app: Flask, house_with_poll: House, write: Opener, read: Opener
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        bring(session, account_id, brought(house_with_poll.poll_id, ("war", 0, 1)))
    with read() as session:
        [path] = remade(session, [account_id], now=NIGHT)
    with write() as session:
        consents.withdraw(session, account_id, ConsentKind.PATH, now=NOW)
    with write() as session:
        assert store_plans(session, [path], now=NOW) == 0
    with read() as session:
        assert session.scalars(select(StoredPlan)).all() == []


def test_a_path_that_its_person_changed_meanwhile_stays(
    app: Flask, house_with_poll: House, write: Opener, read: Opener
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        session.add(_old_plan(account_id))
    with read() as session:
        [path] = remade(session, [account_id], now=NIGHT)
    with write() as session:
        session.scalars(select(StoredPlan)).one().inputs_hash = "another"
    with write() as session:
        assert store_plans(session, [path], now=NOW) == 0


def test_a_run_that_fails_is_gone_on_with_where_it_stood(
    app: Flask, house_with_poll: House, write: Opener, read: Opener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with write() as session:
        people = [house_with_poll.account_id, *(make_account(session).id for _ in range(2))]
        session.add_all(map(_old_plan, people))
    monkeypatch.setattr(replan, "PER_CHILD", 1)
    monkeypatch.setattr(replan, "processes", lambda: 1)
    asked = children.ask

    def fails(app: Flask, child: children.Child, order: Any) -> Any:
        if people[1] in order["people"]:
            raise children.ChildError("broken")
        return asked(app, child, order)

    monkeypatch.setattr(children, "ask", fails)
    with pytest.raises(children.ChildError):
        replan.run(app, RunCause.NIGHT, "2026-11-22")
    monkeypatch.setattr(children, "ask", asked)
    with read() as session:
        assert session.scalars(select(ReplanRun.upto)).all() == [people[0]]
    assert replan.run(app, RunCause.NIGHT, "2026-11-22")
    assert not replan.run(app, RunCause.NIGHT, "2026-11-22")
    with read() as session:
        row = session.scalars(select(ReplanRun)).one()
        assert (row.looked_at, row.made, row.upto) == (3, 3, people[2])


def test_a_run_belongs_to_one_process_at_a_time(write: Opener) -> None:
    with write() as session:
        held = nightly.claim(session, RunCause.NIGHT, "2026-11-22", now=NOW)
        assert held is not None
        assert nightly.claim(session, RunCause.NIGHT, "2026-11-22", now=NOW) is None
        later = NOW + timedelta(minutes=11)
        other = nightly.claim(session, RunCause.NIGHT, "2026-11-22", now=later)
        assert other is not None
        late = nightly.get_on(session, held, upto=5, looked_at=5, made=5, now=later)
        assert (other.upto, late) == (0, None)


def _old_plan(account_id: int, language: str = "ko") -> StoredPlan:
    return StoredPlan(
        account_id=account_id, language=language, created_at=NOW, engine_version="0",
        inputs_hash="old", steps=[], omitted=[],
    )  # fmt: skip


def _close(write: Opener, house: House) -> None:
    with write() as session:
        polls_domain.change_state(
            session, None, house.poll_id, PollState.CLOSED, now=datetime.now(NIGHT.tzinfo)
        )
