"""A group as the engine sees it: shares of people instead of one person's answers.

A share is corrected for guessing and slips and drawn towards what is expected of anybody by a few
imagined people, so that a small group does not jump. The path itself is made as for one person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hanmadang.curricula.engine.inputs import Catalogue, InterestEvidence, Learner, Source
from hanmadang.curricula.engine.mastery import Estimate, estimate
from hanmadang.curricula.engine.plan import Plan, make_plan
from hanmadang.curricula.engine.tracing import Parameters

IMAGINED = 5
"""So many imagined people, as known as the prior says, are added to each share."""
WISHED_FROM = 0.25
"""A topic that at least this share of the group chose counts as its interest."""


@dataclass(frozen=True, slots=True, order=True)
class Shown:
    """Answers on one competency, of everybody in the group together."""

    competency: str
    right: int
    of: int


@dataclass(frozen=True, slots=True, order=True)
class Wished:
    """So many of so many people in the group chose this topic."""

    topic: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group and what its composer decided."""

    minutes: int
    shown: tuple[Shown, ...] = ()
    """Sorted, each competency once."""
    wished: tuple[Wished, ...] = ()
    pinned: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    finish_by: date | None = None
    today: date | None = None

    def as_learner(self) -> Learner:
        """Wishes and decisions, as the engine takes them of one person."""
        topics = (w.topic for w in self.wished if w.of and w.count >= WISHED_FROM * w.of)
        return Learner(
            self.minutes,
            interests=tuple(sorted(InterestEvidence(topic, Source.COHORT) for topic in topics)),
            pinned=self.pinned,
            skipped=self.skipped,
            deadline=self.finish_by,
            today=self.today,
        )


def group_estimates(
    catalogue: Catalogue, group: Group, parameters: Parameters
) -> Mapping[str, Estimate]:
    """Per competency the share of the group that knows it, as far as its answers tell."""
    nobody = estimate(catalogue, Learner(group.minutes), parameters)
    shown = {each.competency: each for each in group.shown if each.of}
    return {
        code: _seen(before, shown[code], parameters) if code in shown else before
        for code, before in nobody.items()
    }


def group_plan(catalogue: Catalogue, group: Group, parameters: Parameters | None = None) -> Plan:
    """One path for the whole group; the same inputs give the same path."""
    numbers = parameters or Parameters()
    return make_plan(
        catalogue, group.as_learner(), numbers, group_estimates(catalogue, group, numbers)
    )


def _seen(before: Estimate, shown: Shown, parameters: Parameters) -> Estimate:
    skill = parameters.of(shown.competency)
    sure = 1 - skill.guess - skill.slip
    know = min(max((shown.right / shown.of - skill.guess) / sure, 0.0), 1.0) if sure > 0 else 0.0
    known = (know * shown.of + before.prior * IMAGINED) / (shown.of + IMAGINED)
    return Estimate(before.prior, known, shown.right, shown.of)
