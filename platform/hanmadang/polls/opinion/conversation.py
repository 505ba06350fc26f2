"""A conversation: votes come in one by one, and a refresh says what they show.

Most refreshes only *follow*: new axes, everybody placed anew, the groups settle from where they
were. From time to time one *reviews*: it looks for a pattern, searches groups from cold starts,
measures their stability, and may change how many there are. A review depends on the votes alone
and not on their order, apart from the number of groups and their letters, which change slowly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from hanmadang.polls.opinion import clusters, consensus, publish
from hanmadang.polls.opinion.axes import Axes, Floats, Places, axes_of, project_all
from hanmadang.polls.opinion.clusters import Clustering, Labels
from hanmadang.polls.opinion.disclosure import LEAST
from hanmadang.polls.opinion.labels import NAMES, NOBODY, Count, matched
from hanmadang.polls.opinion.memory import Memory
from hanmadang.polls.opinion.pattern import has_pattern
from hanmadang.polls.opinion.publish import Grouping
from hanmadang.polls.opinion.result import Group, Result, Statement, Vote, Withheld
from hanmadang.polls.opinion.stability import ENOUGH, stability
from hanmadang.polls.opinion.votes import Codes, Votes

ENOUGH_VOTES = 7
"""Votes that place a person, or all statements where there are fewer (the rule of Polis)."""
FEWEST_STATEMENTS, FEWEST_PEOPLE = 4, 2 * LEAST
REVIEW_AFTER = 0.05
"""The share of votes that are new since the last review and ask for the next one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """Everybody's place at one refresh."""

    axes: Axes
    points: Floats
    placed: Places
    """Those with enough votes, as places in `votes.people`."""

    @property
    def crowd(self) -> Floats:
        """The points of those with enough votes."""
        return self.points[self.placed]


class Conversation:
    """Statements, votes, and what the last refresh found."""

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        self.votes = Votes()
        self._profile: set[int] = set()
        self._axes: Axes | None = None
        self._names: Labels = np.zeros(0, np.int64)  # by arrival, NOBODY for those in no group
        self._count: Count | None = None
        self._stability: float | None = None
        self._withheld: Withheld | None = None
        self._reviewed: int | None = None
        for statement in statements:
            self.add(statement)

    @classmethod
    def load(cls, statements: Sequence[Statement], people: Sequence[str], codes: Codes) -> Self:
        """A whole conversation at once; see `Votes.load`."""
        self = cls()
        self.votes = Votes.load([each.id for each in statements], people, codes)
        self._profile = {each.id for each in statements if each.is_profile}
        return self

    def add(self, statement: Statement) -> None:
        """A new statement."""
        self.votes.add(statement.id)
        if statement.is_profile:
            self._profile.add(statement.id)

    def cast(self, person: str, statement: int, vote: Vote | None) -> None:
        """A vote, a changed vote, or (None) a withdrawn one."""
        self.votes.cast(person, statement, vote)

    @property
    def columns(self) -> Places:
        """Where the statements stand that say what people want."""
        ids = self.votes.statements
        return np.array([place for place, each in enumerate(ids) if each not in self._profile], int)

    @property
    def members(self) -> dict[str, str]:
        """Each grouped person's group, shown or not: for tests and comparisons, never for pages."""
        pairs = zip(self.votes.people, self._earlier(), strict=True)
        return {person: NAMES[name] for person, name in pairs if name != NOBODY}

    def remember(self) -> Memory | None:
        """What another process needs to go on; None where no groups were found."""
        if self._count is None or self._axes is None or not len(self._names):
            return None
        grouping = Grouping.of(self._earlier())
        counted = consensus.counts(self.votes, grouping.places, len(grouping.used))
        return Memory.of(self.votes, self._count, self._axes, grouping.used, counted[:-1])

    def resume(self, memory: Memory) -> None:
        """Go on where another process stopped: letters, their number, and the map's directions."""
        self._count, self._axes = memory.count, memory.axes_among(self.votes)
        self._names = memory.names_of(self.votes)

    def refresh(self, *, review: bool | None = None) -> Result:
        """What the votes show now; `review` forces or forbids a review where one is possible."""
        columns = self.columns
        if len(columns) < FEWEST_STATEMENTS:
            return self._without(columns, Withheld.FEW_STATEMENTS)
        scene = self._look(columns)
        if len(scene.placed) < FEWEST_PEOPLE:
            return self._without(columns, Withheld.FEW_PEOPLE, len(scene.placed))
        due = self._is_due if review is None else review
        found = self._review(scene) if due or self._reviewed is None else self._follow(scene)
        if found is None:
            return self._without(columns, self._withheld, len(scene.placed))
        return self._with(scene, found)

    @property
    def _is_due(self) -> bool:
        since = self.votes.changes - (self._reviewed or 0)
        return self._reviewed is None or since >= REVIEW_AFTER * max(1, self.votes.total)

    def _look(self, columns: Places) -> _Scene:
        self._axes = axes_of(self.votes.sums, columns, self._axes)
        points, seen = project_all(self.votes, self._axes)
        placed = np.flatnonzero(seen >= min(ENOUGH_VOTES, len(columns)))
        return _Scene(self._axes, points, placed)

    def _follow(self, scene: _Scene) -> Clustering | None:
        """The groups from where they were; where that breaks one of them, a review decides."""
        if self._count is None:
            return None  # the last review's reason still holds
        earlier = self._earlier()[scene.placed]
        known = earlier != NOBODY
        used = np.flatnonzero(np.bincount(earlier[known]))
        labels = np.searchsorted(used, earlier[known])
        if len(used) != self._count.current:
            return self._review(scene)
        centres = clusters.centres_of(scene.crowd[known], labels, len(used))
        return self._allowed(clusters.settle(scene.crowd, centres)) or self._review(scene)

    def _review(self, scene: _Scene) -> Clustering | None:
        """The groups from cold starts, or None and the reason why there are none."""
        self._reviewed = self.votes.changes
        self._stability = self._withheld = None
        if not has_pattern(self.votes, scene.axes.columns):
            return self._give_up(Withheld.NO_PATTERN)
        best = clusters.best_count(scene.crowd)
        if best is None:
            return self._give_up(Withheld.SMALL_GROUPS)
        found = self._settled(scene, best) or self._allowed(clusters.find(scene.crowd, best))
        if found is None:
            return self._give_up(Withheld.SMALL_GROUPS)
        if self._count is None or len(found.centres) != self._count.current:
            self._count = Count(len(found.centres))
        if self._stability is None:
            self._stability = self._measured(scene, found)
        self._withheld = Withheld.UNSTABLE if self._stability < ENOUGH else None
        return found

    def _settled(self, scene: _Scene, best: int) -> Clustering | None:
        """As many groups as before, unless enough reviews want more or fewer, and hold better."""
        if self._count is None:
            return None
        self._count = self._count.after(best)
        found = self._allowed(clusters.find(scene.crowd, self._count.current))
        if found is None or not self._count.is_ripe:
            return found
        other = self._allowed(clusters.find(scene.crowd, best))
        mine = self._measured(scene, found)
        if other is None or self._measured(scene, other) <= mine:
            self._count, self._stability = Count(self._count.current), mine
            return found
        return other

    def _measured(self, scene: _Scene, found: Clustering) -> float:
        sums, columns = self.votes.sums, scene.axes.columns
        return stability(self.votes, sums, columns, scene.placed, found.labels)

    @staticmethod
    def _allowed(found: Clustering) -> Clustering | None:
        return found if found.sizes.min() >= clusters.least(len(found.labels)) else None

    def _give_up(self, reason: Withheld) -> Clustering | None:
        self._withheld, self._count = reason, None
        self._names = np.zeros(0, np.int64)
        return None

    def _earlier(self) -> Labels:
        """Names of the last refresh, in the order of `votes.people`."""
        names = np.full(len(self.votes), NOBODY, np.int64)
        names[: len(self._names)] = self._names
        found: Labels = names[self.votes.order]
        return found

    def _with(self, scene: _Scene, found: Clustering) -> Result:
        names = np.full(len(self.votes), NOBODY, np.int64)
        earlier = self._earlier()[scene.placed]
        names[scene.placed] = matched(found.labels, earlier, len(found.centres))
        self._names = np.empty(len(names), np.int64)
        self._names[self.votes.order] = names
        grouping, columns = Grouping.of(names), scene.axes.columns
        counted = consensus.counts(self.votes, grouping.places, len(grouping.used))
        groups = publish.groups_of(self.votes, grouping, counted, columns)
        withheld = self._withheld or _too_small(groups)
        return Result(
            people=self.votes.voters, clustered=len(scene.placed), votes=self.votes.total,
            statements=len(columns), stability=self._stability, withheld=withheld,
            consensus=consensus.shared(self.votes, counted, columns),
            across_groups=() if _is_any_small(grouping)
            else consensus.across(self.votes, counted, columns),
            groups=() if withheld else groups,
            spots=() if withheld else publish.spots(scene.points, grouping),
            divided=consensus.divided(self.votes, counted, columns),
        )  # fmt: skip

    def _without(self, columns: Places, why: Withheld | None, placed: int = 0) -> Result:
        nobody = np.zeros(len(self.votes), np.int64)
        counted = consensus.counts(self.votes, nobody, 0)
        return Result(
            people=self.votes.voters, clustered=placed, votes=self.votes.total,
            statements=len(columns), withheld=why,
            consensus=consensus.shared(self.votes, counted, columns),
            divided=consensus.divided(self.votes, counted, columns),
        )  # fmt: skip


def _is_any_small(grouping: Grouping) -> bool:
    return min(grouping.sizes) < LEAST


def _too_small(groups: tuple[Group, ...]) -> Withheld | None:
    return None if any(group.size for group in groups) else Withheld.SMALL_GROUPS
