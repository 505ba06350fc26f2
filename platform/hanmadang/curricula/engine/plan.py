"""The whole engine: catalogue and learner in, a path with its reasons and omissions out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.dates import deadlines, start_dates
from hanmadang.curricula.engine.doors import Doors
from hanmadang.curricula.engine.inputs import Catalogue, Learner, Unit
from hanmadang.curricula.engine.mastery import Estimate, estimate
from hanmadang.curricula.engine.order import Priorities, in_order
from hanmadang.curricula.engine.reasons import Omission, Reason
from hanmadang.curricula.engine.selection import Selection
from hanmadang.curricula.engine.tracing import Parameters, learned
from hanmadang.curricula.engine.value import Worth
from hanmadang.curricula.engine.why import Context, reasons_for
from hanmadang.curricula.engine.whynot import WhyNot


@dataclass(frozen=True, slots=True)
class Step:
    """One lesson of a path."""

    unit_id: int
    minutes: int
    reasons: tuple[Reason, ...]
    learns: tuple[tuple[str, float, float], ...]
    """(competency, mastery before the path, expected after this step), to two decimals."""
    start_by: date | None = None
    """The last day to begin so that what it leads to is reached in time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A path, and why each other lesson is not in it."""

    steps: tuple[Step, ...]
    omitted: tuple[tuple[int, Omission], ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(step.minutes for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """The stored form: ``{"steps": […], "omitted": […]}``."""
        return {
            "steps": [
                {
                    "unit": step.unit_id,
                    "minutes": step.minutes,
                    "reasons": [reasons.to_json(reason) for reason in step.reasons],
                    "learns": [list(learned) for learned in step.learns],
                    "start_by": step.start_by.isoformat() if step.start_by else None,
                }
                for step in self.steps
            ],
            "omitted": [{"unit": unit, **reasons.to_json(why)} for unit, why in self.omitted],
        }

    @classmethod
    def from_json(cls, steps: list[Any], omitted: list[Any]) -> "Plan":
        """The inverse of `to_json`."""
        return cls(
            tuple(_step(stored) for stored in steps),
            tuple((stored["unit"], _omission(stored)) for stored in omitted),
        )


def make_plan(
    catalogue: Catalogue,
    learner: Learner,
    parameters: Parameters | None = None,
    estimates: Mapping[str, Estimate] | None = None,
) -> Plan:
    """The path for this learner; the same inputs give the same path.

    `estimates` stand in for what the learner's own answers say, where a group is planned for; they
    name every competency of the catalogue.
    """
    estimates = estimates or estimate(catalogue, learner, parameters)
    doors, worth = Doors(catalogue, learner, estimates), Worth(catalogue, learner)
    selection = Selection(catalogue, learner, doors, worth)
    selection.run()
    ordered = _ordered(catalogue, learner, selection, worth)
    context = Context(
        learner, estimates, ordered, doors.foundations.founded, selection.balancing,
        selection.outsider, selection.kept,
    )  # fmt: skip
    why_not = WhyNot(catalogue, learner, selection)
    left_out = (unit for unit in catalogue.units if unit.id not in selection.units)
    return Plan(tuple(_steps(context)), tuple((unit.id, why_not.of(unit)) for unit in left_out))


def _ordered(
    catalogue: Catalogue, learner: Learner, selection: Selection, worth: Worth
) -> list[Unit]:
    chosen = selection.units
    known = {code: found.known for code, found in selection.doors.estimates.items()}
    pinned = [unit_id for unit_id in learner.pinned if unit_id in chosen]
    kept = [unit_id for unit_id in learner.kept if unit_id in selection.kept]
    priorities = Priorities(
        pinned,
        kept,
        deadlines(learner),
        {unit.id: worth.of(unit, known) / unit.minutes for unit in chosen.values()},
        quick=not (learner.done or pinned or kept),
    )
    return in_order(chosen.values(), catalogue, selection.doors.foundations.founded, priorities)


def _steps(context: Context) -> Iterator[Step]:
    known = {code: found.known for code, found in context.estimates.items()}
    begin = start_dates(context.ordered, context.learner)
    for unit in context.ordered:
        for code, strength in unit.teaches:
            known[code] = learned(known.get(code, 0.0), strength)
        learns = tuple(
            (code, round(context.estimates[code].known, 2), round(known[code], 2))
            for code, _strength in unit.teaches
            if code in context.estimates
        )
        why = reasons_for(unit, context)
        yield Step(unit.id, unit.minutes, why, learns, begin.get(unit.id))


def _step(stored: Mapping[str, Any]) -> Step:
    why = tuple(reasons.reason_from_json(reason) for reason in stored["reasons"])
    learns = tuple((code, before, after) for code, before, after in stored["learns"])
    day = stored.get("start_by")
    start_by = date.fromisoformat(day) if day else None
    return Step(stored["unit"], stored["minutes"], why, learns, start_by)


def _omission(stored: Mapping[str, Any]) -> Omission:
    return reasons.omission_from_json({key: x for key, x in stored.items() if key != "unit"})
