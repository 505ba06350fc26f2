"""Whether a reason is one: without the evidence it cites, is the step another, or gone?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench.curricula.rules import Case
from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Learner
from hanmadang.curricula.engine.mastery import estimate
from hanmadang.curricula.engine.plan import Plan, Step, make_plan
from hanmadang.curricula.engine.reasons import Reason
from hanmadang.curricula.engine.value import Worth


@dataclass(frozen=True, slots=True)
class Trial:
    """One reason with its evidence taken away."""

    code: str
    cited: bool
    """Whether the step still stands as it was, this reason included."""
    moved: bool
    """Whether it went, or its place, day or worth is another; its words left aside."""


def trials(case: Case) -> Iterator[Trial]:
    """One for each reason of the plan that cites evidence of this person."""
    for place, step in enumerate(case.plan.steps):
        for reason in step.reasons:
            learner = without(case.learner, step, reason)
            if learner is not None:
                plan = make_plan(case.catalogue, learner)
                moved = _moved(case, place, plan, learner)
                yield Trial(reason.code, step in plan.steps, moved)


def without(learner: Learner, step: Step, reason: Reason) -> Learner | None:  # noqa: PLR0911 (one per code)
    """The learner without that evidence; None where a reason rests on none of theirs."""
    match reason:
        case reasons.Need() | reasons.Again():
            kept = tuple(k for k in learner.knowledge if k.competency != reason.competency)
            return replace(learner, knowledge=kept)
        case reasons.Interest():
            cited = (reason.topic, reason.source)
            left = tuple(i for i in learner.interests if (i.topic, i.source.value) != cited)
            return replace(learner, interests=left)
        case reasons.EventBefore() | reasons.EventAfter():
            others = tuple(e for e in learner.evenings if e.event_id != reason.event)
            return replace(learner, evenings=others)
        case reasons.Group():
            polls = tuple(p for p in learner.follow_ups if step.unit_id not in p.units)
            return replace(learner, follow_ups=polls)
        case reasons.Pinned():
            return replace(learner, pinned=tuple(u for u in learner.pinned if u != step.unit_id))
        case reasons.Kept():
            return replace(learner, kept=tuple(u for u in learner.kept if u != step.unit_id))
        case _:
            return None


def _moved(case: Case, place: int, plan: Plan, learner: Learner) -> bool:
    step = case.plan.steps[place]
    found = next((i for i, other in enumerate(plan.steps) if other.unit_id == step.unit_id), None)
    if found != place:
        return True
    other = plan.steps[place]
    if (step.start_by, step.learns) != (other.start_by, other.learns):
        return True
    return _worth(case, case.learner, step.unit_id) != _worth(case, learner, step.unit_id)


def _worth(case: Case, learner: Learner, unit_id: int) -> float:
    known = {code: found.known for code, found in estimate(case.catalogue, learner).items()}
    return Worth(case.catalogue, learner).of(case.catalogue.by_id[unit_id], known)
