"""Words for kinds, states and refusals."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.domain import Refusal
from hanmadang.polls.models import (
    Assurance,
    Mode,
    PollState,
    QuestionKind,
    QuestionType,
    ResultsShown,
)
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
TOLD_LATER = lazy("The moderator shows the right answer and why. Nobody sees your score but you.")
"""Of a knowledge question in a quiz that a moderator leads."""
TYPES: Mapping[QuestionType, LazyText] = {
    QuestionType.ONE: lazy("One option"),
    QuestionType.SEVERAL: lazy("Several options"),
    QuestionType.SCALE: lazy("A point on a scale"),
    QuestionType.NUMBER: lazy("A number"),
    QuestionType.RANKING: lazy("A ranking"),
    QuestionType.POINTS: lazy("Points to distribute"),
    QuestionType.STATEMENTS: lazy("Statements: agree, disagree or pass"),
    QuestionType.TEXT: lazy("A short text"),
    QuestionType.CLOUD: lazy("Words for a word cloud"),
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
MODES: Mapping[Mode, LazyText] = {
    Mode.EDITABLE: lazy("Counted live, can be changed until the poll closes"),
    Mode.SECRET: lazy("Secret: sealed and final, counted only when the poll closes"),
}
LEVELS: Mapping[Assurance, LazyText] = {
    Assurance.LINK: lazy("Level 0: anyone with the link, once per browser"),
    Assurance.ROOM: lazy("Level 1: with the changing code in the hall, once per browser"),
    Assurance.EMAIL: lazy("Level 2: with a confirmed e-mail address, once per address"),
    Assurance.ACCOUNT: lazy("Level 3: signed in with a confirmed address, once per account"),
    Assurance.CODES: lazy("Level 3: with a one-time code, once per code"),
}
DOORS: Mapping[Assurance, LazyText] = {
    Assurance.LINK: lazy("Anyone with the link, once per browser"),
    Assurance.ROOM: lazy("Everyone in the hall, with the code on the screen, once per browser"),
    Assurance.EMAIL: lazy("Anyone with an e-mail address, once per address"),
    Assurance.ACCOUNT: lazy("Anyone with an account here, once per account"),
    Assurance.CODES: lazy("Everyone who was given a one-time code, once per code"),
}
"""Who may answer, as people at the door read it."""
ASSURANCES: Mapping[Assurance, LazyText] = {
    Assurance.LINK: lazy(
        "Anyone with the link could answer, once per browser. These are the answers of those "
        "who took part, not of all residents."
    ),
    Assurance.ROOM: lazy(
        "Only people with the changing code shown in the hall could answer, once per browser. "
        "These are the answers of those who took part, not of all residents."
    ),
    Assurance.EMAIL: lazy(
        "Only people with a confirmed e-mail address could answer, once per address. These are the "
        "answers of those who took part, not of all residents."
    ),
    Assurance.ACCOUNT: lazy(
        "Only people signed in with an account could answer, once per account. These are the "
        "answers of those who took part, not of all residents."
    ),
    Assurance.CODES: lazy(
        "Only people with a one-time code from the organizer could answer, once per code. These "
        "are the answers of those who took part, not of all residents."
    ),
}
ENTRIES: Mapping[Assurance, LazyText] = {
    Assurance.ROOM: lazy(
        "This poll is for the people in the hall. Please scan the picture on the hall's screen, or "
        "type the digits beside it. They change every half minute."
    ),
    Assurance.EMAIL: lazy(
        "One e-mail address can answer once. We mail you a link that works for 30 minutes. The "
        "address is not kept with the poll: its answers stand under a key made from it, which is "
        "destroyed when the poll closes."
    ),
    Assurance.ACCOUNT: lazy(
        "Please sign in to an account whose e-mail address is confirmed; one account can answer "
        "once. Your answers are not kept with your account: they stand under a key made from it, "
        "which is destroyed when the poll closes."
    ),
    Assurance.CODES: lazy(
        "Please type the code on the slip you were given. It has ten letters and digits; "
        "capitals and the dash do not matter. On another device the same code leads to the same "
        "answers."
    ),
}
_OF_BROWSER = lazy(
    "Your choices under a key that only this browser and this poll share: no name, account, time "
    "or address. When the poll closes the key is destroyed; then nobody can find your answer, not "
    "even we. You may leave any question unanswered."
)
KEPT: Mapping[Assurance, LazyText] = {
    Assurance.LINK: _OF_BROWSER,
    Assurance.ROOM: _OF_BROWSER,
    Assurance.EMAIL: lazy(
        "Your choices under a key made from your e-mail address for this poll alone: no name, "
        "account, time or address. When the poll closes what makes such keys is destroyed; then "
        "nobody can find your answer, not even we. You may leave any question unanswered."
    ),
    Assurance.ACCOUNT: lazy(
        "Your choices under a key made from your account for this poll alone: no name, account, "
        "time or address. They are not kept with your account. When the poll closes what makes "
        "such keys is destroyed; then nobody can find your answer, not even we. You may leave any "
        "question unanswered."
    ),
    Assurance.CODES: lazy(
        "Your choices under a key made from your code for this poll alone: no name, account, time "
        "or address. When the poll closes what makes such keys is destroyed; then nobody can find "
        "your answer, not even we. You may leave any question unanswered."
    ),
}
"""What is kept of an answer that can be changed, for its author."""
GONE_ON = lazy(
    "The moderator has gone on, and no more answers are taken to the question that you answered. "
    "The one below is on now."
)
"""In place of `Refusal.EMPTY`, where something was answered that is not asked any more."""
REFUSALS: Mapping[Refusal, LazyText] = {
    Refusal.ALREADY: lazy(
        "You have already taken part. In a secret poll the first answers are final, so these were "
        "not counted."
    ),
    Refusal.CLOSED: lazy("The poll closed before your answer arrived, so it was not counted."),
    Refusal.EMPTY: lazy("Please answer at least one question."),
    Refusal.FINAL: lazy(
        "The right answer to one of these questions was already shown to you, so your first answer "
        "stays. Nothing was counted; please open the page again."
    ),
    Refusal.KEY_REUSED: lazy(
        "This form was already sent with other answers. Please check them and send again."
    ),
    Refusal.LOCKED: lazy(
        "No more answers are taken to one of these questions, so nothing was counted. Your other "
        "choices are kept below; please send them again."
    ),
    Refusal.NOT_LET_IN: lazy(
        "Your answers were not counted, because something is still missing to take part. Your "
        "choices are kept below."
    ),
    Refusal.NOT_OPEN: lazy(
        "The poll is paused, so nothing was counted. Your choices are kept below; please send "
        "them again when it goes on."
    ),
    Refusal.TOO_FEW: lazy("Fewer options are chosen than the question asks for."),
    Refusal.TOO_MANY: lazy("More options are chosen than the question allows."),
    Refusal.TOO_LONG: lazy("An answer is longer than the question allows."),
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
    "Rankings, points and votes on statements are shown only while no answers are taken: somebody "
    "watching them move could tell what each person answered."
)
