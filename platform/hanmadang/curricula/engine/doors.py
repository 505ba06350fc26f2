"""Which lessons are open to one learner at all, and what lessons may build on."""

from collections.abc import Mapping
from functools import cached_property

from hanmadang.curricula.engine.foundations import Foundations
from hanmadang.curricula.engine.inputs import Catalogue, Learner, Source, Unit
from hanmadang.curricula.engine.mastery import FOUNDED, Estimate

FORGOTTEN = 0.4
"""Below this a finished lesson may be taken again, where no other teaches the same."""


class Doors:
    """The lessons of a catalogue as one learner finds them."""

    def __init__(
        self, catalogue: Catalogue, learner: Learner, estimates: Mapping[str, Estimate]
    ) -> None:
        self._catalogue = catalogue
        self._learner = learner
        self.estimates = estimates
        self.done = frozenset(learner.done)
        self.skipped = frozenset(learner.skipped)
        self.pinned = frozenset(learner.pinned)
        self.known = frozenset(code for code, found in estimates.items() if found.is_known)
        self._wholly_known = frozenset(
            unit_id for unit_id, taught in catalogue.taught.items() if self.known >= taught
        )
        self._new = {
            u.id: u for u in catalogue.units if self._is_usable(u) and u.id not in self.done
        }

    @cached_property
    def usable(self) -> Mapping[int, Unit]:
        """Every lesson this person could take: new ones, and those worth taking again."""
        return {**self._new, **self.again}

    @cached_property
    def again(self) -> Mapping[int, Unit]:
        """Finished lessons whose questions were missed, and which nothing else replaces."""
        missed = {
            piece.competency
            for piece in self._learner.knowledge
            if piece.source is Source.QUIZ and piece.right < piece.of
            and piece.competency in self.estimates
            and self.estimates[piece.competency].known < FORGOTTEN
        } if self.done else set()  # fmt: skip
        alone = missed - {code for u in self._new.values() for code in u.taught()}
        found = (self._catalogue.by_id.get(unit_id) for unit_id in self._learner.done if alone)
        return {u.id: u for u in found if u and self._is_usable(u) and alone & u.taught()}

    @cached_property
    def foundations(self) -> Foundations:
        """What lessons may build on, and the cheapest ways to the rest."""
        sure = frozenset(code for code, found in self.estimates.items() if found.known >= FOUNDED)
        found = (self._catalogue.by_id.get(unit_id) for unit_id in self.done)
        taught = frozenset(code for unit in found if unit for code in unit.taught())
        return Foundations.after(self.usable.values(), sure, taught)

    def is_legible(self, unit: Unit) -> bool:
        """Whether it exists in the reader's language, with captions where they need them."""
        return unit.available and (unit.captioned or not self._learner.needs_captions)

    def is_known(self, unit: Unit) -> bool:
        """Whether the person already knows everything it teaches."""
        return unit.id in self._wholly_known

    def is_too_long(self, unit: Unit) -> bool:
        """Whether they asked for shorter lessons."""
        longest = self._learner.longest
        return longest is not None and unit.minutes > longest and unit.id not in self.pinned

    def is_candidate(self, unit: Unit) -> bool:
        """Whether it could be suggested for its own sake."""
        return unit.id in self.usable and not self.is_known(unit) and not self.is_too_long(unit)

    def _is_usable(self, unit: Unit) -> bool:
        return self.is_legible(unit) and unit.id not in self.skipped
