"""Mastery: answers are foretold as well as by the best of the field, also of those who just began.

The table of `bench/curricula`, from people made with the run's seed (four worlds) and, where
`SKILL_BUILDER` names its folder, from the public set. In both cold-start columns ours must be the
best, or within 0.005 of it, by area under the curve, log loss and calibration, where a
calibration error that true chances would show as well is as good as none. The twin's ability never
moves, so that one competency says nothing about another.
"""

import os
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

from bench.curricula.data import Split, made, skill_builder
from bench.curricula.scores import Scores
from bench.curricula.table import COLD, table
from hanmadang.curricula.engine import tracing
from proofs import Figure, Run, Verdict

WORLDS, NEAR = 4, 0.005
Rows = dict[str, dict[str, Scores]]


def prove(run: Run) -> Verdict:
    """Every split."""
    splits = [made(seed=run.seed + world) for world in range(run.size(WORLDS))]
    if folder := os.environ.get("SKILL_BUILDER"):
        splits.append(skill_builder(Path(folder)))
    rows = [_rows(split, twin=run.twin) for split in splits]
    behind = [gap for each in rows for column in COLD for gap in _behind(each, column)]
    words = "; ".join(map(_words, splits, rows))
    figures: dict[str, Figure] = {
        f"{place}_{name.replace(' ', '_')}_{'new' if column == COLD[1] else 'early'}_auc": round(
            row[column].auc, 3
        )
        for place, each in enumerate(rows)
        for name, row in each.items()
        for column in COLD
    }
    figures["furthest_behind"] = round(max(behind), 4)
    summary = f"{words}; at most {max(behind):.3f} behind the best (goal {NEAR})"
    return Verdict(max(behind) <= NEAR, summary, figures)


def _rows(split: Split, *, twin: bool) -> Rows:
    with ExitStack() as broken:
        if twin:
            broken.enter_context(mock.patch.object(tracing, "STEP", 0.0))
        return table(split)


def _behind(rows: Rows, column: str) -> tuple[float, float, float]:
    """How far ours is from the best of the others: area, log loss, calibration; below 0 ahead."""
    ours, others = rows["ours"][column], [rows[name][column] for name in rows if name != "ours"]
    return (
        max(other.auc for other in others) - ours.auc,
        ours.log_loss - min(other.log_loss for other in others),
        ours.calibration - max(ours.chance_gap, min(other.calibration for other in others)),
    )


def _words(split: Split, rows: Rows) -> str:
    def two(name: str) -> str:
        return "/".join(f"{rows[name][column].auc:.3f}" for column in COLD)

    return (
        f"{split.name}: AUC of answers 9-20/new competencies ours {two('ours')}, "
        f"Elo {two('Elo')}, BKT {two('BKT')}, PFA {two('PFA')}"
    )
