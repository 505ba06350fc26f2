"""The questions of a quiz, as authors write them.

What a kind of question holds beyond its text is its *body*. Credit is a share of the whole, 1 for
right, 0 for wrong; an option chosen wrongly may take away, down to 0 for the whole question.
"""

from dataclasses import dataclass

from hanmadang.courses.models import QuestionKind
from hanmadang.kernel.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One possible answer, and what is said to whoever chose it."""

    label: Bilingual
    correct: bool
    feedback: Bilingual | None
    credit: float | None = None
    """From -1 to 1 where the author set it; None for the rule of the kind."""


@dataclass(frozen=True, slots=True)
class ChoiceBody:
    """One of, several of, true or false: the options in their order."""

    options: tuple[OptionSpec, ...]


@dataclass(frozen=True, slots=True)
class NumericAnswer:
    """A range of numbers, both ends included; one number where they are equal."""

    low: float
    high: float
    credit: float = 1.0
    feedback: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class NumericBody:
    """A number to type; the first range that holds it counts."""

    answers: tuple[NumericAnswer, ...]
    unit: Bilingual | None = None
    """What is counted, shown behind the field: kilometres, people."""


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """A text that is accepted, in whatever language; ``*`` stands for anything."""

    text: str
    credit: float = 1.0
    feedback: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class ShortBody:
    """A few words to type. Compared without regard to spacing, composition and particles."""

    answers: tuple[ShortAnswer, ...]
    match_case: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things that belong together."""

    left: Bilingual
    right: Bilingual


@dataclass(frozen=True, slots=True)
class MatchingBody:
    """Each left side is given one of the right sides; `extra` ones belong to nothing."""

    pairs: tuple[Pair, ...]
    extra: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderingBody:
    """Things in their right order; they are shown in another."""

    items: tuple[Bilingual, ...]


Gap = ChoiceBody | NumericBody | ShortBody


@dataclass(frozen=True, slots=True)
class GapsBody:
    """A text with gaps: ``[[1]]``, ``[[2]]`` … stand in it, in each language, once each."""

    passage: Bilingual
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a picture, named, so that it can be chosen from a list.

    The rectangle is in shares of the picture's width and height, from its upper left corner.
    """

    label: Bilingual
    x: float
    y: float
    width: float
    height: float
    correct: bool
    feedback: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class SpotsBody:
    """Places in a picture to choose from; one is right, or several."""

    picture: str
    alt: Bilingual
    spots: tuple[Spot, ...]


Body = ChoiceBody | NumericBody | ShortBody | MatchingBody | OrderingBody | GapsBody | SpotsBody


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """A question of a unit's quiz."""

    slug: str
    kind: QuestionKind
    competency: str
    text: Bilingual
    explanation: Bilingual | None
    body: Body
    hints: tuple[Bilingual, ...] = ()
    """Told one after another to whoever asks."""


@dataclass(frozen=True, slots=True)
class QuizSpec:
    """How a unit's questions are asked; as it stands here, a practice without limits."""

    attempts: int | None = None
    """How often the quiz may be taken; None for as often as one likes."""
    cooldown_minutes: int = 0
    """Between two attempts."""
    time_limit_minutes: int | None = None
    draw: int | None = None
    """How many of the unit's questions each attempt draws; None for all."""
    pass_share: float | None = None
    """The share of the points with which the unit is done; None: any answer to each question."""


PRACTICE = QuizSpec()
"""Without limits."""
