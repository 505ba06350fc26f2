"""Numbers an author lets people give, and the bands in which they are counted.

An answer is a place: how many steps it stands above the minimum. Places are whole numbers on
every database and in every hash, where 0.1 is not. The bands follow from the author's range
alone, never from the answers, so that no figure is finer than a band or moves with one person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hanmadang.kernel.bilingual import Bilingual

MOST_BANDS = 10
MOST_STEPS = 100_000
MOST_PLACES = 2
LARGEST = Decimal(1_000_000_000)
_PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_ROUND = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high` by `step`; `check` says whether that is a range at all."""

    low: Decimal
    high: Decimal
    step: Decimal
    unit_ko: str = ""
    unit_en: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Range":
        """From what the database keeps."""
        low, high, step = (Decimal(stored[name]) for name in ("low", "high", "step"))
        return cls(low, high, step, stored.get("unit_ko", ""), stored.get("unit_en", ""))

    def to_json(self) -> dict[str, str]:
        """For the database."""
        numbers = {"low": str(self.low), "high": str(self.high), "step": str(self.step)}
        return numbers | {"unit_ko": self.unit_ko, "unit_en": self.unit_en}

    def is_sound(self) -> bool:
        """Whether whole steps lead from the minimum to the maximum, and not too many."""
        numbers = (self.low, self.high, self.step)
        if not all(
            n.is_finite() and abs(n) <= LARGEST and decimals(n) <= MOST_PLACES for n in numbers
        ):
            return False
        if self.step <= 0 or self.low >= self.high or (self.high - self.low) % self.step:
            return False
        return self.steps <= MOST_STEPS

    @property
    def steps(self) -> int:
        """How many steps lead from the minimum to the maximum."""
        return int((self.high - self.low) / self.step)

    def place_of(self, text: str) -> int | None:
        """The place of a number as typed; None where it is no number of this range."""
        number = parsed(text)
        if number is None or not self.low <= number <= self.high:
            return None
        place, rest = divmod(number - self.low, self.step)
        return None if rest else int(place)

    def written(self, place: int) -> str:
        """The number at that place."""
        number = self.low + place * self.step
        return f"{number:,.{max(decimals(self.low), decimals(self.step))}f}"

    @property
    def width(self) -> int:
        """How many places one band spans: a round number."""
        if self.steps < MOST_BANDS:
            return 1
        least = max(2, -(-self.steps // MOST_BANDS))  # the maximum joins a band of its like
        power: int = 10 ** (len(str(least)) - 1)
        return next(n * power for n in _ROUND if n * power >= least)

    @property
    def bands(self) -> int:
        """How many bands there are, at most `MOST_BANDS`."""
        return self.steps + 1 if self.width == 1 else -(-self.steps // self.width)

    def band_of(self, place: int) -> int:
        """The band of a place; the maximum belongs to the last band."""
        return min(place // self.width, self.bands - 1)

    def label(self, place: int, last: int | None = None) -> Bilingual:
        """A number, or all from one to another, with the unit of each language."""
        first, end = self.written(place), "" if last in (None, place) else self.written(last or 0)
        korean = f"{first}~{end}" if end else first
        english = f"{first}–{end}" if end else first
        return Bilingual.of(ko=f"{korean}{self.unit_ko}", en=_spaced(english, self.unit_en))

    def band_labels(self) -> tuple[Bilingual, ...]:
        """What each band holds."""
        firsts = [band * self.width for band in range(self.bands)]
        lasts = [*(first - 1 for first in firsts[1:]), self.steps]
        return tuple(map(self.label, firsts, lasts))


def parsed(text: str) -> Decimal | None:
    """A number as people type it, with or without commas between thousands."""
    bare = text.strip().replace(",", "")
    return Decimal(bare) if _PLAIN.fullmatch(bare) else None


def decimals(number: Decimal) -> int:
    """How many digits stand behind the point, without closing zeros."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else MOST_PLACES + 1


def _spaced(number: str, unit: str) -> str:
    return f"{number}{unit}" if not unit or unit == "%" else f"{number} {unit}"
