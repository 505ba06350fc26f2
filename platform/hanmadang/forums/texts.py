"""Labels of the room's enums and the phrases that stand in more than one place."""

from datetime import datetime

from hanmadang.events.texts import HOUSE_ZONE, LANGUAGES
from hanmadang.forums.models import (
    Attendance,
    Block,
    Format,
    Outcome,
    ProposalState,
    TalkState,
)
from hanmadang.forums.queries.forums import CallView
from hanmadang.forums.rules import Phase
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.i18n import (
    LazyText,
    _,
    _n,
    current_locale,
    format_clock,
    format_moment,
    lazy,
    zone_label,
)

__all__ = ["HOUSE_ZONE", "LANGUAGES"]

FORMATS: dict[str, LazyText] = {
    Format.TALK: lazy("Talk"),
    Format.PANEL: lazy("Panel"),
    Format.WORKSHOP: lazy("Workshop"),
}
ATTENDANCE: dict[str, LazyText] = {
    Attendance.IN_PERSON: lazy("In person"),
    Attendance.REMOTE: lazy("By video link"),
    Attendance.EITHER: lazy("Either way"),
}
BLOCKS: dict[str, LazyText] = {
    Block.NIGHT: lazy("Night"),
    Block.MORNING: lazy("Morning"),
    Block.AFTERNOON: lazy("Afternoon"),
    Block.EVENING: lazy("Evening"),
}
STATES: dict[str, tuple[LazyText, str]] = {
    ProposalState.DRAFT: (lazy("Draft, not sent yet"), "plain"),
    ProposalState.SUBMITTED: (lazy("Received, under review"), "note"),
    ProposalState.CHANGES_REQUESTED: (lazy("Changes requested"), "warn"),
    ProposalState.ACCEPTED: (lazy("Accepted, please confirm"), "good"),
    ProposalState.REJECTED: (lazy("Not selected"), "plain"),
    ProposalState.RESERVE: (lazy("On the reserve list"), "note"),
    ProposalState.CONFIRMED: (lazy("Confirmed"), "good"),
    ProposalState.WITHDRAWN: (lazy("Withdrawn by you"), "plain"),
    ProposalState.CANCELLED: (lazy("Cancelled by the organizers"), "bad"),
}
"""Word and tone of a proposal's state, for its expert."""
DESK_STATES: dict[str, tuple[LazyText, str]] = STATES | {
    ProposalState.SUBMITTED: (lazy("Submitted"), "note"),
    ProposalState.CHANGES_REQUESTED: (lazy("Waiting for changes"), "warn"),
    ProposalState.ACCEPTED: (lazy("Accepted, not confirmed yet"), "good"),
    ProposalState.WITHDRAWN: (lazy("Withdrawn by the speaker"), "plain"),
}
"""The same for organizers."""
OUTCOMES: dict[str, LazyText] = {
    Outcome.ACCEPTED: lazy("Accept"),
    Outcome.RESERVE: lazy("Reserve list"),
    Outcome.REJECTED: lazy("Decline"),
}
TALKS: dict[str, tuple[LazyText, str]] = {
    TalkState.PLANNED: (lazy("Not public yet"), "plain"),
    TalkState.PUBLIC: (lazy("Public"), "good"),
}

SAY_WHAT = lazy("Say what should change.")


def deadline(call: CallView, now: datetime) -> str:
    """``Closes in 5 days``, ``Opens tomorrow``: what a visitor wants to know first."""
    phase = call.phase(now)
    if phase is Phase.CLOSED:
        return _("The call is closed")
    if phase is Phase.UPCOMING:
        return _opens(call.days_to_wait(now), call.opens)
    return _closes(call.days_left(now), call.closes)


def _opens(days: int, opens: Moment) -> str:
    if days == 0:
        return _("Opens today at %(time)s", time=format_clock(opens.local.time()))
    return _n("Opens in %(n)s day", "Opens in %(n)s days", days)


def _closes(days: int, closes: Moment) -> str:
    if days == 0:
        return _("Closes today at %(time)s", time=format_clock(closes.local.time()))
    return _n("Closes in %(n)s day", "Closes in %(n)s days", days)


def minutes(count: int) -> str:
    """A length of time."""
    return _n("%(n)s minute", "%(n)s minutes", count)


def with_zone(moment: Moment) -> str:
    """Day, time and the zone they hold in."""
    return f"{format_moment(moment)} ({zone_label(moment.zone, current_locale())})"


def in_zone(moment: Moment, zone_name: str) -> str:
    """The same instant on the wall clocks of another zone."""
    return with_zone(Moment.from_instant(moment.instant, zone_name))
