"""Words for statement polls and opinion groups."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.models_statements import SuggestionState
from hanmadang.polls.opinion.result import Withheld
from hanmadang.polls.shapes import Refusal, Stance
from hanmadang.polls.texts import REFUSALS

STANCES: Mapping[Stance, LazyText] = {
    Stance.AGREE: lazy("Agree"),
    Stance.DISAGREE: lazy("Disagree"),
    Stance.PASS: lazy("Pass"),
}
SUGGESTED: Mapping[SuggestionState, LazyText] = {
    SuggestionState.PENDING: lazy("Waiting for a moderator"),
    SuggestionState.ACCEPTED: lazy("Being asked"),
    SuggestionState.REFUSED: lazy("Not taken up"),
}
TONES: Mapping[SuggestionState, str] = {
    SuggestionState.PENDING: "warn",
    SuggestionState.ACCEPTED: "good",
    SuggestionState.REFUSED: "plain",
}
NOT_COUNTED: Mapping[Refusal, LazyText] = {
    **REFUSALS,
    Refusal.NOT_OPEN: lazy(
        "The poll is paused, so your vote was not counted. Please vote again when it goes on."
    ),
    Refusal.KEY_REUSED: lazy(
        "This page had been used for another vote. It is a new one now; please vote again."
    ),
    Refusal.UNKNOWN_CHOICE: lazy("This statement is no longer asked, so nothing was counted."),
}
WITHHELD: Mapping[Withheld, LazyText] = {
    Withheld.FEW_STATEMENTS: lazy(
        "Groups need at least four statements to compare; this poll has fewer."
    ),
    Withheld.FEW_PEOPLE: lazy("Too few people have voted on enough statements to form groups."),
    Withheld.NO_PATTERN: lazy(
        "People’s votes do not hang together more than chance would make them. There are opinions, "
        "but no groups."
    ),
    Withheld.SMALL_GROUPS: lazy("At least one group would be too small to be shown."),
    Withheld.UNSTABLE: lazy(
        "With other statements other groups would come out, so these would say little about people."
    ),
}
