"""Recompute the weighted totals of a Hanmadang poll with nothing but Python.

``recompute-weights.py TABLES`` reads the file that a poll's page of groups offers (format
"hanmadang-poll-tables/1"), weights each question from its published table to the published
population figures (raking, Deming & Stephan 1940), and compares every figure as printed. Ends
with status 0 when all agree, else with 1. Nothing here comes from Hanmadang's own package.
"""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Z = 1.959963984540054
ROUNDS, CLOSE = 50, 1e-10
LEAST, MOST = 0.7, 1.5
CLEARLY_SAID = 90


def shares(rows: list[dict[str, Any]], place: int, targets: dict[str, float]) -> dict[str, float]:
    """The target share of each band; bands without a population figure keep their share."""
    people: dict[str, int] = {}
    for row in rows:
        people[row["levels"][place]] = people.get(row["levels"][place], 0) + row["n"]
    n = sum(people.values())
    said = {band: levels_of(band, count) for band, count in people.items()}
    known = {
        band: sum(targets[level] for level in levels)
        for band, levels in said.items()
        if all(level in targets for level in levels)
    }
    kept = sum(count for band, count in people.items() if band not in known) / n
    whole = sum(known.values())
    return {
        band: known[band] / whole * (1 - kept) if band in known else count / n
        for band, count in people.items()
    }


def levels_of(band: str, count: int) -> list[str]:
    """Of a large band that few did not say joined, the levels that were said."""
    levels = band.split("+")
    few = len(levels) > 1 and count >= CLEARLY_SAID
    return [level for level in levels if not (few and level == "unsaid")]


def weights(rows: list[dict[str, Any]], margins: list[dict[str, float]]) -> list[float]:
    """One weight for each row's people, with mean 1: margin after margin until all are met."""
    found = [1.0] * len(rows)
    n = sum(row["n"] for row in rows)
    for _round in range(ROUNDS):
        if max(gap(rows, found, place, each) for place, each in enumerate(margins)) <= CLOSE:
            break
        for place, margin in enumerate(margins):
            now = weighted_shares(rows, found, place)
            found = [
                weight * margin[row["levels"][place]] / now[row["levels"][place]]
                for weight, row in zip(found, rows, strict=True)
            ]
            total = sum(weight * row["n"] for weight, row in zip(found, rows, strict=True))
            found = [weight * n / total for weight in found]
    return found


def weighted_shares(rows: list[dict[str, Any]], found: list[float], place: int) -> dict[str, float]:
    """The share of each band as weighted."""
    sums: dict[str, float] = {}
    for weight, row in zip(found, rows, strict=True):
        band = row["levels"][place]
        sums[band] = sums.get(band, 0) + weight * row["n"]
    return {band: each / sum(sums.values()) for band, each in sums.items()}


def gap(
    rows: list[dict[str, Any]], found: list[float], place: int, margin: dict[str, float]
) -> float:
    """How far the weighted bands are from their targets."""
    now = weighted_shares(rows, found, place)
    return max(abs(now[band] - target) for band, target in margin.items())


def interval(share: float, n: float) -> tuple[float, float]:
    """95 % after Wilson (1927)."""
    shrink = 1 + Z**2 / n
    middle = (share + Z**2 / (2 * n)) / shrink
    half = Z / shrink * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return min(max(0.0, middle - half), share), max(min(1.0, middle + half), share)


def figures(question: dict[str, Any]) -> dict[str, Any]:
    """What the page prints of one question, computed anew."""
    printed = question["weighted"]
    names = printed["attributes"]
    [table] = [each for each in question["tables"] if each["attributes"] == names]
    rows, targets = table["rows"], printed["targets"]
    margins = [shares(rows, place, targets[name]) for place, name in enumerate(names)]
    found = weights(rows, margins)
    sizes = [row["n"] for row in rows]
    n, total = sum(sizes), sum(w * size for w, size in zip(found, sizes, strict=True))
    effect = n * sum(w * w * size for w, size in zip(found, sizes, strict=True)) / total**2
    return {
        "n": n,
        "design_effect": round(effect, 2),
        "effective_n": round(n / effect),
        "error_unweighted": round(100 * Z * math.sqrt(0.25 / n), 1),
        "error_weighted": round(100 * Z * math.sqrt(0.25 / (n / effect)), 1),
        "answers": [
            {"answer": answer, **side(rows, found, place, n / effect)}
            for place, answer in enumerate(table["answers"])
        ],
        "factors": list(factors(rows, found, names)),
    }


def side(
    rows: list[dict[str, Any]], found: list[float], place: int, effective: float
) -> dict[str, int]:
    """One answer: unweighted, weighted, interval, in whole percents."""
    counts = [row["cells"][place]["count"] for row in rows]
    sizes = [row["n"] for row in rows]
    chosen = sum(w * count for w, count in zip(found, counts, strict=True))
    weighted = chosen / sum(w * size for w, size in zip(found, sizes, strict=True))
    low, high = interval(weighted, effective)
    return {
        "unweighted": round(100 * sum(counts) / sum(sizes)),
        "weighted": round(100 * weighted),
        "low": round(100 * low),
        "high": round(100 * high),
    }


def factors(
    rows: list[dict[str, Any]], found: list[float], names: list[str]
) -> Iterator[dict[str, Any]]:
    """How much one answer of each band counts."""
    for place, name in enumerate(names):
        sums: dict[str, list[float]] = {}
        for weight, row in zip(found, rows, strict=True):
            pair = sums.setdefault(row["levels"][place], [0, 0])
            pair[0] += weight * row["n"]
            pair[1] += row["n"]
        for band, (weighted, people) in sums.items():
            value = weighted / people
            outside = not LEAST - CLOSE <= value <= MOST + CLOSE
            yield {
                "attribute": name, "level": band, "factor": round(value, 2), "flagged": outside,
            }  # fmt: skip


def main(path: str) -> int:
    """Print what agrees and what differs; the exit status."""
    tables = json.loads(Path(path).read_text(encoding="utf-8"))
    lines, differing = [], 0
    for question in tables["questions"]:
        printed = question["weighted"]
        if printed is None or "n" not in printed:
            why = printed["refused"] if printed else "no weights"
            lines.append(f"question {question['id']}: {why}")
            continue
        made = figures(question)
        wrong = [name for name, value in made.items() if printed[name] != value]
        differing += len(wrong)
        verdict = f"DIFFERS in {', '.join(wrong)}" if wrong else "agrees"
        shown = ", ".join(f"{each['weighted']} %" for each in made["answers"])
        lines.append(f"question {question['id']}: {shown}: {verdict}")
    lines.append("FAIL" if differing else "PASS")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) > 1 else __doc__)
