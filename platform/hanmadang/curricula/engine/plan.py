"""The whole engine: catalogue and learner in, a path with its reasons and omissions out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Catalogue, Learner, Unit
from hanmadang.curricula.engine.mastery import Estimate, estimate
from hanmadang.curricula.engine.order import in_order
from hanmadang.curricula.engine.reasons import Context, Omission, Reason
from hanmadang.curricula.engine.selection import Bundle, Selection
from hanmadang.curricula.engine.tracing import Parameters
from hanmadang.curricula.engine.value import Worth, deadlines


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


def make_plan(catalogue: Catalogue, learner: Learner, parameters: Parameters | None = None) -> Plan:
    """The path for this learner; the same inputs give the same path."""
    estimates = estimate(catalogue, learner, parameters)
    selection = Selection(catalogue, learner, estimates)
    closed = selection.closed
    selection.run()
    ordered = in_order(
        sorted(selection.units.values(), key=lambda unit: catalogue.position[unit.id]),
        closed=closed,
        days=deadlines(learner),
        rates=_rates(catalogue, learner, estimates),
    )
    context = Context(learner, estimates, ordered, closed, frozenset(selection.balancing))
    return Plan(
        tuple(_steps(context)),
        tuple(
            (unit.id, _why_not(unit, selection, learner, estimates))
            for unit in catalogue.units
            if unit.id not in selection.units
        ),
    )


def _rates(
    catalogue: Catalogue, learner: Learner, estimates: Mapping[str, Estimate]
) -> dict[int, float]:
    worth = Worth(catalogue, learner)
    known = {code: found.known for code, found in estimates.items()}
    return {unit.id: worth.of(unit, known) / unit.minutes for unit in catalogue.units}


def _steps(context: Context) -> Iterator[Step]:
    known = {code: found.known for code, found in context.estimates.items()}
    for unit in context.ordered:
        for code, strength in unit.teaches:
            known[code] = known.get(code, 0.0) + (1 - known.get(code, 0.0)) * strength
        learns = tuple(
            (code, round(context.estimates[code].known, 2), round(known[code], 2))
            for code, _strength in unit.teaches
            if code in context.estimates
        )
        yield Step(unit.id, unit.minutes, reasons.reasons_for(unit, context), learns)


def _why_not(
    unit: Unit, selection: Selection, learner: Learner, estimates: Mapping[str, Estimate]
) -> Omission:
    if unit.id in learner.done:
        return reasons.Done()
    if not unit.available:
        return reasons.MissingLanguage()
    if selection.is_known(unit):
        code = min(unit.taught(), key=lambda code: (estimates[code].known, code))
        return reasons.Known(code, estimates[code].right, estimates[code].of)
    bundle = selection.bundle(unit)
    if bundle is None:
        return reasons.Untaught(selection.unmet(unit))
    return _not_chosen(bundle, selection)


def _not_chosen(bundle: Bundle, selection: Selection) -> Omission:
    """Either it was worth less than all that was chosen, or something held it back."""
    if selection.rate(bundle) >= selection.lowest_rate or bundle.minutes <= selection.left:
        topic = selection.crowded_topic(bundle)
        if bundle.minutes > selection.left:
            return reasons.OverBudget(bundle.minutes, selection.left)
        if topic:
            return reasons.Crowded(topic)
    return reasons.LessValue()


def _step(stored: Mapping[str, Any]) -> Step:
    why = tuple(reasons.reason_from_json(reason) for reason in stored["reasons"])
    learns = tuple((code, before, after) for code, before, after in stored["learns"])
    day = stored.get("start_by")
    start_by = date.fromisoformat(day) if day else None
    return Step(stored["unit"], stored["minutes"], why, learns, start_by)


def _omission(stored: Mapping[str, Any]) -> Omission:
    return reasons.omission_from_json({key: x for key, x in stored.items() if key != "unit"})
