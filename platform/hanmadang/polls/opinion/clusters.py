"""Groups of people who stand close together: k-means without chance.

Lloyd's algorithm from ten starts spread as k-means++ spreads them (Arthur and Vassilvitskii 2007),
all from fixed seeds; how many groups there are says the silhouette (Rousseeuw 1987) of a sample.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanmadang.polls.opinion.axes import Floats, Places

Labels = npt.NDArray[np.int64]
SIZES = (2, 3, 4, 5)
"""The numbers of groups that are tried."""
STARTS, ROUNDS = 10, 60
SEARCHED, MEASURED = 4_000, 2_000
"""People among whom groups are searched, and those whose silhouette is taken."""
LEAST_MEMBERS, LEAST_SHARE = 5, 0.03
_SEED = 20_261_122


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """Groups of some points."""

    labels: Labels
    centres: Floats
    inertia: float
    """The sum of squared distances from the centres."""

    @property
    def sizes(self) -> Labels:
        """How many points each group has."""
        return np.bincount(self.labels, minlength=len(self.centres))


def least(people: int) -> int:
    """How many people make a group."""
    return max(LEAST_MEMBERS, int(np.ceil(LEAST_SHARE * people)))


def sample(size: int, most: int) -> Places:
    """Places of at most `most` of `size` people, the same ones every time."""
    if size <= most:
        return np.arange(size)
    return np.sort(np.random.default_rng(_SEED).choice(size, most, replace=False))


def nearest(points: Floats, centres: Floats) -> tuple[Labels, float]:
    """The nearest centre of each point, and the inertia."""
    far = np.stack([_squares(points, centre) for centre in centres])
    return far.argmin(axis=0), float(far.min(axis=0).sum())


def _squares(points: Floats, centre: Floats) -> Floats:
    """Squared distances; `einsum` is much faster here than a sum over an axis of two."""
    apart = points - centre
    found: Floats = np.einsum("ij,ij->i", apart, apart)
    return found


def centres_of(points: Floats, labels: Labels, count: int) -> Floats:
    """The middle of each group; of an empty one, the middle of all."""
    sizes = np.bincount(labels, minlength=count)
    sums = [np.bincount(labels, column, minlength=count) for column in points.T]
    found = np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, None]
    found[sizes == 0] = points.mean(axis=0)
    return found


def settle(points: Floats, centres: Floats) -> Clustering:
    """Lloyd's rounds from given centres until nobody moves."""
    labels, inertia = nearest(points, centres)
    for _ in range(ROUNDS):
        centres = centres_of(points, labels, len(centres))
        moved, inertia = nearest(points, centres)
        if np.array_equal(moved, labels):
            break
        labels = moved
    return Clustering(labels, centres, inertia)


def search(points: Floats, count: int) -> Clustering:
    """The best of ten starts."""
    starts = (_spread(points, count, np.random.default_rng((_SEED, n))) for n in range(STARTS))
    return min((settle(points, start) for start in starts), key=lambda found: found.inertia)


def find(points: Floats, count: int) -> Clustering:
    """Groups of everybody: searched among a sample, settled among all."""
    chosen = sample(len(points), SEARCHED)
    found = search(points[chosen], count)
    return found if len(chosen) == len(points) else settle(points, found.centres)


def best_count(points: Floats) -> int | None:
    """The number of groups with the best silhouette; None if each leaves a group too small."""
    chosen = points[sample(len(points), MEASURED)]
    apart = distances(chosen)
    marks = {}
    for count in SIZES:
        if len(chosen) < count * LEAST_MEMBERS:
            continue
        found = search(chosen, count)
        if found.sizes.min() >= least(len(chosen)):
            marks[count] = silhouette(apart, found.labels, count)
    return max(marks, key=lambda count: marks[count]) if marks else None


def distances(points: Floats) -> npt.NDArray[np.float32]:
    """How far all points are from each other, in little memory."""
    flat = (points - points.mean(axis=0)).astype(np.float32)
    square = (flat**2).sum(axis=1)
    found: npt.NDArray[np.float32] = flat @ (-2 * flat.T)
    found += square[:, None]
    found += square
    np.maximum(found, 0, out=found)
    np.sqrt(found, out=found)
    return found


def silhouette(apart: npt.NDArray[np.float32], labels: Labels, count: int) -> float:
    """How much closer people are to their own group than to the next, from -1 to 1."""
    sizes = np.bincount(labels, minlength=count)
    sums = (apart @ np.eye(count, dtype=np.float32)[labels]).astype(np.float64)
    rows = np.arange(len(labels))
    within = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / np.maximum(sizes, 1)
    means[:, sizes == 0] = np.inf
    means[rows, labels] = np.inf
    other = means.min(axis=1)
    marks = (other - within) / np.maximum(np.maximum(other, within), 1e-12)
    return float(np.where(sizes[labels] == 1, 0, marks).mean())


def _spread(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Centres far from each other: each new one is drawn by its squared distance from the rest."""
    centres = [points[rng.integers(len(points))]]
    far = _squares(points, centres[0])
    while len(centres) < count:
        total = far.sum()
        pick = rng.choice(len(points), p=far / total) if total > 0 else rng.integers(len(points))
        centres.append(points[pick])
        far = np.minimum(far, _squares(points, points[pick]))
    return np.array(centres)
