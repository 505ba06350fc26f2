"""Words for what came of a poll."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.models_outcomes import OutcomeState

STATES: Mapping[OutcomeState, LazyText] = {
    OutcomeState.DECIDED: lazy("Decided"),
    OutcomeState.UNDER_WAY: lazy("Under way"),
    OutcomeState.DONE: lazy("Put into practice"),
    OutcomeState.NOT_FOLLOWED: lazy("Not followed"),
}
TONES: Mapping[OutcomeState, str] = {
    OutcomeState.DECIDED: "note",
    OutcomeState.UNDER_WAY: "note",
    OutcomeState.DONE: "good",
    OutcomeState.NOT_FOLLOWED: "warn",
}
