"""What an answer of each type looks like: accepted or refused, and which options it counts for.

Every answer is a tuple of whole numbers, the one that `Ballot.choices` keeps. This file alone
knows what they mean. The form, casting, the recount and a person's own page ask the same shape,
so that what is refused beside the question is what would have been refused at the counter.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hanmadang.polls.models import QuestionType
from hanmadang.polls.ranges import Range
from hanmadang.polls.scales import SEMANTIC, Scale

Answer = tuple[int, ...]
"""An answer as it is kept; empty for none."""
Gain = tuple[int, int, int]
"""What one ballot adds to an option's `Tally`: count, points, firsts."""
UNREADABLE = -1
"""What reading puts for a text that means nothing; no shape accepts it."""
MOST_RANKED = 8
MOST_POINTS = 100
_ONCE: Gain = (1, 0, 0)


class Refusal(StrEnum):
    """Why a ballot set was not counted."""

    CLOSED = "closed"
    EMPTY = "empty"
    KEY_REUSED = "key-reused"
    LOCKED = "locked"
    NOT_OPEN = "not-open"
    TOO_FEW = "too-few"
    TOO_MANY = "too-many"
    UNKNOWN_CHOICE = "unknown-choice"
    UNREADABLE = "unreadable"
    WRONG_SUM = "wrong-sum"


@dataclass(frozen=True, slots=True)
class Settings:
    """What only some types need to know; the typed face of `Question.settings`."""

    scale: Scale | None = None
    mean: bool = False
    """Whether a mean of a Likert scale is shown; off, because its steps are not distances."""
    range: Range | None = None
    """The numbers that may be given."""
    points: int = 0
    """How many points are distributed."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Settings":
        """From what the database keeps."""
        scale = Scale(stored["scale"]) if "scale" in stored else None
        range_ = Range.of(stored["range"]) if "range" in stored else None
        return cls(scale, bool(stored.get("mean")), range_, stored.get("points", 0))

    def to_json(self) -> dict[str, Any]:
        """For the database: only what was set."""
        stored: dict[str, Any] = {}
        if self.scale:
            stored["scale"] = self.scale.value
        if self.mean:
            stored["mean"] = True
        if self.range:
            stored["range"] = self.range.to_json()
        if self.points:
            stored["points"] = self.points
        return stored

    @property
    def is_semantic(self) -> bool:
        """Whether only the two ends of the scale are named."""
        return self.scale in SEMANTIC


PLAIN = Settings()


@dataclass(frozen=True, slots=True)
class Shape:
    """One, several or a point of a scale: some of the options, in no order."""

    options: tuple[int, ...]
    least: int
    most: int
    settings: Settings = PLAIN

    def canonical(self, sent: Collection[int]) -> Answer:
        """The one way to write down this answer."""
        return tuple(sorted(set(sent)))

    def fault(self, answer: Answer) -> Refusal | None:
        """Why this answer cannot be counted; None for a good one, and for none at all."""
        if not set(answer) <= set(self.options):
            return Refusal.UNKNOWN_CHOICE
        if answer and len(answer) < self.least:
            return Refusal.TOO_FEW
        return Refusal.TOO_MANY if len(answer) > self.most else None

    def counted(self, answer: Answer) -> Iterable[int]:
        """The options for which the answer counts."""
        return answer

    def gains(self, answer: Answer) -> Mapping[int, Gain]:
        """What the answer adds to the counters of its options."""
        return dict.fromkeys(self.counted(answer), _ONCE)


@dataclass(frozen=True, slots=True)
class NumberShape(Shape):
    """One number, kept as its place in the range and counted in its band."""

    def canonical(self, sent: Collection[int]) -> Answer:
        """The place as it is."""
        return tuple(sent)

    def fault(self, answer: Answer) -> Refusal | None:
        """Outside the range, or between two steps."""
        if not answer:
            return None
        is_known = len(answer) == 1 and 0 <= answer[0] <= self.range.steps
        return None if is_known else Refusal.UNREADABLE

    def counted(self, answer: Answer) -> Iterable[int]:
        """The band."""
        return [self.options[self.range.band_of(place)] for place in answer]

    @property
    def range(self) -> Range:
        """The author's range."""
        if self.settings.range is None:  # refused when the draft was written
            raise ValueError(self.options)
        return self.settings.range


@dataclass(frozen=True, slots=True)
class RankingShape(Shape):
    """Options from the first rank on. Counted by Borda's method: of n options the first earns
    n points, the last 1, and one that was not ranked none.
    """

    def canonical(self, sent: Collection[int]) -> Answer:
        """The order as it is."""
        return tuple(sent)

    def fault(self, answer: Answer) -> Refusal | None:
        """A rank given twice, or fewer ranks than the author asks for."""
        if len(set(answer)) < len(answer) or UNREADABLE in answer:
            return Refusal.UNREADABLE
        return super(RankingShape, self).fault(answer)

    def gains(self, answer: Answer) -> Mapping[int, Gain]:
        """Borda points, and whether it stands first."""
        most = len(self.options)
        return {id_: (1, most - rank, int(rank == 0)) for rank, id_ in enumerate(answer)}


@dataclass(frozen=True, slots=True)
class PointsShape(Shape):
    """Points given to options; all of them must be given."""

    def canonical(self, sent: Collection[int]) -> Answer:
        """Each option as often as it got a point."""
        return tuple(sorted(sent))

    def fault(self, answer: Answer) -> Refusal | None:
        """More or fewer points than there are to give."""
        if UNREADABLE in answer:
            return Refusal.UNREADABLE
        if not set(answer) <= set(self.options):
            return Refusal.UNKNOWN_CHOICE
        is_whole = len(answer) in (0, self.settings.points)
        return None if is_whole else Refusal.WRONG_SUM

    def counted(self, answer: Answer) -> Iterable[int]:
        """Every option that got a point, once."""
        return dict.fromkeys(answer)

    def gains(self, answer: Answer) -> Mapping[int, Gain]:
        """Its points."""
        return {id_: (1, points, 0) for id_, points in Counter(answer).items()}


def shape_of(
    type_: QuestionType,
    options: Iterable[int],
    choices: tuple[int, int],
    settings: Settings = PLAIN,
) -> Shape:
    """The shape of a question with these options, in their order; `choices` is (least, most)."""
    kind = _KINDS.get(type_, Shape)
    return kind(tuple(options), *choices, settings)


_KINDS: Mapping[QuestionType, type[Shape]] = {
    QuestionType.NUMBER: NumberShape,
    QuestionType.RANKING: RankingShape,
    QuestionType.POINTS: PointsShape,
}
