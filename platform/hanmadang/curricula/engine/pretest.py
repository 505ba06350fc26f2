"""Which question to ask somebody new next, and when to stop asking.

The next is the one whose answer would tell most: how uncertain the competency is, how much it
matters, and how much stands on it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hanmadang.curricula.engine.inputs import Catalogue, Unit
from hanmadang.curricula.engine.mastery import FOUNDED, Estimate

MOST = 8
"""Questions that anybody is asked at most."""
ENOUGH = 0.25
"""Below this worth a question is not asked."""
CHECK_FROM = 0.2
"""Below this it is quicker to take the lesson than to be asked about it."""
SURE = 0.95
"""Below this what a lesson stands on is worth a check."""
_ABOVE = 0.25
"""How much each competency that directly stands on this one adds to its worth."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question that can be asked."""

    id: int
    competency: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked; "I don't know" is an answer, and neither right nor a guess."""

    item_id: int
    competency: str
    right: bool | None


def next_item(
    catalogue: Catalogue,
    estimates: Mapping[str, Estimate],
    items: Sequence[Item],
    asked: Sequence[Asked],
) -> Item | None:
    """The question to ask next; None when enough is known, or `MOST` have been asked.

    `estimates` must know the answers given so far. Equals go by their place in `items`.
    """
    if len(asked) >= MOST:
        return None
    given = {answer.item_id for answer in asked}
    left = [item for item in items if item.id not in given and item.competency in estimates]
    worth = _worths(catalogue, estimates, {item.competency for item in left})
    best = max(left, key=lambda item: worth[item.competency], default=None)
    return best if best and worth[best.competency] >= ENOUGH else None


def worth_checking(unit: Unit, estimates: Mapping[str, Estimate]) -> tuple[str, ...]:
    """What to ask two questions about before a lesson, because the answers may save it.

    That is what it teaches where the person may well know it, and what it stands on where that is
    not sure.
    """
    taught = (code for code in sorted(unit.taught()) if code in estimates)
    open_ones = [code for code in taught if CHECK_FROM <= estimates[code].known < FOUNDED]
    groups = ([code for code in group if code in estimates] for group in unit.needs)
    under = [max(group, key=lambda code: estimates[code].known) for group in groups if group]
    return (*open_ones, *(code for code in under if estimates[code].known < SURE))


def _worths(
    catalogue: Catalogue, estimates: Mapping[str, Estimate], codes: Iterable[str]
) -> dict[str, float]:
    above = dict.fromkeys(catalogue.by_code, 0)
    for competency in catalogue.competencies:
        for need in {need for group in competency.needs for need in group} & set(above):
            above[need] += 1
    return {
        code: _entropy(estimates[code].known)
        * catalogue.by_code[code].importance
        * (1 + _ABOVE * above[code])
        for code in codes
    }


def _entropy(known: float) -> float:
    """In bits: 1 for an even chance, 0 for certainty."""
    return -sum(part * math.log2(part) for part in (known, 1 - known) if part > 0)
