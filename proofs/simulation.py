"""Simulation: made people learn more by our paths than by a fixed syllabus, in three made worlds.

Each of 400 people has three hours in a world of 24 competencies and 72 lessons; all policies meet
the same people. The worlds are simulators, written apart from the engine: people who know or do not
(as in knowledge tracing), people whose levels rise by degrees and fade, and the first again with a
graph told wrongly (30 % of the needs missing, others made up). They tell the order of policies, not
what people in a city will learn. Goals: in the first world 75 % of what an oracle brings that sees
into heads, in each half as much again as the syllabus. How many lessons come without what they need
is told beside it. The twin's engine hears no answer.
"""

import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest import mock

from bench.curricula import policies
from bench.curricula.policies import POLICIES
from bench.curricula.simulation import WORLDS, Outcome, simulate, words
from hanmadang.curricula.engine import plan
from hanmadang.curricula.engine.mastery import estimate
from proofs import Figure, Run, Verdict

PEOPLE = 400
OF_THE_ORACLE, OVER_THE_SYLLABUS = 0.75, 1.5
Rows = dict[str, dict[str, Outcome]]


def prove(run: Run) -> Verdict:
    """Every policy in every world."""
    rows: Rows = {}
    with ExitStack() as broken:
        if run.twin:
            _deafen(broken)
        for kind in WORLDS:
            rows[kind] = {
                name: simulate(kind, name, run.size(PEOPLE, 20), run.seed) for name in POLICIES
            }
            print(words(kind, rows[kind]), file=sys.stderr, flush=True)
    share, over = _shares(rows)
    passed = share["switching"] >= OF_THE_ORACLE and min(over.values()) >= OVER_THE_SYLLABUS
    return Verdict(passed, _summary(rows, share, over), _figures(rows, share, over))


def _deafen(broken: ExitStack) -> None:
    def deaf(catalogue: Any, learner: Any, *more: Any) -> Any:
        return estimate(catalogue, replace(learner, knowledge=()), *more)

    for module in (plan, policies):
        broken.enter_context(mock.patch.object(module, "estimate", deaf))


def _shares(rows: Rows) -> tuple[dict[str, float], dict[str, float]]:
    """Ours as a share of the oracle's gain, and as a multiple of the syllabus's, by world."""
    share = {kind: row["ours"].gain / row["oracle"].gain for kind, row in rows.items()}
    over = {kind: row["ours"].gain / row["fixed"].gain for kind, row in rows.items()}
    return share, over


def _summary(rows: Rows, share: dict[str, float], over: dict[str, float]) -> str:
    each = "; ".join(
        f"{kind}: {row['ours'].gain:.2f} ± {row['ours'].error:.2f},"
        f" syllabus {row['fixed'].gain:.2f} ({over[kind] - 1:+.0%}),"
        f" oracle {row['oracle'].gain:.2f} ({share[kind]:.0%}),"
        f" without needs {row['ours'].unfounded:.1%} (syllabus {row['fixed'].unfounded:.1%})"
        for kind, row in rows.items()
    )
    return f"simulated gain, ours {each}"


def _figures(rows: Rows, share: dict[str, float], over: dict[str, float]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for kind, row in rows.items():
        world = kind.replace(" ", "_")
        figures[f"{world}_of_oracle"] = round(share[kind], 3)
        figures[f"{world}_of_syllabus"] = round(over[kind], 3)
        for name, outcome in row.items():
            key = f"{world}_{name.replace(' ', '_').replace('-', '_')}"
            figures[f"{key}_gain"] = round(outcome.gain, 3)
            figures[f"{key}_error"] = round(outcome.error, 3)
            figures[f"{key}_without_needs"] = round(outcome.unfounded, 4)
            figures[f"{key}_stayed"] = round(outcome.finished, 3)
    return figures
