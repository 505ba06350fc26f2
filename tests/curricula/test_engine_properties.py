"""Rules that hold for every catalogue and every learner."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Catalogue, Learner, Unit, met
from hanmadang.curricula.engine.mastery import estimate
from hanmadang.curricula.engine.plan import Plan, make_plan
from tests.factories.curricula import random_world

worlds = st.integers(0, 299).map(random_world)
hundreds = settings(max_examples=300, deadline=None, derandomize=True)


_plans: dict[int, Plan] = {}


def plan_of(catalogue: Catalogue, learner: Learner) -> Plan:
    """The plan of a random world, made once for all these tests."""
    return _plans.setdefault(id(learner), make_plan(catalogue, learner))


def units_of(catalogue: Catalogue, plan: Plan) -> list[Unit]:
    return [catalogue.by_id[step.unit_id] for step in plan.steps]


def closed_before(catalogue: Catalogue, learner: Learner) -> set[str]:
    """What counts as known or taught before the path begins."""
    known = {code for code, found in estimate(catalogue, learner).items() if found.is_known}
    done = (catalogue.by_id[unit_id].taught() for unit_id in learner.done)
    return known.union(*done)


@hundreds
@given(worlds)
def test_the_budget_is_kept(world: tuple[Catalogue, Learner]) -> None:
    plan = plan_of(*world)
    assert sum(unit.minutes for unit in units_of(world[0], plan)) == plan.minutes
    assert plan.minutes <= world[1].budget


@hundreds
@given(worlds)
def test_every_need_is_closed_before_its_lesson(world: tuple[Catalogue, Learner]) -> None:
    catalogue, learner = world
    closed = closed_before(catalogue, learner)
    for unit in units_of(catalogue, plan_of(catalogue, learner)):
        assert met(unit.needs, closed)
        closed |= unit.taught()


@hundreds
@given(worlds)
def test_each_lesson_is_in_the_path_once_or_left_out_with_a_reason(
    world: tuple[Catalogue, Learner],
) -> None:
    plan = plan_of(*world)
    chosen = [step.unit_id for step in plan.steps]
    left_out = [unit_id for unit_id, _why in plan.omitted]
    assert sorted(chosen + left_out) == sorted(unit.id for unit in world[0].units)


@hundreds
@given(worlds)
def test_nothing_done_known_or_in_another_language_is_suggested(
    world: tuple[Catalogue, Learner],
) -> None:
    catalogue, learner = world
    units = units_of(catalogue, plan_of(catalogue, learner))
    assert all(unit.available for unit in units)
    assert not {unit.id for unit in units} & set(learner.done)


@hundreds
@given(worlds)
def test_a_viewpoint_never_stands_alone_where_another_exists(
    world: tuple[Catalogue, Learner],
) -> None:
    catalogue, learner = world
    met = {step.unit_id for step in plan_of(catalogue, learner).steps} | set(learner.done)
    for unit in (catalogue.by_id[unit_id] for unit_id in met - set(learner.done)):
        others = {
            other.id
            for other in catalogue.units
            if unit.perspective and other.perspective not in ("", unit.perspective)
            and set(other.topics) & set(unit.topics)
        }  # fmt: skip
        reachable = {o for o in others if _can_be_taken(catalogue, learner, catalogue.by_id[o])}
        assert not reachable or others & met


def _can_be_taken(catalogue: Catalogue, learner: Learner, unit: Unit) -> bool:
    """Whether its needs can be closed by lessons in the reader's language at all."""
    closed = closed_before(catalogue, learner)
    growing = True
    while growing:
        more = {
            code
            for each in catalogue.units
            if each.available and each.id != unit.id and met(each.needs, closed)
            for code in each.taught()
        }
        growing, closed = not closed >= more, closed | more
    return unit.available and met(unit.needs, closed)


@hundreds
@given(worlds)
def test_the_same_inputs_give_the_same_bytes(world: tuple[Catalogue, Learner]) -> None:
    catalogue, learner = world
    twin = replace(learner, knowledge=learner.knowledge[::-1], interests=learner.interests[::-1])
    sorted_twin = replace(
        twin, knowledge=tuple(sorted(twin.knowledge)), interests=tuple(sorted(twin.interests))
    )
    assert plan_of(catalogue, learner).to_json() == make_plan(catalogue, sorted_twin).to_json()


@hundreds
@given(worlds)
def test_every_step_has_a_reason(world: tuple[Catalogue, Learner]) -> None:
    assert all(step.reasons for step in plan_of(*world).steps)


@hundreds
@given(worlds)
def test_dropping_what_a_reason_cites_changes_or_removes_the_step(
    world: tuple[Catalogue, Learner],
) -> None:
    catalogue, learner = world
    plan = plan_of(catalogue, learner)
    for step in plan.steps:
        for reason in step.reasons:
            without = _without(learner, reason)
            if without is not None:
                assert step not in make_plan(catalogue, without).steps


def _without(learner: Learner, reason: reasons.Reason) -> Learner | None:
    """The learner without the evidence that a reason rests on; None where it rests on none."""
    match reason:
        case reasons.Need():
            kept = tuple(k for k in learner.knowledge if k.competency != reason.competency)
            return replace(learner, knowledge=kept)
        case reasons.Interest():
            cited = (reason.topic, reason.source)
            kept_i = tuple(i for i in learner.interests if (i.topic, i.source.value) != cited)
            return replace(learner, interests=kept_i)
        case reasons.EventBefore() | reasons.EventAfter():
            kept_e = tuple(e for e in learner.evenings if e.event_id != reason.event)
            return replace(learner, evenings=kept_e)
        case _:
            return None


@hundreds
@given(worlds)
def test_something_lies_outside_the_interests_where_any_such_lesson_fits(
    world: tuple[Catalogue, Learner],
) -> None:
    catalogue, learner = world[0], replace(world[1], budget=120)
    plan, interests = make_plan(catalogue, learner), learner.topics()
    outside = {unit.id for unit in catalogue.units if not interests & set(unit.topics)}
    could_be_taken = {
        unit_id
        for unit_id, why in plan.omitted
        if unit_id in outside
        and catalogue.by_id[unit_id].needs == ()
        and not isinstance(why, reasons.Done | reasons.Known | reasons.MissingLanguage)
    }
    chosen = {step.unit_id for step in plan.steps}
    assert not interests or chosen & outside or not could_be_taken
