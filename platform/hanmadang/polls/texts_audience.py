"""Words of audience questions: states, acts, settings."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.models_audience import AskState, Naming, Review, SittingState

STATES: Mapping[AskState, LazyText] = {
    AskState.PENDING: lazy("Waiting for a moderator"),
    AskState.SHOWN: lazy("In the list"),
    AskState.NOW: lazy("Being answered now"),
    AskState.ANSWERED: lazy("Answered"),
    AskState.HIDDEN: lazy("Not shown"),
    AskState.MERGED: lazy("Merged with another question"),
}
TONES: Mapping[AskState, str] = {
    AskState.PENDING: "warn",
    AskState.SHOWN: "note",
    AskState.NOW: "good",
    AskState.ANSWERED: "good",
    AskState.HIDDEN: "plain",
    AskState.MERGED: "plain",
}
ACTS: Mapping[AskState, LazyText] = {
    AskState.PENDING: lazy("Put back"),
    AskState.SHOWN: lazy("Show"),
    AskState.NOW: lazy("Answer now"),
    AskState.ANSWERED: lazy("Mark as answered"),
    AskState.HIDDEN: lazy("Hide"),
}
BACK: Mapping[AskState, LazyText] = {AskState.SHOWN: lazy("Back to the list")}
"""What showing is called where the question was shown before."""
OFFERED: Mapping[AskState, tuple[AskState, ...]] = {
    AskState.PENDING: (AskState.SHOWN, AskState.HIDDEN),
    AskState.SHOWN: (AskState.NOW, AskState.ANSWERED, AskState.HIDDEN),
    AskState.NOW: (AskState.ANSWERED, AskState.SHOWN),
    AskState.ANSWERED: (AskState.SHOWN, AskState.HIDDEN),
    AskState.HIDDEN: (AskState.SHOWN,),
    AskState.MERGED: (),
}
"""The acts at hand for each state; further steps exist to undo."""
DONE: Mapping[AskState, LazyText] = {
    AskState.PENDING: lazy("Question %(n)s waits again."),
    AskState.SHOWN: lazy("Question %(n)s is in the public list."),
    AskState.NOW: lazy("Question %(n)s is on the hall page."),
    AskState.ANSWERED: lazy("Question %(n)s is marked as answered."),
    AskState.HIDDEN: lazy("Question %(n)s is hidden."),
    AskState.MERGED: lazy("Question %(n)s was merged; each device’s up-vote counts once."),
}
SITTINGS: Mapping[SittingState, LazyText] = {
    SittingState.OFF: lazy("Off: no page for questions"),
    SittingState.OPEN: lazy("On: people ask and up-vote"),
    SittingState.RESTING: lazy("List only: nothing new is taken"),
}
NAMINGS: Mapping[Naming, LazyText] = {
    Naming.FREE: lazy("With or without a name"),
    Naming.NAMED: lazy("With a name only"),
}
REVIEWS: Mapping[Review, LazyText] = {
    Review.BEFORE: lazy("After a moderator has read it"),
    Review.AT_ONCE: lazy("At once"),
}
