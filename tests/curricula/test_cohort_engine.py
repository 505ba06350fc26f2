"""A group as the engine sees it: shares of people instead of one person's answers."""

import pytest

from hanmadang.curricula.engine.cohort import Group, Shown, Wished, group_estimates, group_plan
from hanmadang.curricula.engine.tracing import Parameters
from tests.factories.curricula import lesson, shelf_of


def test_a_share_is_corrected_for_guessing_and_drawn_to_the_prior() -> None:
    catalogue = shelf_of(lesson(1, "a"), lesson(2, "b"))
    group = Group(60, shown=(Shown("a", 30, 40), Shown("b", 10, 40)))
    estimates = group_estimates(catalogue, group, Parameters())
    # (30/40 - 0.25) / 0.65 of 40 people, and five imagined ones at the prior of 0.4
    assert estimates["a"].known == pytest.approx((40 * 0.5 / 0.65 + 5 * 0.4) / 45)
    assert estimates["b"].known == pytest.approx(5 * 0.4 / 45)
    assert (estimates["a"].right, estimates["a"].of) == (30, 40)


def test_what_most_of_the_group_know_is_left_out_and_what_few_know_comes_first() -> None:
    catalogue = shelf_of(lesson(1, "a"), lesson(2, "b"), lesson(3, "c"))
    group = Group(60, shown=(Shown("a", 39, 40), Shown("b", 10, 40), Shown("c", 24, 40)))
    plan = group_plan(catalogue, group)
    assert [step.unit_id for step in plan.steps] == [2, 3]


def test_a_topic_counts_from_a_quarter_of_the_group() -> None:
    wished = (Wished("culture", 10, 40), Wished("economy", 9, 40))
    assert Group(60, wished=wished).as_learner().topics() == {"culture"}
