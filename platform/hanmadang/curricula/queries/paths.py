"""A person's path: made when its inputs changed, taken from the store when they did not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.engine.inputs import Learner, inputs_hash
from hanmadang.curricula.engine.mastery import Estimate, estimate
from hanmadang.curricula.engine.plan import Plan, Step, make_plan
from hanmadang.curricula.engine.reasons import EventBefore, Omission
from hanmadang.curricula.engine.tracing import Parameters
from hanmadang.curricula.models import StoredPlan
from hanmadang.curricula.queries.evenings import BookedEvening
from hanmadang.curricula.queries.facts import Facts
from hanmadang.curricula.queries.nightly import latest_parameters
from hanmadang.curricula.queries.shelf import Shelf, read_shelf

KEPT = 2
"""How many next lessons a new path keeps of the one before, unless they became wrong."""


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
    parameters: Parameters | None = None
    """The numbers fitted last; None where the defaults hold."""
    before_hash: str = ""
    before_kept: tuple[int, ...] = ()
    """The inputs of the path that this one replaces."""

    def estimates(self) -> Mapping[str, Estimate]:
        """What the engine thinks this person knows."""
        return estimate(self.shelf.catalogue, self.learner, self.parameters)

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
    pinned: Sequence[CatalogueUnit]
    skipped: Sequence[CatalogueUnit]
    known: Sequence[CatalogueUnit]
    """Lessons the person decided about."""
    done_now: int
    """Lessons finished since Monday."""

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
    found = session.get(StoredPlan, (facts.account_id, language)) if facts.account_id else None
    shelf = read_shelf(session, language, captions=facts.wishes.captions)
    return planned(shelf, facts, found, latest_parameters(session), now=now)


def planned(
    shelf: Shelf,
    facts: Facts,
    found: StoredPlan | None,
    parameters: Parameters | None,
    *,
    now: datetime,
) -> Made:
    """The same, with everything read before."""
    inputs = inputs_of(shelf, facts, parameters, now=now)
    if found and _is_same(found, inputs.mark):
        plan = Plan.from_json(found.steps, found.omitted)
        return _made(plan, inputs.keeping(found.kept), is_new=False)
    return planned_anew(inputs, found)


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that one path follows from, and its name."""

    shelf: Shelf
    facts: Facts
    learner: Learner
    minutes_done: int
    parameters: Parameters | None
    mark: str
    """Of everything but what is kept of the path before, which is no input of the person's."""

    def keeping(self, unit_ids: Sequence[int]) -> "Inputs":
        """The same, asked to keep these as the next lessons."""
        return replace(self, learner=replace(self.learner, kept=tuple(unit_ids)))


def inputs_of(
    shelf: Shelf, facts: Facts, parameters: Parameters | None, *, now: datetime
) -> Inputs:
    """What the engine is given for this person today."""
    minutes_done = facts.minutes_done(shelf, now)
    learner = shelf.as_of_now(facts.learner(shelf, minutes_done=minutes_done, today=now.date()))
    mark = inputs_hash(shelf.catalogue, learner, parameters)
    return Inputs(shelf, facts, learner, minutes_done, parameters, mark)


def planned_anew(inputs: Inputs, found: StoredPlan | None = None) -> Made:
    """The path that follows, with the next two lessons of the one before kept.

    Whoever takes back their last change gets the very path they had before it.
    """
    if found is None or found.engine_version != ENGINE_VERSION:
        plan = make_plan(inputs.shelf.catalogue, inputs.learner, inputs.parameters)
        return _made(plan, inputs, is_new=True)
    next_two = [step["unit"] for step in found.steps if step["unit"] not in inputs.learner.done]
    undone = found.before_hash == inputs.mark
    inputs = inputs.keeping(found.before_kept if undone else next_two[:KEPT])
    plan = make_plan(inputs.shelf.catalogue, inputs.learner, inputs.parameters)
    made = _made(plan, inputs, is_new=True)
    return replace(made, before_hash=found.inputs_hash, before_kept=tuple(found.kept))


def _made(plan: Plan, inputs: Inputs, *, is_new: bool) -> Made:
    return Made(
        plan, inputs.facts, inputs.shelf, inputs.learner, inputs.minutes_done, inputs.mark,
        is_new, inputs.parameters,
    )  # fmt: skip


def path_page(made: Made, now: datetime) -> PathPage:
    """The path as its page shows it."""
    lessons, decided = made.shelf.lessons, made.facts.decided
    steps = [PathStep(lessons[step.unit_id], step) for step in made.plan.steps]
    coming = [evening for evening in made.facts.evenings if evening.is_near and not evening.over]
    return PathPage(
        made,
        steps[0] if steps else None,
        _with_events(steps[1:], coming, steps[:1]),
        [(lessons[unit], why) for unit, why in made.plan.omitted],
        made.plan.minutes,
        _named(decided.pinned, lessons),
        _named(decided.skipped, lessons),
        _named(decided.known, lessons),
        made.facts.lessons_done(made.shelf, now),
    )


def _named(ids: Iterable[int], lessons: Mapping[int, CatalogueUnit]) -> list[CatalogueUnit]:
    return [lessons[n] for n in ids if n in lessons]


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
