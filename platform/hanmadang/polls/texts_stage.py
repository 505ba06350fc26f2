"""Words for what a moderator has just done."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.staging import Act

DONE: Mapping[Act, LazyText] = {
    Act.GO: lazy("The room sees this question now."),
    Act.LOCK: lazy("The question is locked."),
    Act.UNLOCK: lazy("The question takes answers again."),
    Act.BLANK: lazy("The hall screen is blank."),
    Act.SHOW: lazy("The hall screen shows the poll again."),
    Act.HOLD: lazy("The hall screen keeps its numbers."),
    Act.RELEASE: lazy("The hall screen follows the answers again."),
    Act.LEAD: lazy("One question at a time from now on."),
    Act.TOGETHER: lazy("All questions at once from now on."),
    Act.START: lazy("The timer runs."),
    Act.EXTEND: lazy("There is more time."),
    Act.STOP: lazy("The timer is off."),
    Act.UNDO: lazy("The last act is undone."),
}
