"""A person's path: made when its inputs changed, taken from the store when they did not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.engine.inputs import Learner, inputs_hash
from hanmadang.curricula.engine.mastery import Estimate, estimate
from hanmadang.curricula.engine.plan import Plan, Step, make_plan
from hanmadang.curricula.engine.reasons import EventBefore, Omission
from hanmadang.curricula.models import StoredPlan
from hanmadang.curricula.queries.evenings import BookedEvening
from hanmadang.curricula.queries.facts import Facts
from hanmadang.curricula.queries.shelf import Shelf, read_shelf


@dataclass(frozen=True, slots=True)
class Made:
    """A plan with everything it was made from."""

    plan: Plan
    facts: Facts
    shelf: Shelf
    learner: Learner
    minutes_done: int
    inputs_hash: str
    is_new: bool
    """Whether the inputs changed since it was stored, so that it is worth storing."""

    def estimates(self) -> Mapping[str, Estimate]:
        """What the engine thinks this person knows."""
        return estimate(self.shelf.catalogue, self.learner)

    def step(self, unit_id: int) -> Step | None:
        """The step with that lesson, if it is in the path."""
        return next((step for step in self.plan.steps if step.unit_id == unit_id), None)

    def omission(self, unit_id: int) -> Omission | None:
        """Why that lesson is not in the path; None for one that is, or does not exist."""
        return next((why for unit, why in self.plan.omitted if unit == unit_id), None)


@dataclass(frozen=True, slots=True)
class PathStep:
    """A lesson on "my path"."""

    lesson: CatalogueUnit
    step: Step


@dataclass(frozen=True, slots=True)
class PathPage:
    """What "my path" shows."""

    made: Made
    next: PathStep | None
    rest: Sequence[PathStep | BookedEvening]
    """In order; booked events stand after the lessons that lead to them."""
    left_out: Sequence[tuple[CatalogueUnit, Omission]]
    minutes: int

    @property
    def week_is_full(self) -> bool:
        """Whether this week's minutes are reached, so that the path shown is the next one."""
        return self.made.minutes_done > 0 and self.made.learner.budget == self.made.facts.minutes


def plan_for(
    session: Session,
    facts: Facts,
    language: str,
    *,
    now: datetime,
) -> Made:
    """The path that follows from these facts, for a reader of that language.

    The week begins on Monday in the zone of `now`. With an account the stored path is used while
    its inputs are the same; `is_new` says that it should be stored.
    """
    shelf = read_shelf(session, language)
    minutes_done = facts.minutes_done(shelf, now)
    learner = shelf.as_of_now(facts.learner(session, shelf, minutes_done=minutes_done))
    mark = inputs_hash(shelf.catalogue, learner)
    found = session.get(StoredPlan, (facts.account_id, language)) if facts.account_id else None
    same = found if found and _is_same(found, mark) else None
    plan = Plan.from_json(same.steps, same.omitted) if same else make_plan(shelf.catalogue, learner)
    return Made(plan, facts, shelf, learner, minutes_done, mark, is_new=same is None)


def path_page(made: Made) -> PathPage:
    """The path as its page shows it."""
    lessons = made.shelf.lessons
    steps = [PathStep(lessons[step.unit_id], step) for step in made.plan.steps]
    coming = [evening for evening in made.facts.evenings if not evening.over]
    return PathPage(
        made,
        steps[0] if steps else None,
        _with_events(steps[1:], coming, steps[:1]),
        [(lessons[unit], why) for unit, why in made.plan.omitted],
        made.plan.minutes,
    )


def _with_events(
    steps: Sequence[PathStep], coming: Sequence[BookedEvening], first: Sequence[PathStep]
) -> list[PathStep | BookedEvening]:
    """Each event after its last lead-in; one without a lead-in in the path comes at the end."""
    rows: list[PathStep | BookedEvening] = [*first, *steps]
    for evening in coming:
        places = [i for i, row in enumerate(rows) if _leads_to(row, evening.event_id)]
        rows.insert(max(places) + 1 if places else len(rows), evening)
    return rows[len(first) :]


def _leads_to(row: PathStep | BookedEvening, event_id: int) -> bool:
    if isinstance(row, BookedEvening):
        return False
    return any(isinstance(r, EventBefore) and r.event == event_id for r in row.step.reasons)


def _is_same(stored: StoredPlan, mark: str) -> bool:
    return stored.engine_version == ENGINE_VERSION and stored.inputs_hash == mark
