"""Plans: over 10,000 random catalogues no rule is broken and no reason or omission is untrue.

Rules: the budget, hard prerequisites, language, captions, two viewpoints, the share of a topic,
what was skipped or done; `bench/curricula/rules.py` says them without the engine's words. The same
inputs give the same bytes in another process with another hash seed. Fidelity: take away what a
reason cites, and in at least 95 % of 2,000 cases the step goes, or its place, day or worth is
another; no step still cites it. Cost: CPU of a plan over 500 lessons at p95, and as a
ratio to 100,000 turns of a loop over a dictionary, timed in turns with it. The twins break one rule
each.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count, islice
from statistics import median
from typing import Any
from unittest import mock

from bench.curricula.anything import anything
from bench.curricula.fidelity import trials
from bench.curricula.rules import Case, violations
from bench.curricula.truths import untruths
from hanmadang.curricula.engine import plan as planning
from hanmadang.curricula.engine import reasons, shares, why
from hanmadang.curricula.engine.doors import Doors
from hanmadang.curricula.engine.inputs import Unit
from hanmadang.curricula.engine.plan import make_plan
from hanmadang.curricula.engine.selection import Selection
from proofs import Figure, Run, Verdict
from proofs.house import ROOT
from proofs.plans_child import digest

CATALOGUES, TRIALS, TWINS = 10_000, 2_000, 400
PROCESSES, SAME = 2, 1_000
UNITS, PLANS, TIMES = 500, 100, 5
FAITHFUL, MILLISECONDS = 0.95, 10.0


def prove(run: Run) -> Verdict:
    """All four parts, or the twins."""
    if run.twin:
        return _twins(run)
    broken = _broken(run.seed, run.size(CATALOGUES, 100))
    same = _same_bytes(run.seed, run.size(SAME, 20))
    moved, cited, tried = _fidelity(run.seed, run.size(TRIALS, 100))
    middle, high, ratio = _cost(run.seed, run.size(PLANS, 10))
    passed = not broken and same and not cited and moved >= FAITHFUL and high <= MILLISECONDS
    words = ", ".join(f"{name} {number}" for name, number in sorted(broken.items())) or "0"
    summary = (
        f"{run.size(CATALOGUES, 100)} catalogues: {words} violations and untruths; "
        f"{'the same' if same else 'OTHER'} bytes in {PROCESSES} processes; "
        f"{moved:.1%} of {tried} steps moved without their evidence, {cited} still cited it; "
        f"500 lessons: {middle:.1f} ms, p95 {high:.1f} ms (goal {MILLISECONDS:g}), "
        f"{ratio:.2f} of the yardstick"
    )
    figures: dict[str, Figure] = {
        "violations": sum(broken.values()), "same_bytes": same, "moved": round(moved, 4),
        "still_cited": cited, "trials": tried, "median_ms": round(middle, 2),
        "p95_ms": round(high, 2), "p95_ratio": round(ratio, 3),
    }  # fmt: skip
    return Verdict(passed, summary, figures)


def _broken(seed: int, number: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in range(number):
        catalogue, learner = anything(seed * 1_000_003 + each)
        case = Case(catalogue, learner, make_plan(catalogue, learner))
        found.update([*violations(case), *untruths(case)])
    return found


def _same_bytes(seed: int, number: int) -> bool:
    command = [sys.executable, "-m", "proofs.plans_child", str(seed), str(number)]
    found = {digest(seed, number)}
    for child in range(1, PROCESSES):
        env = os.environ | {"PYTHONHASHSEED": str(child), "PYTHONPATH": f"{ROOT}:{ROOT}/platform"}
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        found.add(done.stdout.strip())
    return len(found) == 1


def _fidelity(seed: int, number: int) -> tuple[float, int, int]:
    """The share of steps that moved, how many still cite what is gone, and how many were tried."""
    worlds = (anything(seed * 1_000_003 - each) for each in count(1))
    cases = (
        Case(catalogue, learner, make_plan(catalogue, learner)) for catalogue, learner in worlds
    )
    found = list(islice((trial for case in cases for trial in trials(case)), number))
    moved = sum(trial.moved for trial in found) / len(found)
    return moved, sum(trial.cited for trial in found), len(found)


def _cost(seed: int, number: int) -> tuple[float, float, float]:
    """Milliseconds at the median and at p95, and p95 as a ratio to the yardstick.

    Each plan is timed in turns with the yardstick, so that both meet the same machine; milliseconds
    are that ratio times the yardstick's best.
    """
    ratios, best = [], float("inf")
    for each in range(number):
        catalogue, learner = anything(seed * 1_000_003 + each, UNITS)
        make_plan(catalogue, learner)  # what a catalogue keeps is made once for everybody
        turns = [(_cpu(make_plan, catalogue, learner), _cpu(_yardstick)) for _ in range(TIMES)]
        ratios.append(median(plan / yard for plan, yard in turns))
        best = min(best, *(yard for _plan, yard in turns))
    ratios.sort()
    high = ratios[round(0.95 * (len(ratios) - 1))]
    return median(ratios) * best * 1000, high * best * 1000, high


def _cpu(work: Callable[..., object], *given: object) -> float:
    before = time.process_time()
    work(*given)
    return time.process_time() - before


def _yardstick() -> int:
    sums: dict[int, int] = {}
    for number in range(100_000):
        sums[number % 997] = sums.get(number % 997, 0) + number
    return len(sums)


def _twins(run: Run) -> Verdict:
    """Each must break a rule of its own."""
    number = run.size(TWINS, 100)
    caught = {}
    for name, patch in _breakages().items():
        with patch:
            caught[name] = any(each.startswith(name) for each in _broken(run.seed, number))
    missed = [name for name, found in caught.items() if not found]
    words = f"{len(caught) - len(missed)} of {len(caught)} broken engines noticed"
    return Verdict(bool(missed), words + (f", not {', '.join(missed)}" if missed else ""))


def _breakages() -> dict[str, AbstractContextManager[Any]]:
    """By the rule that breaks."""

    def any_language(_doors: Doors, unit: Unit) -> bool:
        return unit.captioned

    def any_sound(_doors: Doors, unit: Unit) -> bool:
        return unit.available

    def one_more(code: str, right: int, of: int) -> reasons.Need:
        return reasons.Need(code, right, of + 1)

    return {
        "language": mock.patch.object(Doors, "is_legible", any_language),
        "captions": mock.patch.object(Doors, "is_legible", any_sound),
        "perspectives": mock.patch.object(Selection, "_one_sided", return_value=None),
        "topic share": mock.patch.object(shares, "MOST_OF_ONE_TOPIC", 0.9),
        "hard prerequisites": mock.patch.object(
            planning, "in_order", lambda units, *_: list(units)[::-1]
        ),
        "reason need": mock.patch.object(why, "Need", one_more),
    }
