"""Why a lesson is not in the path: the first thing that holds, from what cannot be changed on."""

from hanmadang.curricula.engine import reasons
from hanmadang.curricula.engine.inputs import Catalogue, Learner, Unit
from hanmadang.curricula.engine.reasons import Omission
from hanmadang.curricula.engine.selection import Bundle, Selection


class WhyNot:
    """Answers for every lesson that a finished selection left out."""

    def __init__(self, catalogue: Catalogue, learner: Learner, selection: Selection) -> None:
        self._catalogue, self._learner, self._selection = catalogue, learner, selection
        self._doors = selection.doors
        self._weaker, self._valued = selection.weaker(), selection.valued()

    def of(self, unit: Unit) -> Omission:
        """Why this one was left out."""
        return self._shut(unit) or self._unsuited(unit) or self._not_chosen(unit)

    def _shut(self, unit: Unit) -> Omission | None:
        if not unit.available:
            return reasons.MissingLanguage()
        if unit.id in self._doors.skipped:
            return reasons.Skipped()
        if unit.id in self._doors.done and unit.id not in self._doors.again:
            return reasons.Done()
        return None if self._doors.is_legible(unit) else reasons.NoCaptions()

    def _unsuited(self, unit: Unit) -> Omission | None:
        if unit.id in self._doors.pinned:
            return None
        if not unit.teaches:
            return reasons.Unlinked()
        if self._doors.is_known(unit):
            return self._known(unit)
        longest = self._learner.longest
        if longest is not None and self._doors.is_too_long(unit):
            return reasons.TooLong(unit.minutes, longest)
        return None

    def _known(self, unit: Unit) -> Omission:
        """The least certain of what it teaches."""
        estimates = self._doors.estimates
        code = min(unit.taught(), key=lambda code: (estimates[code].known, code))
        if estimates[code].claimed:
            return reasons.Claimed(code)
        return reasons.Known(code, estimates[code].right, estimates[code].of)

    def _not_chosen(self, unit: Unit) -> Omission:
        """Either it was worth less than all that was chosen, or something held it back."""
        selection, pinned = self._selection, unit.id in self._doors.pinned
        if code := selection.foundations.missing(unit):
            return reasons.Untaught(code)
        if unit.id in self._weaker and not pinned and unit.minutes > selection.left:
            return reasons.LessValue()
        bundle = self._valued.get(unit.id) or selection.bundle(unit)
        if bundle is None:
            return self._one_sided(unit)
        weaker = bool(selection.units) and bundle.rate < selection.lowest_rate
        if weaker and not pinned and bundle.minutes > selection.left:
            return reasons.LessValue()
        return self._held_back(bundle)

    def _held_back(self, bundle: Bundle) -> Omission:
        selection = self._selection
        if bundle.minutes > selection.left:
            alone = len(bundle.units) == 1
            return reasons.OverBudget(bundle.minutes, selection.left, alone)
        topic = selection.shares.crowded(bundle.units)
        return reasons.Crowded(topic) if topic else reasons.Unlinked()

    def _one_sided(self, unit: Unit) -> Omission:
        alone = self._selection.one_sided[unit.id]
        answers = (other.id for other in self._catalogue.counterparts[alone.id])
        return reasons.OneSided(next(o for o in answers if o in self._doors.skipped))
