"""What counted answers say about edges: one that is missing, or one that nobody seems to need.

Of everybody asked on both competencies, only a table of four numbers is used, and of these only
what may be shown: 30 people at least in each half, and where a cell is under 10 it is hidden and
counts as what speaks most against the suggestion. Shares carry Wilson's interval of 95 %.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hanmadang.curricula.graph.specs import Graph
from hanmadang.polls.survey import intervals

FEWEST_PEOPLE, FEWEST_IN_CELL = 30, 10
_RARE, _OFTEN, _APART = 0.35, 0.6, 0.2


class Doubt(StrEnum):
    """What the answers suggest."""

    MISSING = "missing"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some people were right, as far as it may be told."""

    part: int | None
    """None where fewer than 10 were right, or fewer than 10 were wrong."""
    whole: int
    is_most: bool = False
    """Where it is hidden: whether it is all but a few, and not a few."""

    @property
    def low(self) -> float:
        """The lower end of the interval, at the least that the hidden number can be."""
        few = self.whole - FEWEST_IN_CELL + 1 if self.is_most else 0
        return wilson(few if self.part is None else self.part, self.whole)[0]

    @property
    def high(self) -> float:
        """The upper end, at the most that it can be."""
        many = self.whole if self.is_most else FEWEST_IN_CELL - 1
        return wilson(many if self.part is None else self.part, self.whole)[1]


@dataclass(frozen=True, slots=True)
class Shares:
    """Who was right on the later one, of everybody asked on both."""

    missed: Share
    """Of those wrong on the earlier."""
    knew: Share
    """Of those right on the earlier."""


@dataclass(frozen=True, slots=True)
class Found:
    """A suggestion with its figures."""

    doubt: Doubt
    code: str
    need: str
    shares: Shares


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The interval of 95 % for a share; (0, 1) for nobody."""
    if not whole:
        return 0.0, 1.0
    found = intervals.wilson(part / whole, whole)
    return found.low, found.high


Pattern = tuple[frozenset[str], frozenset[str]]
"""(asked on, right on)."""


def patterns(counts: Iterable[tuple[int, str, int, int]]) -> Counter[Pattern]:
    """How many people were asked on the same and right on the same.

    `counts` are (person, competency, right, of), all rows of a person together. Somebody is right
    on a competency with more than half of the answers right.
    """
    found: Counter[Pattern] = Counter()
    person, asked, right = 0, set[str](), set[str]()
    for who, code, good, of in counts:
        if who != person:
            found[frozenset(asked), frozenset(right)] += 1
            person, asked, right = who, set(), set()
        asked.add(code)
        if 2 * good > of:
            right.add(code)
    found[frozenset(asked), frozenset(right)] += 1
    return found


def suggestions(people: Mapping[Pattern, int], graph: Graph) -> Iterator[Found]:
    """Every edge that the answers speak for or against, in the order of codes."""
    above = {code: _above(code, graph) for code in graph.active()}
    for code, each in graph.active().items():
        alone = {group[0] for group in each.needs if len(group) == 1}
        for need in graph.active():
            if need == code or not (shares := shares_of(people, need, code)):
                continue
            if need in alone and _is_doubtful(shares):
                yield Found(Doubt.DOUBTFUL, code, need, shares)
            apart = need not in above[code] and code not in above[need]
            if apart and _is_missing(shares, shares_of(people, code, need)):
                yield Found(Doubt.MISSING, code, need, shares)


def shares_of(people: Mapping[Pattern, int], need: str, code: str) -> Shares | None:
    """Both shares, where each is of 30 people at least; else None."""
    cells = Counter[tuple[bool, bool]]()
    for (asked, right), number in people.items():
        if need in asked and code in asked:
            cells[need in right, code in right] += number
    missed, knew = (_share(cells[known, True], cells[known, False]) for known in (False, True))
    return None if min(missed.whole, knew.whole) < FEWEST_PEOPLE else Shares(missed, knew)


def _share(right: int, wrong: int) -> Share:
    whole = right + wrong
    if min(right, wrong) < FEWEST_IN_CELL:
        return Share(None, whole, right > wrong)
    return Share(right, whole)


def _is_missing(shares: Shares, turned: Shares | None) -> bool:
    """Few who missed the earlier are right on the later; clearly more who know it are.

    And it is not the other way round (`turned`): more of those who missed the later know the
    earlier.
    """
    rare = shares.missed.high
    if turned is None or turned.missed.low <= rare:
        return False
    return rare < _RARE and shares.knew.low > rare + _APART


def _is_doubtful(shares: Shares) -> bool:
    """Most who missed the earlier are right on the later all the same."""
    return shares.missed.low > _OFTEN


def _above(code: str, graph: Graph) -> frozenset[str]:
    """Everything that must or should come before."""
    found: set[str] = set()
    left = [code]
    while left:
        each = graph.competencies.get(left.pop())
        fresh = set(each.before()) - found if each else set()
        found |= fresh
        left += fresh
    return frozenset(found)
