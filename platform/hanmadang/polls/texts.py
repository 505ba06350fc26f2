"""Words for kinds, states and refusals."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.domain import Refusal
from hanmadang.polls.models import Assurance, PollState, QuestionKind, QuestionType, ResultsShown

STATES: Mapping[PollState, LazyText] = {
    PollState.DRAFT: lazy("Draft"),
    PollState.OPEN: lazy("Taking answers"),
    PollState.PAUSED: lazy("Paused"),
    PollState.CLOSED: lazy("Poll closed"),
}
TONES: Mapping[PollState, str] = {
    PollState.DRAFT: "plain",
    PollState.OPEN: "good",
    PollState.PAUSED: "warn",
    PollState.CLOSED: "plain",
}
KINDS: Mapping[QuestionKind, LazyText] = {
    QuestionKind.KNOWLEDGE: lazy("Knowledge"),
    QuestionKind.INTEREST: lazy("Interest"),
    QuestionKind.OPINION: lazy("Opinion"),
}
USES: Mapping[QuestionKind, LazyText] = {
    QuestionKind.KNOWLEDGE: lazy(
        "After sending you see the right answer and why. Only if you ask for it, your answer "
        "helps to choose lessons for you."
    ),
    QuestionKind.INTEREST: lazy(
        "Counted to plan courses and events. Only if you ask for it, your topics help to choose "
        "lessons for you."
    ),
    QuestionKind.OPINION: lazy(
        "Counted in the total only. It is never tied to you and never used to choose lessons."
    ),
}
TYPES: Mapping[QuestionType, LazyText] = {
    QuestionType.ONE: lazy("One option"),
    QuestionType.SEVERAL: lazy("Several options"),
}
SHOWN: Mapping[ResultsShown, LazyText] = {
    ResultsShown.LIVE: lazy("Live, to everyone"),
    ResultsShown.AFTER_VOTE: lazy("After answering"),
    ResultsShown.CLOSED: lazy("Once the poll is closed"),
}
ASSURANCES: Mapping[Assurance, LazyText] = {
    Assurance.LINK: lazy(
        "Anyone with the link could answer, once per browser. These are the answers of those "
        "who took part, not of all residents."
    ),
}
REFUSALS: Mapping[Refusal, LazyText] = {
    Refusal.CLOSED: lazy("The poll closed before your answer arrived, so it was not counted."),
    Refusal.EMPTY: lazy("Please answer at least one question."),
    Refusal.KEY_REUSED: lazy(
        "This form was already sent with other answers. Please check them and send again."
    ),
    Refusal.NOT_OPEN: lazy(
        "The poll is paused, so nothing was counted. Your choices are kept below; please send "
        "them again when it goes on."
    ),
    Refusal.TOO_MANY: lazy("More options are chosen than the question allows."),
    Refusal.UNKNOWN_CHOICE: lazy("This poll has changed. Please open the page again."),
}
HIDDEN: Mapping[ResultsShown, LazyText] = {
    ResultsShown.AFTER_VOTE: lazy("You see how others answered once you have answered yourself."),
    ResultsShown.CLOSED: lazy("The result is shown once the poll is closed."),
}
