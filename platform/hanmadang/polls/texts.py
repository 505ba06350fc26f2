"""Words for kinds, states and refusals."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.domain import Refusal
from hanmadang.polls.models import Assurance, PollState, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.scales import Scale

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
    QuestionType.SCALE: lazy("A point on a scale"),
    QuestionType.NUMBER: lazy("A number"),
    QuestionType.RANKING: lazy("A ranking"),
    QuestionType.POINTS: lazy("Points to distribute"),
}
SCALES: Mapping[Scale, LazyText] = {
    Scale.NECESSITY_4: lazy("Necessary, 4 points"),
    Scale.NECESSITY_5: lazy("Necessary, 5 points"),
    Scale.AGREEMENT_4: lazy("Agree, 4 points"),
    Scale.AGREEMENT_5: lazy("Agree, 5 points"),
    Scale.AGREEMENT_7: lazy("Agree, 7 points"),
    Scale.SATISFACTION_5: lazy("Satisfied, 5 points"),
    Scale.SEMANTIC_5: lazy("Between two ends, 5 points"),
    Scale.SEMANTIC_7: lazy("Between two ends, 7 points"),
    Scale.OWN: lazy("Labels of your own (4, 5 or 7 options)"),
}
SHOWN: Mapping[ResultsShown, LazyText] = {
    ResultsShown.LIVE: lazy("Live, to everyone"),
    ResultsShown.AFTER_VOTE: lazy("After answering"),
    ResultsShown.CLOSED: lazy("Once the poll is closed"),
    ResultsShown.MODERATOR: lazy("When the moderator shows them"),
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
    Refusal.LOCKED: lazy(
        "No more answers are taken to one of these questions, so nothing was counted. Your other "
        "choices are kept below; please send them again."
    ),
    Refusal.NOT_OPEN: lazy(
        "The poll is paused, so nothing was counted. Your choices are kept below; please send "
        "them again when it goes on."
    ),
    Refusal.TOO_FEW: lazy("Fewer options are chosen than the question asks for."),
    Refusal.TOO_MANY: lazy("More options are chosen than the question allows."),
    Refusal.WRONG_SUM: lazy("The points given do not add up to those there are."),
    Refusal.UNREADABLE: lazy("An answer is not of the kind the question asks for."),
    Refusal.UNKNOWN_CHOICE: lazy("This poll has changed. Please open the page again."),
}
HIDDEN: Mapping[ResultsShown, LazyText] = {
    ResultsShown.AFTER_VOTE: lazy("You see how others answered once you have answered yourself."),
    ResultsShown.CLOSED: lazy("The result is shown once the poll is closed."),
    ResultsShown.MODERATOR: lazy("The moderator will show the result."),
}
RESTING = lazy(
    "Rankings and points are shown only while no answers are taken: somebody watching them move "
    "could tell what each person answered."
)
