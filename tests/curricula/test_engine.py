"""The engine by hand-made examples: what is chosen, in which order, and the exact reasons."""

from datetime import date

import pytest

from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Evening, Learner, Source, inputs_hash
from hanmadang.curricula.engine.mastery import KNOWN, estimate
from hanmadang.curricula.engine.plan import Plan, make_plan
from tests.factories.curricula import knows, lesson, likes, shelf_of

WAR = lesson(1, "war")
LINE = lesson(2, "armistice", minutes=8, needs=("war",))
PEACE = lesson(3, "peace", minutes=12, needs=("armistice",))
SONGS = lesson(4, "songs", minutes=6, topics=("culture",))
SHELF = shelf_of(WAR, LINE, PEACE, SONGS, armistice=("war",), peace=("armistice",))


def ids(plan: Plan) -> list[int]:
    return [step.unit_id for step in plan.steps]


def reasons_of(plan: Plan, unit_id: int) -> tuple[object, ...]:
    return next(step.reasons for step in plan.steps if step.unit_id == unit_id)


def why_not(plan: Plan, unit_id: int) -> object:
    return dict(plan.omitted)[unit_id]


# mastery


def test_two_right_answers_make_a_competency_known_and_one_does_not() -> None:
    one = estimate(SHELF, Learner(60, (knows("songs", 1, 1),)))["songs"]
    two = estimate(SHELF, Learner(60, (knows("songs", 2, 2),)))["songs"]
    assert (one.is_known, two.is_known) == (False, True)


def test_a_wrong_answer_lowers_and_a_right_one_raises_what_is_known() -> None:
    wrong = estimate(SHELF, Learner(60, (knows("songs", 0, 1),)))["songs"]
    right = estimate(SHELF, Learner(60, (knows("songs", 1, 1),)))["songs"]
    assert wrong.known < wrong.prior == right.prior < right.known


def test_the_order_of_answers_does_not_matter() -> None:
    mixed = (knows("songs", 1, 2), knows("songs", 1, 1))
    assert estimate(SHELF, Learner(60, mixed)) == estimate(SHELF, Learner(60, mixed[::-1]))


def test_knowing_something_lifts_what_it_stands_on() -> None:
    before = estimate(SHELF, Learner(60))["war"].known
    after = estimate(SHELF, Learner(60, (knows("armistice", 3, 3),)))["war"].known
    assert after > before


def test_missing_a_foundation_caps_what_stands_on_it() -> None:
    learner = Learner(60, (knows("war", 0, 3), knows("armistice", 2, 2)))
    found = estimate(SHELF, learner)
    assert found["armistice"].known <= (1 + found["war"].known) / 2 < KNOWN


def test_a_finished_lesson_raises_what_it_teaches() -> None:
    before, after = (estimate(SHELF, Learner(60, done=done))["war"] for done in ((), (1,)))
    assert (after.prior, after.known > before.known) == (before.prior, True)


def test_what_was_missed_before_a_lesson_weighs_less_than_what_was_missed_in_it() -> None:
    before = Learner(60, (knows("war", 0, 1, Source.POLL),), done=(1,))
    inside = Learner(60, (knows("war", 0, 1, Source.QUIZ),), done=(1,))
    assert estimate(SHELF, before)["war"].known > estimate(SHELF, inside)["war"].known


def test_answers_on_one_competency_move_the_prior_of_what_was_never_asked() -> None:
    weak, new, strong = (
        estimate(SHELF, Learner(60, told))["war"].prior
        for told in ((knows("songs", 0, 4),), (), (knows("songs", 4, 4),))
    )
    assert weak < new < strong


def test_deeper_competencies_start_lower() -> None:
    found = estimate(SHELF, Learner(60))
    assert found["war"].prior > found["armistice"].prior > found["peace"].prior


def test_a_cycle_in_the_graph_is_cut_and_not_followed_for_ever() -> None:
    ring = shelf_of(lesson(1, "a"), lesson(2, "b"), a=("b",), b=("a",))
    assert set(ring.foundations_first) == {"a", "b"}
    assert make_plan(ring, Learner(60)).steps


# plans


def test_a_beginner_gets_a_path_and_each_step_says_that_nothing_is_known() -> None:
    plan = make_plan(SHELF, Learner(60))
    assert ids(plan) == [4, 1, 2, 3]
    assert reasons_of(plan, 4) == (reasons.Start("songs"), reasons.Quick(6))
    assert reasons_of(plan, 1) == (reasons.PrereqOf(2),)
    assert reasons_of(plan, 3) == (reasons.Start("peace"),)


def test_a_missed_poll_question_brings_its_lesson_with_what_it_stands_on() -> None:
    plan = make_plan(SHELF, Learner(20, (knows("armistice", 0, 1),)))
    assert ids(plan) == [1, 2]
    assert reasons_of(plan, 1) == (reasons.PrereqOf(2), reasons.Quick(10))
    assert reasons_of(plan, 2) == (reasons.Need("armistice", 0, 1),)


def test_one_right_answer_is_cited_as_well() -> None:
    plan = make_plan(SHELF, Learner(60, (knows("songs", 1, 1),)))
    assert reasons.Need("songs", 1, 1) in reasons_of(plan, 4)


def test_a_chosen_topic_is_cited_with_where_it_was_chosen() -> None:
    learner = Learner(60, (), (likes("culture"), likes("culture", Source.DECLARED)))
    assert reasons_of(make_plan(SHELF, learner), 4)[:2] == (
        reasons.Interest("culture", "poll"),
        reasons.Interest("culture", "declared"),
    )


def test_what_is_known_is_left_out_with_its_numbers() -> None:
    plan = make_plan(SHELF, Learner(60, (knows("songs", 3, 3),)))
    assert why_not(plan, 4) == reasons.Known("songs", 3, 3)


def test_what_is_done_is_left_out() -> None:
    plan = make_plan(SHELF, Learner(60, done=(1,)))
    assert (why_not(plan, 1), 1 in ids(plan)) == (reasons.Done(), False)


def test_a_finished_foundation_is_not_asked_for_again() -> None:
    assert ids(make_plan(SHELF, Learner(60, done=(1,)))) == [4, 2, 3]


def test_a_lesson_missing_in_the_readers_language_is_left_out() -> None:
    shelf = shelf_of(lesson(1, "a", available=False), lesson(2, "b", needs=("a",)))
    plan = make_plan(shelf, Learner(60))
    assert plan.steps == ()
    assert (why_not(plan, 1), why_not(plan, 2)) == (
        reasons.MissingLanguage(),
        reasons.Untaught("a"),
    )


def test_a_second_teacher_stands_in_for_one_whose_own_needs_cannot_be_met() -> None:
    shelf = shelf_of(
        lesson(1, "a", minutes=5, needs=("nobody-teaches-this",)),
        lesson(2, "a", minutes=9),
        lesson(3, "b", needs=("a",)),
    )
    assert ids(make_plan(shelf, Learner(30))) == [2, 3]


def test_what_does_not_fit_says_how_many_minutes_it_needs() -> None:
    shelf = shelf_of(lesson(1, "a", minutes=9), lesson(2, "b", minutes=30, strength=1.0))
    plan = make_plan(shelf, Learner(10, (knows("b", 0, 3),)))
    assert (ids(plan), why_not(plan, 2)) == ([1], reasons.OverBudget(30, 1, alone=True))


def test_a_lesson_worth_less_per_minute_says_so() -> None:
    shelf = shelf_of(lesson(1, "a", minutes=10), lesson(2, "b", minutes=10, strength=0.1))
    assert why_not(make_plan(shelf, Learner(10)), 2) == reasons.LessValue()


def test_one_lesson_lies_outside_the_interests() -> None:
    lessons = [lesson(n, minutes=10, topics=("culture",)) for n in range(1, 8)]
    other = lesson(9, minutes=10, topics=("economy",), strength=0.2)
    plan = make_plan(shelf_of(*lessons, other), Learner(60, (), (likes("culture"),)))
    assert reasons_of(plan, 9) == (reasons.Balance(perspective=False),)
    assert plan.minutes <= 60


def test_only_the_lesson_chosen_for_width_is_said_to_be() -> None:
    lessons = [lesson(n, minutes=10, topics=(topic,)) for n, topic in enumerate("abcd")]
    plan = make_plan(shelf_of(*lessons), Learner(60, (), (likes("a"),)))
    alike = [why for n in ids(plan) for why in reasons_of(plan, n)]
    assert len(ids(plan)) == 4
    assert alike.count(reasons.Balance(perspective=False)) == 1
    assert sum(isinstance(why, reasons.Start) for why in alike) == 2


def test_no_topic_takes_more_than_its_share_while_others_fit() -> None:
    history = [lesson(n, minutes=10) for n in range(1, 7)]
    others = [
        lesson(n, minutes=10, topics=(topic,), strength=0.3)
        for n, topic in enumerate(("culture", "economy", "security", "families"), 10)
    ]
    plan = make_plan(shelf_of(*history, *others), Learner(50))
    assert len(set(ids(plan)) & set(range(1, 7))) == 2
    assert reasons.Crowded("history") in dict(plan.omitted).values() or plan.minutes == 50


def test_a_crowded_topic_is_told_where_time_is_left() -> None:
    history = [lesson(n, minutes=10) for n in range(1, 7)]
    other = lesson(10, minutes=10, topics=("culture",))
    plan = make_plan(shelf_of(*history, other), Learner(50))
    assert (plan.minutes, why_not(plan, 6)) == (30, reasons.Crowded("history"))


def test_a_catalogue_on_one_topic_still_fills_the_week() -> None:
    plan = make_plan(shelf_of(*[lesson(n) for n in range(1, 7)]), Learner(60))
    assert plan.minutes == 60


def test_a_one_sided_lesson_brings_another_viewpoint() -> None:
    one = lesson(1, "a", perspective="state", strength=0.9)
    other = lesson(2, "a", perspective="people", minutes=9, strength=0.2)
    plan = make_plan(shelf_of(one, other), Learner(60))
    assert set(ids(plan)) == {1, 2}
    assert reasons.Balance(perspective=True) in reasons_of(plan, 2)


def test_a_viewpoint_without_room_for_another_stays_out() -> None:
    one = lesson(1, "a", perspective="state")
    other = lesson(2, "a", perspective="people", minutes=15)
    plain = lesson(3, "b", minutes=10)
    assert ids(make_plan(shelf_of(one, other, plain), Learner(20))) == [3]


def test_a_viewpoint_already_met_needs_no_second_meeting() -> None:
    one = lesson(1, "a", perspective="state")
    other = lesson(2, "b", perspective="people")
    assert ids(make_plan(shelf_of(one, other), Learner(10, done=(2,)))) == [1]


# order and events


def test_the_path_begins_with_something_short() -> None:
    shelf = shelf_of(lesson(1, minutes=25, strength=0.9), lesson(2, minutes=6))
    plan = make_plan(shelf, Learner(60, (knows("c1", 0, 2),)))
    assert ids(plan) == [2, 1]
    assert reasons.Quick(6) in reasons_of(plan, 2)


def test_what_leads_to_an_event_comes_first_with_its_foundations() -> None:
    concert = Evening(7, date(2026, 11, 23), over=False, lead_in=(2,))
    plan = make_plan(SHELF, Learner(60, evenings=(concert,)))
    assert ids(plan)[:2] == [1, 2]
    assert reasons_of(plan, 2)[0] == reasons.EventBefore(7, "2026-11-23")


def test_the_earlier_of_two_events_comes_first() -> None:
    shelf = shelf_of(*[lesson(n, minutes=6) for n in (1, 2, 3)])
    late = Evening(7, date(2026, 11, 29), over=False, lead_in=(1,))
    soon = Evening(8, date(2026, 11, 23), over=False, lead_in=(3,))
    assert ids(make_plan(shelf, Learner(60, evenings=(late, soon)))) == [3, 1, 2]


def test_a_follow_up_comes_once_the_event_is_over() -> None:
    before, after = (
        Evening(7, date(2026, 11, 20), over=over, lead_in=(4,), follow_up=(3,))
        for over in (False, True)
    )
    coming = make_plan(SHELF, Learner(60, evenings=(before,)))
    passed = make_plan(SHELF, Learner(60, evenings=(after,)))
    assert reasons.EventAfter(7, "2026-11-20") in reasons_of(passed, 3)
    assert reasons.EventAfter(7, "2026-11-20") not in reasons_of(coming, 3)
    assert reasons.EventBefore(7, "2026-11-20") not in reasons_of(passed, 4)


def test_each_step_says_what_it_should_change() -> None:
    step = make_plan(SHELF, Learner(10, (knows("songs", 0, 1),))).steps[0]
    ((code, before, after),) = step.learns
    assert (code, before < 0.1, after > 0.7) == ("songs", True, True)


def test_no_catalogue_and_no_time_give_an_empty_path() -> None:
    assert make_plan(shelf_of(), Learner(60)).steps == ()
    assert make_plan(SHELF, Learner(1)).steps == ()


# storage


@pytest.mark.parametrize("budget", [10, 30, 60])
def test_a_stored_plan_reads_back_as_it_was(budget: int) -> None:
    learner = Learner(
        budget, (knows("armistice", 0, 1), knows("songs", 3, 3)), (likes("culture"),), (1,)
    )
    plan = make_plan(SHELF, learner)
    stored = plan.to_json()
    assert Plan.from_json(stored["steps"], stored["omitted"]) == plan


def test_every_kind_of_reason_and_omission_survives_storage() -> None:
    whys: list[reasons.Reason] = [
        reasons.Need("a", 1, 3), reasons.EventBefore(1, "2026-11-23"),
        reasons.EventAfter(1, "2026-11-23"), reasons.Interest("culture", "poll"),
        reasons.PrereqOf(4), reasons.Balance(perspective=True), reasons.Quick(6),
        reasons.Start("a"), reasons.Pinned(), reasons.Again("a", 1, 3), reasons.Group(7, 63, 140),
        reasons.Core("Institute"), reasons.Kept(), reasons.Fits(6, 10), reasons.Longer(12, 10),
    ]  # fmt: skip
    whynots: list[reasons.Omission] = [
        reasons.Done(), reasons.Known("a", 2, 2), reasons.MissingLanguage(),
        reasons.Untaught("a"), reasons.OverBudget(9, 3), reasons.Crowded("history"),
        reasons.LessValue(), reasons.Skipped(), reasons.Claimed("a"), reasons.NoCaptions(),
        reasons.OneSided(4), reasons.TooLong(20, 10), reasons.Unlinked(),
    ]  # fmt: skip
    assert [reasons.reason_from_json(reasons.to_json(why)) for why in whys] == whys
    assert [reasons.omission_from_json(reasons.to_json(why)) for why in whynots] == whynots


def test_the_hash_names_the_inputs_and_nothing_else() -> None:
    twin = shelf_of(WAR, LINE, PEACE, SONGS, armistice=("war",), peace=("armistice",))
    other = Learner(60, (knows("songs", 0, 1),))
    assert inputs_hash(SHELF, Learner(60)) == inputs_hash(twin, Learner(60))
    assert inputs_hash(SHELF, Learner(60)) != inputs_hash(SHELF, other)
    assert inputs_hash(SHELF, Learner(60)) != inputs_hash(shelf_of(WAR), Learner(60))
