"""The two directions in which people differ most: principal components of the votes.

A missing vote counts as the statement's mean, which adds nothing to the covariance; it therefore
follows from the three sums alone (the idea is that of Small et al. 2021, "Polis: Scaling
deliberation by mapping high dimensional opinion spaces", 4.1; the algebra is our own).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanmadang.polls.opinion.votes import UNSEEN, Codes, Sums, Votes

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
DIMENSIONS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """Means and directions of the statements in `columns`."""

    columns: Places
    means: Floats
    vectors: Floats
    """One row a statement, one column an axis."""


def covariance(sums: Sums) -> tuple[Floats, Floats]:
    """Means, and the covariance, times the number of people, with gaps filled by the means.

    With d = b (v - mean), the sum of d_j d_k is vv_jk - mean_k vb_jk - mean_j vb_kj
    + mean_j mean_k bb_jk. The factor does not matter for the axes.
    """
    means = np.diag(sums.vb) / np.maximum(np.diag(sums.bb), 1)
    cross = sums.vb * means[None, :]
    return means, sums.vv - cross - cross.T + np.outer(means, means) * sums.bb


def axes_of(sums: Sums, columns: Places, earlier: Axes | None = None) -> Axes:
    """The first two axes of some statements, turned the way `earlier` ones were."""
    means, matrix = covariance(sums.part(columns))
    top = np.linalg.eigh(matrix).eigenvectors[:, ::-1][:, :DIMENSIONS]
    return Axes(columns, means, top * _signs(top, columns, earlier))


def _signs(vectors: Floats, columns: Places, earlier: Axes | None) -> Floats:
    """An axis has no natural sign: keep the earlier one, else let its largest part be positive."""
    if earlier is None:
        picked = vectors[np.argmax(np.abs(vectors), axis=0), np.arange(vectors.shape[1])]
    else:
        before = np.zeros((1 + int(max(columns.max(), earlier.columns.max())), DIMENSIONS))
        before[earlier.columns] = earlier.vectors
        picked = np.sum(vectors * before[columns], axis=0)
    return np.where(picked < 0, -1.0, 1.0)


def project(codes: Codes, axes: Axes) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Where people stand, and how many of the statements they voted on.

    Few votes pull a person towards the middle; the factor sqrt(statements / votes) undoes that
    (Small et al. 2021, 4.1). A statement without a vote adds nothing.
    """
    weights, gaps, base = _weights(axes, codes.shape[1])
    unseen = (codes == UNSEEN).astype(np.float32)
    found = (codes.astype(np.float32) @ weights + unseen @ gaps).astype(np.float64) + base
    size = len(axes.columns)
    seen = np.rint(size - found[:, DIMENSIONS]).astype(np.int64)
    factor = np.sqrt(size / np.maximum(seen, 1))
    return found[:, :DIMENSIONS] * factor[:, None], seen


def project_all(votes: Votes, axes: Axes) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The same for everybody, in the order of `votes.people`."""
    points = np.empty((len(votes), DIMENSIONS))
    seen = np.empty(len(votes), np.int64)
    for here, codes in votes.blocks():
        points[here], seen[here] = project(codes, axes)
    return points, seen


def _weights(
    axes: Axes, width: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], Floats]:
    """What a code adds, what a gap adds to that (its code is 2), and what all add.

    A vote v adds (v - mean) axis. The third column counts the gaps.
    """
    weights, gaps = np.zeros((2, width, DIMENSIONS + 1), np.float32)
    pull = axes.means[:, None] * axes.vectors
    place = np.ix_(axes.columns, np.arange(pull.shape[1]))
    weights[place] = axes.vectors
    gaps[place] = pull - UNSEEN * axes.vectors
    gaps[axes.columns, DIMENSIONS] = 1
    base = np.zeros(DIMENSIONS + 1)
    base[: pull.shape[1]] = -pull.sum(axis=0)
    return weights, gaps, base
