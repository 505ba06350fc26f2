"""Recompute every figure of a closed poll: ``recompute-results.py RESULTS.csv CODEBOOK.json``.

Reads the two files that the poll's page of open data offers and works out, from the counts
alone, each share and each figure beside the bars, as docs/subsystems/votes.md describes them.
Prints them, and a FAULT for each that is not what the files say. Status 0 when all agree, else 1.
Nothing here comes from Hanmadang's own package.
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

Row = dict[str, str]
FEWEST = 10
"""People in a slice of time."""


def percent(part: int, whole: int) -> float | None:
    """To one decimal; nothing of nobody."""
    return round(100 * part / whole, 1) if whole else None


def share(row: Row, rows: list[Row]) -> float | None:
    """An option's bar."""
    answered, points = int(row["answered"]), int(row["points"])
    if row["type"] == "points":
        return percent(points, sum(int(each["points"]) for each in rows))
    if row["type"] == "ranking":
        return percent(points, len(rows) * answered)
    return percent(min(int(row["count"]), answered), answered)


def band(counts: list[int], quarter: int) -> int | None:
    """The band in which the nearest rank of a quartile lies."""
    wanted, reached = -(-sum(counts) * quarter // 4), 0
    for place, count in enumerate(counts):
        reached += count
        if wanted and reached >= wanted:
            return place
    return None


def figures(question: dict[str, object], rows: list[Row]) -> dict[str, float | None]:
    """What is said beside the bars of scales and numbers."""
    if question["type"] not in ("number", "scale"):
        return {}
    counts, answered = [int(row["count"]) for row in rows], int(rows[0]["answered"])
    if question["type"] == "number":
        return {name: band(counts, n) for n, name in enumerate(("lower", "median", "upper"), 1)}
    found = {"top": percent(sum(counts[:2]), answered)}
    found["bottom"] = percent(sum(counts[-2:]), answered)
    settings = question["settings"]
    is_semantic = str(settings.get("scale")).startswith("semantic")  # type: ignore[attr-defined]
    if is_semantic or settings.get("mean"):  # type: ignore[attr-defined]
        ordered = counts if is_semantic else counts[::-1]  # the strongest yes stands first
        total = sum(place * count for place, count in enumerate(ordered, 1))
        found["mean"] = round(total / answered, 2) if answered else None
    return found


def times(told: dict[str, object] | None) -> int:
    """Whether the slices hold everybody who answered, and none of them fewer than ten people."""
    slices = told["slices"] if told else []
    people = [each["people"] for each in slices]  # type: ignore[attr-defined]
    if not people:
        return 0
    is_right = sum(people) == told["people"] and min(people) >= FEWEST  # type: ignore[index]
    fault = "" if is_right else f"  FAULT, {told['people']} answered"  # type: ignore[index]
    sys.stdout.write(f"times: {sum(people)} people in {len(people)} slices{fault}\n")
    return int(not is_right)


def main(results: str, codebook: str) -> int:
    """Print what was found; the exit status."""
    with Path(results).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    of_question: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        of_question[int(row["question"])].append(row)
    faults = 0
    book = json.loads(Path(codebook).read_text(encoding="utf-8"))
    for question in book["questions"]:
        mine = of_question[question["question"]]
        found: dict[str, tuple[object, object]] = {
            f"option {row['option']} share": (
                share(row, mine),
                float(row["share"]) if row["share"] else None,
            )
            for row in mine
        }
        computed = figures(question, mine)
        for name in {**computed, **question["figures"]}:
            found[name] = computed.get(name), question["figures"].get(name)
        for name, (ours, theirs) in found.items():
            fault = "" if ours == theirs else f"  FAULT, the files say {theirs}"
            faults += bool(fault)
            sys.stdout.write(f"question {question['question']} {name}: {ours}{fault}\n")
    faults += times(book.get("times"))
    sys.stdout.write(f"{'FAIL' if faults else 'PASS'}: {faults} faults\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]) if sys.argv[2:] else __doc__)
