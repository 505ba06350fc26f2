"""A poll as its author writes it, before anything is stored."""

from dataclasses import dataclass, field

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Assurance, Mode, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.shapes import PLAIN, Settings


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """An option as its author writes it."""

    label: Bilingual
    correct: bool = False
    topic_code: str | None = None
    about_person: bool = False
    """Of a statement: it says who people are, not what they want."""
    picture: str | None = None
    """Name of a kept picture; the label says what it shows."""


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as its author writes it."""

    kind: QuestionKind
    text: Bilingual
    options: tuple[OptionDraft, ...]
    """What the author wrote: all options, the two ends of a semantic scale, or nothing where
    the options follow from the settings."""
    type: QuestionType = QuestionType.ONE
    max_choices: int = 1
    explanation: Bilingual = field(default_factory=Bilingual)
    competency_code: str | None = None
    results_shown: ResultsShown = ResultsShown.LIVE
    min_choices: int = 1
    settings: Settings = PLAIN


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll as its author writes it."""

    title: Bilingual
    questions: tuple[QuestionDraft, ...]
    intro: Bilingual = field(default_factory=Bilingual)
    institution_id: int | None = None
    mode: Mode = Mode.EDITABLE
    assurance: Assurance = Assurance.LINK
    quiz: bool = False
    """Whether each device gets a score for its knowledge questions."""
