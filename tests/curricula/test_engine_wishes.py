"""What a person may wish of a path, and what partners and dates ask of it."""

from dataclasses import replace
from datetime import date

import pytest

from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import (
    Catalogue,
    Competency,
    Evening,
    FollowUp,
    InterestEvidence,
    Learner,
    Source,
    inputs_hash,
)
from hanmadang.curricula.engine.plan import Plan, make_plan
from hanmadang.curricula.engine.tracing import Parameters, Skill
from hanmadang.curricula.engine.value import interest_factors
from tests.factories.curricula import knows, lesson, likes, shelf_of

TODAY = date(2026, 11, 21)
FOUR = shelf_of(*[lesson(n, minutes=10, topics=(f"t{n}",)) for n in (1, 2, 3, 4)])


def ids(plan: Plan) -> list[int]:
    return [step.unit_id for step in plan.steps]


def why(plan: Plan, unit_id: int) -> tuple[object, ...]:
    return next(step.reasons for step in plan.steps if step.unit_id == unit_id)


def why_not(plan: Plan, unit_id: int) -> object:
    return dict(plan.omitted)[unit_id]


# pins, skips, claims, lengths, captions


def test_a_pinned_lesson_comes_first_with_what_it_stands_on() -> None:
    shelf = shelf_of(lesson(1), lesson(2, "a"), lesson(3, "b", 0.1, needs=("a",)))
    plan = make_plan(shelf, Learner(30, pinned=(3,)))
    assert ids(plan) == [2, 3, 1]
    assert reasons.Pinned() in why(plan, 3)


def test_a_pin_that_does_not_fit_says_so() -> None:
    plan = make_plan(shelf_of(lesson(1, minutes=40), lesson(2)), Learner(20, pinned=(1,)))
    assert why_not(plan, 1) == reasons.OverBudget(40, 10, alone=True)


def test_a_skipped_lesson_stays_out_and_teaches_nothing_to_others() -> None:
    shelf = shelf_of(lesson(1, "a"), lesson(2, "b", needs=("a",)))
    plan = make_plan(shelf, Learner(60, skipped=(1,)))
    assert (why_not(plan, 1), why_not(plan, 2)) == (reasons.Skipped(), reasons.Untaught("a"))


def test_skipping_the_answer_leaves_a_one_sided_lesson_out() -> None:
    one, other = lesson(1, perspective="state"), lesson(2, perspective="people")
    plan = make_plan(shelf_of(one, other), Learner(60, skipped=(2,)))
    assert why_not(plan, 1) == reasons.OneSided(2)
    assert ids(make_plan(shelf_of(one, other), Learner(60, skipped=(2,), pinned=(1,)))) == [1]


def test_what_somebody_says_they_know_is_left_out_until_an_answer_says_otherwise() -> None:
    shelf = shelf_of(lesson(1, "a"), lesson(2, "b", needs=("a",)))
    claimed = Learner(60, known_claims=("a",))
    assert why_not(make_plan(shelf, claimed), 1) == reasons.Claimed("a")
    assert ids(make_plan(shelf, claimed)) == [2]
    wrong = replace(claimed, knowledge=(knows("a", 0, 1),))
    assert ids(make_plan(shelf, wrong)) == [1, 2]


def test_shorter_leaves_out_what_is_longer_unless_it_is_needed() -> None:
    shelf = shelf_of(
        lesson(1, "a", minutes=20), lesson(2, "b", minutes=5, needs=("a",)), lesson(3, minutes=20)
    )
    plan = make_plan(shelf, Learner(60, longest=10))
    assert why_not(plan, 3) == reasons.TooLong(20, 10)
    assert reasons.Longer(20, 10) in why(plan, 1)
    assert reasons.Fits(5, 10) in why(plan, 2)


def test_without_captions_a_lesson_is_left_out_for_those_who_need_them() -> None:
    shelf = shelf_of(lesson(1, captioned=False), lesson(2))
    assert sorted(ids(make_plan(shelf, Learner(60)))) == [1, 2]
    plan = make_plan(shelf, Learner(60, needs_captions=True))
    assert (ids(plan), why_not(plan, 1)) == ([2], reasons.NoCaptions())


# what is needed: alternatives, help


def test_of_two_ways_to_meet_a_need_the_cheaper_one_is_taken() -> None:
    shelf = shelf_of(
        lesson(1, "long", 0.01, minutes=25), lesson(2, "short", 0.5, minutes=5),
        lesson(3, "c", needs=(("long", "short"),)),
    )  # fmt: skip
    assert ids(make_plan(shelf, Learner(15))) == [2, 3]


def test_one_alternative_that_is_known_is_enough() -> None:
    shelf = shelf_of(lesson(1, "a"), lesson(2, "c", needs=(("a", "b"),)))
    learner = Learner(10, (knows("b", 3, 3),), skipped=(1,))
    assert ids(make_plan(shelf, learner)) == [2]


def test_what_only_helps_comes_first_and_is_no_condition() -> None:
    competencies = (Competency("a", 0.3), Competency("b", 0.9, helps=("a",)))
    whole = Catalogue(competencies, (lesson(1, "b"), lesson(2, "a")))
    alone = Catalogue(competencies, (lesson(1, "b"),))
    assert (ids(make_plan(whole, Learner(60))), ids(make_plan(alone, Learner(60)))) == ([2, 1], [1])


# partners, polls, events, dates


def test_a_core_lesson_is_inside_and_names_its_partner() -> None:
    core = lesson(9, strength=0.05, core=("Institute",))
    plan = make_plan(shelf_of(*[lesson(n) for n in range(1, 7)], core), Learner(30))
    assert reasons.Core("Institute") in why(plan, 9)


def test_a_lesson_that_answers_a_poll_cites_its_numbers() -> None:
    learner = Learner(60, follow_ups=(FollowUp(7, (4,), 63, 140),))
    plan = make_plan(FOUR, learner)
    assert ids(plan)[0] == 4
    assert reasons.Group(7, 63, 140) in why(plan, 4)


def test_an_event_attended_counts_more_than_one_only_booked() -> None:
    booked = Evening(1, TODAY, over=True, follow_up=(2,))
    attended = Evening(2, TODAY, over=True, follow_up=(3,), attended=True)
    plan = make_plan(FOUR, Learner(60, evenings=(booked, attended)))
    assert ids(plan)[:2] == [3, 2]
    assert reasons.EventAfter(2, "2026-11-21", attended=True) in why(plan, 3)


def test_a_lesson_before_an_event_says_when_to_begin() -> None:
    concert = Evening(7, date(2026, 11, 28), over=False, lead_in=(2,))
    plan = make_plan(FOUR, Learner(70, evenings=(concert,), today=TODAY))
    assert [(step.unit_id, step.start_by) for step in plan.steps][:2] == [
        (2, date(2026, 11, 27)), (1, None),
    ]  # fmt: skip


def test_a_deadline_gives_each_lesson_its_day_and_none_lies_in_the_past() -> None:
    learner = Learner(40, today=TODAY, deadline=date(2026, 11, 25))
    days = [step.start_by for step in make_plan(FOUR, learner).steps]
    assert days == [TODAY, TODAY, date(2026, 11, 21), date(2026, 11, 23)]
    assert days == sorted(day for day in days if day)


def test_an_interest_of_long_ago_counts_less() -> None:
    told = (
        InterestEvidence("new", Source.POLL, TODAY),
        InterestEvidence("old", Source.POLL, date(2026, 8, 1)),
        InterestEvidence("set", Source.DECLARED),
    )
    found = interest_factors(Learner(60, (), told, today=TODAY))
    assert 0.7 < found["old"] < found["new"] < found["set"] < 1.3


# stability


def test_the_next_two_steps_stay_when_something_else_becomes_worth_more() -> None:
    before = ids(make_plan(FOUR, Learner(40)))
    learner = Learner(40, (knows("c4", 0, 2),), (likes("t4"),))
    kept = replace(learner, kept=tuple(before[:2]))
    assert ids(make_plan(FOUR, learner))[0] == 4
    assert ids(make_plan(FOUR, kept))[:2] == before[:2] == [1, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        Learner(40, done=(1,), kept=(1, 2)),
        Learner(40, (knows("c1", 3, 3),), kept=(1, 2)),
        Learner(40, skipped=(1,), kept=(1, 2)),
    ],
)
def test_a_step_that_became_wrong_goes(wrong: Learner) -> None:
    assert ids(make_plan(FOUR, wrong))[0] == 2


def test_a_step_whose_foundation_turned_out_missing_is_no_longer_next() -> None:
    shelf = shelf_of(lesson(1, "a"), lesson(2, "b", needs=("a",)), lesson(3))
    shaky = Learner(40, (knows("a", 0, 2),), kept=(2,))
    assert ids(make_plan(shelf, shaky)).index(2) > ids(make_plan(shelf, shaky)).index(1)


def test_a_lesson_that_did_not_work_comes_again_where_nothing_else_teaches_it() -> None:
    missed = Learner(60, (knows("c1", 0, 4, Source.QUIZ),), done=(1,))
    assert why(make_plan(FOUR, missed), 1)[0] == reasons.Again("c1", 0, 4)
    second = shelf_of(lesson(1, "c1"), lesson(2, "c1"))
    plan = make_plan(second, missed)
    assert (ids(plan), why_not(plan, 1)) == ([2], reasons.Done())


# parameters


def test_fitted_parameters_move_the_path_and_its_name() -> None:
    fitted = Parameters({"c1": Skill(prior=0.97)})
    assert why_not(make_plan(FOUR, Learner(60), fitted), 1) == reasons.Known("c1", 0, 0)
    assert 1 in ids(make_plan(FOUR, Learner(60)))
    assert inputs_hash(FOUR, Learner(60), fitted) != inputs_hash(FOUR, Learner(60))
