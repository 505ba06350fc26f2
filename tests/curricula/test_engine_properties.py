"""Rules that hold for every catalogue and every learner; the proof `plans` tries thousands more."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from bench.curricula.anything import anything
from bench.curricula.fidelity import trials
from bench.curricula.rules import Case, violations
from bench.curricula.truths import untruths
from hanmadang.curricula.engine import selection, shares
from hanmadang.curricula.engine.doors import Doors
from hanmadang.curricula.engine.foundations import Foundations
from hanmadang.curricula.engine.inputs import Unit, inputs_hash
from hanmadang.curricula.engine.plan import Plan, make_plan

SEEDS = range(300)
ROOT = Path(__file__).resolve().parents[2]


@cache
def case(seed: int) -> Case:
    """The plan of a random world, made once for all these tests."""
    catalogue, learner = anything(seed)
    return Case(catalogue, learner, make_plan(catalogue, learner))


def test_no_plan_breaks_a_rule() -> None:
    assert [(seed, found) for seed in SEEDS if (found := violations(case(seed)))] == []


def test_every_reason_and_every_omission_is_true() -> None:
    assert [(seed, found) for seed in SEEDS if (found := untruths(case(seed)))] == []


def test_the_worlds_show_every_reason_but_the_rarest() -> None:
    codes = {why.code for seed in SEEDS for step in case(seed).plan.steps for why in step.reasons}
    assert codes >= {
        "pinned", "need", "event_before", "event_after", "group", "interest", "core", "prereq_of",
        "balance", "kept", "fits", "longer", "quick", "start",
    }  # fmt: skip


def _deaf(_doors: Doors, unit: Unit) -> bool:
    return unit.available


@pytest.mark.parametrize(
    ("where", "name", "broken", "rule"),
    [
        (Doors, "is_legible", _deaf, "captions"),
        (shares, "MOST_OF_ONE_TOPIC", 0.9, "topic share"),
        (selection.Selection, "_one_sided", lambda _self, _chosen: None, "perspectives"),
        (Foundations, "under", lambda _s, u, _c, more: more | {u.id: u}, "hard"),
    ],
)
def test_a_broken_engine_is_caught(where: object, name: str, broken: object, rule: str) -> None:
    found: list[str] = []
    with mock.patch.object(where, name, broken):
        for seed in SEEDS:
            catalogue, learner = anything(seed)
            try:
                plan = make_plan(catalogue, learner)
            except ValueError:  # no order exists
                found.append("hard prerequisites")
            else:
                found += violations(Case(catalogue, learner, plan))
    assert any(each.startswith(rule) for each in found)


def test_a_plan_reads_back_as_it_was_stored() -> None:
    for seed in SEEDS:
        stored = json.loads(json.dumps(case(seed).plan.to_json()))
        assert Plan.from_json(stored["steps"], stored["omitted"]) == case(seed).plan


def test_the_order_in_which_evidence_came_does_not_matter() -> None:
    for seed in SEEDS:
        learner = case(seed).learner
        turned = replace(learner, knowledge=learner.knowledge[::-1])
        assert make_plan(case(seed).catalogue, turned) == case(seed).plan


def test_another_process_makes_the_same_bytes() -> None:
    script = (
        "import sys; sys.path[:0] = ['.', 'platform']\n"
        "from tests.curricula.test_engine_properties import whole; print(whole())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == whole()


def whole() -> str:
    """Twenty plans and the names of their inputs."""
    cases = [case(seed) for seed in range(20)]
    return json.dumps([
        [inputs_hash(each.catalogue, each.learner), each.plan.to_json()] for each in cases
    ])  # fmt: skip


def test_dropping_what_a_reason_cites_changes_or_removes_the_step() -> None:
    found = [trial for seed in range(150) for trial in trials(case(seed))]
    assert not [trial for trial in found if trial.cited]
    assert sum(trial.moved for trial in found) >= 0.95 * len(found)


def test_one_lesson_lies_outside_the_interests_where_one_fits() -> None:
    for seed in SEEDS:
        catalogue, learner = case(seed).catalogue, replace(case(seed).learner, budget=120)
        free = replace(learner, pinned=(), kept=(), longest=None)
        plain = Case(catalogue, free, make_plan(catalogue, free))
        interests = learner.topics()
        outside = [unit for unit in plain.units if interests.isdisjoint(unit.topics)]
        lonely = [
            unit_id
            for unit_id, why in plain.plan.omitted
            if why.code in {"less_value", "budget", "crowded"}
            and _fits_alone(plain, catalogue.by_id[unit_id])
        ]
        assert not interests or outside or not lonely


def _fits_alone(plain: Case, unit: Unit) -> bool:
    """Outside the interests, with nothing that must come with it."""
    outside = plain.learner.topics().isdisjoint(unit.topics)
    return outside and not (unit.needs or unit.perspective) and not _full(plain)


def _full(plain: Case) -> bool:
    """Whether core lessons took the half that the outsider could have had."""
    return any(unit.core for unit in plain.units)
