"""A version's figures as counted: with every small group in them. Never leaves the server so."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from hanmadang.courses.analysis.items import ItemCounts

BANDS = (5, 10, 15, 20, 30, 45, 60)
"""Minutes at which bands of time begin and end; the last band is open."""
SITTING = 120
"""Minutes: whoever took longer came back later, and says nothing of the time it takes."""


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """People in one unit, by the language in which they enrolled."""

    unit_id: int
    started: Mapping[str, int]
    done: Mapping[str, int]
    stopped: int
    """The furthest unit of people who have not been back for two weeks and did not finish."""
    bands: tuple[int, ...]
    """People by minutes from opening to being done, within one sitting."""


@dataclass(frozen=True, slots=True)
class CourseCounts:
    """Everything about one version."""

    enrolled: Mapping[str, int]
    finished: Mapping[str, int]
    weeks: tuple[tuple[str, int], ...]
    """(Monday, people who enrolled in that week)."""
    units: tuple[UnitCounts, ...]
    items: tuple[ItemCounts, ...] = ()
    chosen: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    """{question: {option: how often}}, where a question has options."""

    @property
    def people(self) -> int:
        """Everybody who takes the version."""
        return sum(self.enrolled.values())

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`, after a journey through JSON."""
        return cls(
            enrolled=stored["enrolled"],
            finished=stored["finished"],
            weeks=tuple((monday, people) for monday, people in stored["weeks"]),
            units=tuple(
                UnitCounts(**{**unit, "bands": tuple(unit["bands"])}) for unit in stored["units"]
            ),
            items=tuple(ItemCounts(**item) for item in stored["items"]),
            chosen={
                int(question): {int(option): times for option, times in options.items()}
                for question, options in stored["chosen"].items()
            },
        )
