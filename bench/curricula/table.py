"""The table: every model on every column."""

from collections.abc import Iterable

from bench.curricula.data import Answers, Split
from bench.curricula.models import Fresh, models
from bench.curricula.scores import Foretold, Scores, scores

COLUMNS = ("all", "answers 9-20", "new competency, 9-20")
COLD = COLUMNS[1:]
"""Where little is known yet."""
FIRST, LAST = 9, 20


def table(split: Split) -> dict[str, dict[str, Scores]]:
    """By model and column."""
    return {name: columns(fresh, split.test) for name, fresh in models(split.train).items()}


def columns(fresh: Fresh, people: Iterable[Answers]) -> dict[str, Scores]:
    """One model's scores over people it was not fitted to."""
    found: dict[str, list[Foretold]] = {column: [] for column in COLUMNS}
    for answers in people:
        model, met = fresh(), set[str]()
        for number, (code, right) in enumerate(answers, 1):
            foretold = model.right(code), right
            found["all"].append(foretold)
            if FIRST <= number <= LAST:
                found[COLD[0]].append(foretold)
                if code not in met:
                    found[COLD[1]].append(foretold)
            met.add(code)
            model.answer(code, right=right)
    return {column: scores(pairs) for column, pairs in found.items()}


def words(split: Split, rows: dict[str, dict[str, Scores]]) -> str:
    """The table as text: AUC, log loss and calibration error for each column."""
    head = f"{split.name}: {len(split.train)} people to learn from, {len(split.test)} to foretell"
    lines = [head, " " * 12 + "".join(f"{column:>26}" for column in COLUMNS)]
    lines.append(" " * 12 + f"{'AUC    loss   ECE':>26}" * len(COLUMNS))
    for name, row in rows.items():
        cells = (
            f"{row[column].auc:11.3f}  {row[column].log_loss:.3f}  {row[column].calibration:.3f}"
            for column in COLUMNS
        )
        lines.append(f"{name:<12}" + "".join(f"{cell:>26}" for cell in cells))
    answers = "".join(f"{rows['ours'][column].answers:>26,}" for column in COLUMNS)
    return "\n".join([*lines, f"{'answers':<12}{answers}"])
