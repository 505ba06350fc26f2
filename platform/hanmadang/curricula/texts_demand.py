"""Words of public demand and of the editors' suggestions."""

from collections.abc import Mapping

from hanmadang.curricula.models import LESSONS, Reply, SuggestionState, Wanted
from hanmadang.kernel.i18n import LazyText, lazy

ASKED: Mapping[Wanted, LazyText] = {
    Wanted.WISH: lazy("People who want to learn about it"),
    Wanted.GAP: lazy("People who missed a question on it"),
}
STATES: Mapping[SuggestionState, LazyText] = {
    SuggestionState.OPEN: lazy("Not decided yet"),
    SuggestionState.SIGNING: lazy("Waits for a second signature"),
    SuggestionState.ACCEPTED: lazy("Taken up"),
    SuggestionState.DECLINED: lazy("Not followed"),
    SuggestionState.SUPERSEDED: lazy("A later poll asked for the same"),
}
TONES: Mapping[SuggestionState, str] = {
    SuggestionState.OPEN: "note",
    SuggestionState.SIGNING: "warn",
    SuggestionState.ACCEPTED: "good",
    SuggestionState.DECLINED: "plain",
    SuggestionState.SUPERSEDED: "plain",
}
REPLIES: Mapping[Reply, LazyText] = {
    Reply.FOLLOW_UP: lazy("A lesson follows"),
    Reply.LEAD_IN: lazy("A lesson prepares for an event"),
    Reply.EVENT: lazy("An event is being prepared"),
    Reply.CALL: lazy("Speakers are being looked for"),
    Reply.LESSON: lazy("A lesson is being written"),
}
ACTS: Mapping[Reply, LazyText] = {
    Reply.FOLLOW_UP: lazy("Bring it as a follow-up"),
    Reply.LEAD_IN: lazy("Bring it before an event"),
    Reply.EVENT: lazy("Draft an event"),
    Reply.CALL: lazy("Draft a call for speakers"),
    Reply.LESSON: lazy("Draft a lesson"),
}
"""What the buttons say."""
DONE: Mapping[Reply, LazyText] = {
    Reply.FOLLOW_UP: lazy("The paths of people of that poll take the lesson into account now."),
    Reply.LEAD_IN: lazy("The lesson leads to the event now."),
    Reply.EVENT: lazy("A draft of an event is open. Please set its day and place."),
    Reply.CALL: lazy("A forum and its call for speakers are drafted. Please set day and place."),
    Reply.LESSON: lazy("A draft of a lesson is open. Nobody sees it before it is published."),
}
COLUMNS: tuple[tuple[str, LazyText], ...] = (
    ("poll", lazy("The poll's name in addresses: /polls/<poll>")),
    ("closed_on", lazy("The day on which it closed, in Seoul")),
    ("wanted", lazy("wish: people who want to learn about it; gap: people who missed a question")),
    ("codes", lazy("The topic or competency; several with + where cells were too small alone")),
    ("name_ko", lazy("Its name in Korean")),
    ("name_en", lazy("Its name in English")),
    ("people", lazy("How many people, never fewer than 10")),
    ("answered", lazy("Of how many who answered, never fewer than 30")),
    ("share", lazy("people / answered, 0 to 1")),
    ("low", lazy("Lower end of the interval (Wilson, 95 percent)")),
    ("high", lazy("Upper end of the interval (Wilson, 95 percent)")),
    ("lessons_ko", lazy("Lessons on it in Korean today")),
    ("lessons_en", lazy("Lessons on it in English today")),
    ("minutes_ko", lazy("Minutes of these lessons in Korean")),
    ("minutes_en", lazy("Minutes of these lessons in English")),
)
"""The columns of demand.csv and of each row of demand.json."""
ORDER = (*LESSONS, Reply.EVENT, Reply.CALL)
"""The buttons, in their order, where a lesson exists."""
