"""Recompute the opinions page of a closed poll: ``opinion-groups.py STATEMENTS.csv VOTES.csv``.

The two files are those that the page offers. Printed as JSON: the consensus, what every group
shares, what divides people, the groups with their stability, and the map, as the page shows them.
What each step means stands in docs/subsystems/opinion-groups.md. It needs numpy and nothing of
Hanmadang's own package; rows keep the order of the file, because seeds pick people by their place.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

UNSEEN, LEAST, CELLS, BLOCK = 2, 10, 16, 4096
SEED, SEED_PATTERN, SEED_STABILITY = 20_261_122, 1965, 8020
FEWEST_STATEMENTS, ENOUGH_VOTES, ENOUGH_STABLE = 4, 7, 0.7
HALF, LARGE_SIDE, SURE = 0.5, 0.3, 2.58
CODES = {"agree": 1, "pass": 0, "disagree": -1}
SIDES = ("agree", "disagree")
Array = Any


def read(statements: str, votes: str) -> tuple[list[int], Array]:
    """Ids of the statements, and one row of codes for each participant."""
    with Path(statements).open(encoding="utf-8-sig", newline="") as file:
        ids = [int(row["statement"]) for row in csv.DictReader(file)]
    with Path(votes).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = np.full((max(int(row["participant"]) for row in rows), len(ids)), UNSEEN, np.int8)
    for row in rows:
        place = int(row["participant"]) - 1, ids.index(int(row["statement"]))
        codes[place] = CODES[row["vote"]]
    return ids, codes


# --- Directions and places --------------------------------------------------------------------


def covariance(codes: Array) -> tuple[Array, Array]:
    """Means, and the covariance times the number of people; a gap counts as the mean."""
    seen = (codes != UNSEEN).astype(np.int64)
    vote = np.where(codes == UNSEEN, 0, codes).astype(np.int64)
    vv, vb, bb = vote.T @ vote, vote.T @ seen, seen.T @ seen
    means = np.diag(vb) / np.maximum(np.diag(bb), 1)
    cross = vb * means[None, :]
    return means, vv - cross - cross.T + np.outer(means, means) * bb


def directions(means: Array, matrix: Array) -> tuple[Array, Array]:
    """Means and the two main axes; the largest part of each is positive."""
    top = np.linalg.eigh(matrix).eigenvectors[:, ::-1][:, :2]
    picked = top[np.argmax(np.abs(top), axis=0), np.arange(top.shape[1])]
    return means, top * np.where(picked < 0, -1.0, 1.0)


def project(codes: Array, means: Array, axes: Array) -> tuple[Array, Array]:
    """Where people stand, and how many statements they voted on."""
    size = len(means)
    weights, gaps = np.zeros((2, size, 3), np.float32)
    pull = means[:, None] * axes
    weights[:, :2], gaps[:, :2], gaps[:, 2] = axes, pull - UNSEEN * axes, 1
    base = np.append(-pull.sum(axis=0), 0)
    unseen = (codes == UNSEEN).astype(np.float32)
    found = (codes.astype(np.float32) @ weights + unseen @ gaps).astype(np.float64) + base
    seen = np.rint(size - found[:, 2]).astype(np.int64)
    return found[:, :2] * np.sqrt(size / np.maximum(seen, 1))[:, None], seen


# --- Groups -----------------------------------------------------------------------------------


def sample(size: int, most: int) -> Array:
    """At most `most` places, the same ones each time."""
    if size <= most:
        return np.arange(size)
    return np.sort(np.random.default_rng(SEED).choice(size, most, replace=False))


def squares(points: Array, centre: Array) -> Array:
    """Squared distances from one point."""
    return np.einsum("ij,ij->i", points - centre, points - centre)


def settle(points: Array, centres: Array) -> tuple[Array, Array, float]:
    """Labels, centres and inertia after Lloyd's rounds."""
    far = np.stack([squares(points, centre) for centre in centres])
    labels, inertia = far.argmin(axis=0), float(far.min(axis=0).sum())
    for _ in range(60):
        sizes = np.bincount(labels, minlength=len(centres))
        sums = [np.bincount(labels, column, minlength=len(centres)) for column in points.T]
        centres = np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, None]
        centres[sizes == 0] = points.mean(axis=0)
        far = np.stack([squares(points, centre) for centre in centres])
        moved, inertia = far.argmin(axis=0), float(far.min(axis=0).sum())
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels, centres, inertia


def spread(points: Array, count: int, rng: Any) -> Array:
    """First centres, far from each other."""
    centres = [points[rng.integers(len(points))]]
    far = squares(points, centres[0])
    while len(centres) < count:
        total = far.sum()
        pick = rng.choice(len(points), p=far / total) if total > 0 else rng.integers(len(points))
        centres.append(points[pick])
        far = np.minimum(far, squares(points, points[pick]))
    return np.array(centres)


def search(points: Array, count: int) -> tuple[Array, Array, float]:
    """The best of ten starts."""
    rngs = (np.random.default_rng((SEED, number)) for number in range(10))
    return min((settle(points, spread(points, count, rng)) for rng in rngs), key=lambda f: f[2])


def fewest(people: int) -> int:
    """How many people make a group."""
    return max(5, int(np.ceil(0.03 * people)))


def silhouette(points: Array, labels: Array, count: int) -> float:
    """How much closer people are to their own group than to the next."""
    flat = (points - points.mean(axis=0)).astype(np.float32)
    square = (flat**2).sum(axis=1)
    apart = flat @ (-2 * flat.T)
    apart += square[:, None]
    apart += square
    apart = np.sqrt(np.maximum(apart, 0))
    sizes, rows = np.bincount(labels, minlength=count), np.arange(len(labels))
    sums = (apart @ np.eye(count, dtype=np.float32)[labels]).astype(np.float64)
    within = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / np.maximum(sizes, 1)
    means[:, sizes == 0] = np.inf
    means[rows, labels] = np.inf
    other = means.min(axis=1)
    marks = (other - within) / np.maximum(np.maximum(other, within), 1e-12)
    return float(np.where(sizes[labels] == 1, 0, marks).mean())


def best_count(points: Array) -> int | None:
    """The number of groups with the best silhouette."""
    chosen = points[sample(len(points), 2000)]
    marks = {}
    for count in (2, 3, 4, 5):
        if len(chosen) < 5 * count:
            continue
        labels = search(chosen, count)[0]
        if np.bincount(labels, minlength=count).min() >= fewest(len(chosen)):
            marks[count] = silhouette(chosen, labels, count)
    return max(marks, key=lambda count: marks[count]) if marks else None


def groups_of(points: Array) -> Array | None:
    """The group of each point, the largest first; None where one would be too small."""
    count = best_count(points)
    if count is None:
        return None
    chosen = sample(len(points), 4000)
    labels, centres, _ = search(points[chosen], count)
    if len(chosen) < len(points):
        labels = settle(points, centres)[0]
    sizes = np.bincount(labels, minlength=count)
    names = np.empty(count, np.int64)
    names[np.argsort(-sizes, kind="stable")] = np.arange(count)
    return names[labels] if sizes.min() >= fewest(len(points)) else None


# --- May they be shown? -----------------------------------------------------------------------


def has_pattern(codes: Array) -> bool:
    """Horn's parallel analysis: is the first axis longer than chance makes it?"""
    rng = np.random.default_rng(SEED_PATTERN)
    codes = codes[sample(len(codes), 2000)]
    dealt = []
    for _ in range(19):
        copy = codes.copy()
        for column in copy.T:
            seen = column != UNSEEN
            column[seen] = rng.permutation(column[seen])
        dealt.append(np.linalg.eigvalsh(covariance(copy)[1])[-1])
    first = np.linalg.eigvalsh(covariance(codes)[1])[-1]
    return bool(first > np.mean(dealt) + 5 * np.std(dealt, ddof=1))


def alike(one: Array, other: Array) -> float:
    """The adjusted Rand index of two groupings."""
    table = np.zeros((one.max() + 1, other.max() + 1), np.int64)
    np.add.at(table, (one, other), 1)
    both, first, second, everyone = (
        float((counts * (counts - 1) // 2).sum())
        for counts in (table, table.sum(axis=1), table.sum(axis=0), np.array([len(one)]))
    )
    expected, most = first * second / max(everyone, 1), (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def stability(codes: Array, placed: Array, labels: Array) -> float:
    """How alike the groups of fewer statements are: the median of twenty draws."""
    rng, count = np.random.default_rng(SEED_STABILITY), int(labels.max()) + 1
    columns, chosen = np.arange(codes.shape[1]), sample(len(placed), 2000)
    found = []
    for _ in range(20):
        fewer = np.sort(rng.choice(columns, max(2, round(0.8 * len(columns))), replace=False))
        part = codes[:, fewer]
        points, seen = project(part[placed[chosen]], *directions(*covariance(part)))
        again = search(points[seen > 0], count)[0]
        found.append(alike(again, labels[chosen][seen > 0]))
    return float(np.median(found))


# --- What is shown ----------------------------------------------------------------------------


def counted(codes: Array) -> Array:
    """Agree, disagree and seen of each statement."""
    return np.stack([(codes == 1).sum(0), (codes == -1).sum(0), (codes != UNSEEN).sum(0)], axis=1)


def shares(counts: Array) -> Array:
    """Smoothed shares of both sides."""
    return (counts[..., :2] + 1) / (counts[..., 2:] + 2)


def fact(ids: list[int], counts: Array, column: int, side: int) -> dict[str, Any]:
    """A statement, a side, how many take it and how many of its voters do not."""
    mine, seen = int(counts[column, side]), int(counts[column, 2])
    return {"statement": ids[column], "stance": SIDES[side], "parts": [mine, seen - mine]}


def ranked(ids: list[int], total: Array, score: Array, fits: Array) -> list[dict[str, Any]]:
    """The ten statements and sides with the highest scores among those that fit."""
    every = ((column, side) for column in range(len(ids)) for side in range(2))
    places = [place for place in every if fits[place] and total[place[0], 2] >= LEAST]
    places.sort(key=lambda place: -float(score[place]))
    return [fact(ids, total, column, side) for column, side in places[:10]]


def divided(ids: list[int], total: Array) -> list[dict[str, Any]]:
    """Statements with two large sides."""
    smaller = shares(total).min(axis=-1)
    places = [c for c in range(len(ids)) if smaller[c] > LARGE_SIDE and total[c, 2] >= LEAST]
    places.sort(key=lambda column: -float(smaller[column]))
    return [fact(ids, total, c, int(total[c, 1] > total[c, 0])) for c in places[:5]]


def visible(counts: list[int], rest: int) -> list[bool]:
    """Which counts may stand beside their total without giving away fewer than ten people."""
    hidden = {place for place, count in enumerate(counts) if count < LEAST}
    missing = rest + sum(counts[place] for place in hidden)
    for place in sorted(range(len(counts)), key=lambda place: counts[place]):
        if 0 < missing < LEAST and place not in hidden:
            hidden.add(place)
            missing += counts[place]
    return [place not in hidden for place in range(len(counts))]


def typical(ids: list[int], each: Array, rest: Array, group: int) -> list[dict[str, Any]]:
    """The five statements that set a group apart the most (two proportions, 99 %)."""
    others = each.sum(axis=0) - each[group]
    one, two = shares(each[group]), shares(others)
    seen, unseen = each[group][:, 2:] + 2, others[:, 2:] + 2
    pooled = (one * seen + two * unseen) / (seen + unseen)
    error = np.sqrt(pooled * (1 - pooled) * (1 / seen + 1 / unseen))
    sure = ((one - two) > SURE * error) & (one > HALF)
    places = [(c, side) for c in range(len(ids)) for side in range(2) if sure[c, side]]
    places.sort(key=lambda place: -float(one[place] ** 2 / two[place]))
    found = [fact(ids, each[group], *place) for place in places[:5]]
    for (column, _side), shown in zip(places, found, strict=False):
        if not visible([int(count) for count in each[:, column, 2]], int(rest[column, 2]))[group]:
            shown["parts"] = None
    return found


def spots(points: Array, labels: Array) -> list[list[Any]]:
    """The map in coarse cells of at least ten people of one group."""
    reach = float(np.abs(points).max()) or 1.0
    cells = np.clip(((points / reach + 1) * CELLS / 2).astype(np.int64), 0, CELLS - 1)
    keys, people = np.unique(np.column_stack([labels, cells]), axis=0, return_counts=True)
    return [
        [*(round((2 * int(c) + 1) / CELLS - 1, 4) for c in (x, y)), "ABCDE"[name], int(number)]
        for (name, x, y), number in zip(keys, people, strict=True)
        if number >= LEAST
    ]


def result(ids: list[int], codes: Array) -> dict[str, Any]:
    """All of it."""
    total = counted(codes)
    found: dict[str, Any] = {
        "people": len(codes), "placed": 0, "statements": len(ids), "stability": None,
        "withheld": None, "consensus": ranked(ids, total, shares(total), shares(total) > HALF),
        "across": [], "divided": divided(ids, total), "groups": [], "spots": [],
    }  # fmt: skip
    if len(ids) < FEWEST_STATEMENTS:
        return found | {"withheld": "few_statements"}
    axes = directions(*covariance(codes))
    blocks = [project(codes[at : at + BLOCK], *axes) for at in range(0, len(codes), BLOCK)]
    points, seen = (np.concatenate(part) for part in zip(*blocks, strict=True))
    placed = np.flatnonzero(seen >= min(ENOUGH_VOTES, len(ids)))
    found["placed"] = len(placed)
    if len(placed) < 2 * LEAST:
        return found | {"withheld": "few_people"}
    if not has_pattern(codes):
        return found | {"withheld": "no_pattern"}
    labels = groups_of(points[placed])
    if labels is None:
        return found | {"withheld": "small_groups"}
    steady = stability(codes, placed, labels)
    each = np.stack([counted(codes[placed[labels == g]]) for g in range(labels.max() + 1)])
    sizes = [int(size) for size in np.bincount(labels)]
    found |= {"stability": round(steady, 2)}
    if min(sizes) >= LEAST:
        by_group = shares(each)
        common = np.all(by_group > HALF, axis=0)
        found["across"] = ranked(ids, total, by_group.prod(axis=0), common)
    shown = visible(sizes, 0)
    if steady < ENOUGH_STABLE or not any(shown):
        return found | {"withheld": "unstable" if steady < ENOUGH_STABLE else "small_groups"}
    found["groups"] = [
        {
            "name": "ABCDE"[group],
            "size": size if shown[group] else None,
            "typical": typical(ids, each, total - each.sum(axis=0), group) if size >= LEAST else [],
        }
        for group, size in enumerate(sizes)
    ]
    found["spots"] = spots(points[placed], labels)
    return found


if __name__ == "__main__":
    if not sys.argv[2:]:
        sys.exit(__doc__)
    json.dump(result(*read(*sys.argv[1:3])), sys.stdout, indent=1)
