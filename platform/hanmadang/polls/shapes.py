"""What an answer of each type looks like: accepted or refused, and which options it counts for.

Every answer is a tuple of whole numbers, the one that `Ballot.choices` keeps. This file alone
knows what they mean. The form, casting, the recount and a person's own page ask the same shape,
so that what is refused beside the question is what would have been refused at the counter.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, NamedTuple

from hanmadang.polls.models import QuestionType
from hanmadang.polls.ranges import Range
from hanmadang.polls.scales import SEMANTIC, Scale
from hanmadang.polls.words import LONGEST, LONGEST_TEXT, Typed, typed

Answer = tuple[int, ...]
"""An answer as it is kept; empty for none."""
UNREADABLE = -1
"""What reading puts for a text that means nothing; no shape accepts it."""
MOST_RANKED = 8
MOST_POINTS = 100
MOST_STATEMENTS = 300
"""In one question, hidden ones too: what a review of opinion groups does in a second."""


class Gain(NamedTuple):
    """What one ballot adds to an option's `Tally`, by the names of its columns."""

    count: int = 1  # type: ignore[assignment]  # the column's name; nobody counts in a tuple
    points: int = 0
    firsts: int = 0
    agree: int = 0
    disagree: int = 0
    passed: int = 0


class Stance(IntEnum):
    """What a person says to a statement."""

    WITHDRAWN = 0
    """Only in a request: the vote is taken back. A ballot leaves the statement out."""
    AGREE = 1
    DISAGREE = 2
    PASS = 3


_STANCES = len(Stance)
_GAINS: Mapping[Stance, Gain] = {
    Stance.AGREE: Gain(agree=1),
    Stance.DISAGREE: Gain(disagree=1),
    Stance.PASS: Gain(passed=1),
}


def vote(option_id: int, stance: Stance) -> int:
    """One vote as the whole number that requests and ballots hold."""
    return _STANCES * option_id + stance


def stances(answer: Answer) -> dict[int, Stance]:
    """The votes of an answer by statement; of two on one statement the last."""
    return {number // _STANCES: Stance(number % _STANCES) for number in answer}


class Refusal(StrEnum):
    """Why a ballot set was not counted."""

    ALREADY = "already"
    CLOSED = "closed"
    EMPTY = "empty"
    FINAL = "final"
    KEY_REUSED = "key-reused"
    LOCKED = "locked"
    NOT_LET_IN = "not-let-in"
    NOT_OPEN = "not-open"
    TOO_FEW = "too-few"
    TOO_LONG = "too-long"
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
    suggest: bool = False
    """Whether people may suggest statements, which a moderator reads first."""
    rows: bool = False
    """Whether anonymous rows of votes are published after the close."""
    same_as: str = ""
    """The item of a national survey whose words a scale question uses (`items.ITEMS`)."""
    at_once: bool = False
    """Whether typed answers are shown before a moderator has read them."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Settings":
        """From what the database keeps."""
        scale = Scale(stored["scale"]) if "scale" in stored else None
        range_ = Range.of(stored["range"]) if "range" in stored else None
        mean, suggest, rows = (bool(stored.get(name)) for name in ("mean", "suggest", "rows"))
        points, same_as = stored.get("points", 0), stored.get("same_as", "")
        at_once = bool(stored.get("at_once"))
        return cls(scale, mean, range_, points, suggest, rows, same_as, at_once)

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
        if self.suggest:
            stored["suggest"] = True
        if self.rows:
            stored["rows"] = True
        if self.same_as:
            stored["same_as"] = self.same_as
        if self.at_once:
            stored["at_once"] = True
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
    hidden: frozenset[int] = frozenset()
    """Statements that are no longer asked."""

    @property
    def remembered(self) -> int:
        """How many requests of one device are recognised when they arrive late or twice."""
        return 8

    def canonical(self, sent: Collection[int]) -> Answer:
        """The one way to write down this answer."""
        return tuple(sorted(set(sent)))

    def merged(self, before: Answer, sent: Answer) -> Answer:
        """What is kept after this request: what it says, unless it may say a part only."""
        del before
        return sent

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
        return dict.fromkeys(self.counted(answer), Gain())


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
        return {id_: Gain(1, most - rank, int(rank == 0)) for rank, id_ in enumerate(answer)}


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
        return {id_: Gain(1, points) for id_, points in Counter(answer).items()}


@dataclass(frozen=True, slots=True)
class StatementsShape(Shape):
    """Votes on statements, as many as somebody likes. A request may bring some of them only."""

    @property
    def remembered(self) -> int:
        """More than elsewhere, because each statement is a request of its own."""
        return 32

    def merged(self, before: Answer, sent: Answer) -> Answer:
        """Earlier votes on other statements stay; one that was taken back is left out."""
        votes = stances(before) | stances(sent)
        kept = ((id_, stance) for id_, stance in votes.items() if stance)
        return tuple(sorted(vote(id_, stance) for id_, stance in kept))

    def fault(self, answer: Answer) -> Refusal | None:
        """A statement that is not there, is no longer asked, or is voted on twice at once."""
        votes = stances(answer)
        if len(votes) < len(answer):
            return Refusal.UNREADABLE
        asked = set(self.options) - self.hidden
        is_known = all(id_ in asked or not stance for id_, stance in votes.items())
        return None if is_known and set(votes) <= set(self.options) else Refusal.UNKNOWN_CHOICE

    def counted(self, answer: Answer) -> Iterable[int]:
        """The statements voted on."""
        return stances(answer)

    def gains(self, answer: Answer) -> Mapping[int, Gain]:
        """One vote for each."""
        return {id_: _GAINS[stance] for id_, stance in stances(answer).items()}


@dataclass(frozen=True, slots=True)
class TypedShape(Shape):
    """A text of one's own. It has no options: its answers are ids of `models_words.PollWord`."""

    longest: ClassVar[int] = LONGEST_TEXT

    def fault(self, answer: Answer) -> Refusal | None:
        """Only what was typed is judged (`fault_of`); nobody sends numbers."""
        return Refusal.UNREADABLE if answer else None

    def counted(self, answer: Answer) -> Iterable[int]:
        """No option."""
        del answer
        return ()

    def read(self, sent: Iterable[str]) -> tuple[Typed, ...]:
        """What was typed, each answer once. Raises ValueError where a text is unusable."""
        return typed(sent)

    def fault_of(self, sent: Iterable[str]) -> Refusal | None:
        """Why what was typed cannot be counted."""
        try:
            read = self.read(sent)
        except ValueError:
            return Refusal.UNREADABLE
        if any(len(each.label) > self.longest for each in read):
            return Refusal.TOO_LONG
        if any(not each.folded for each in read):
            return Refusal.UNREADABLE
        return Refusal.TOO_MANY if len(read) > self.most else None


@dataclass(frozen=True, slots=True)
class CloudShape(TypedShape):
    """A few short ones."""

    longest: ClassVar[int] = LONGEST


def shape_of(
    type_: QuestionType,
    options: Iterable[int],
    choices: tuple[int, int],
    settings: Settings = PLAIN,
    hidden: Iterable[int] = (),
) -> Shape:
    """The shape of a question with these options, in their order; `choices` is (least, most)."""
    kind = _KINDS.get(type_, Shape)
    return kind(tuple(options), *choices, settings, frozenset(hidden))


_KINDS: Mapping[QuestionType, type[Shape]] = {
    QuestionType.NUMBER: NumberShape,
    QuestionType.RANKING: RankingShape,
    QuestionType.POINTS: PointsShape,
    QuestionType.STATEMENTS: StatementsShape,
    QuestionType.TEXT: TypedShape,
    QuestionType.CLOUD: CloudShape,
}
