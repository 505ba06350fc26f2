"""Labels of the room's enums and the phrases that stand in more than one place."""

from datetime import date

from hanmadang.events.models import (
    ClosedHoliday,
    EventKind,
    EventState,
    MondayRule,
    RegistrationState,
)
from hanmadang.events.openings import Hours, Season
from hanmadang.events.rules import Booking
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.i18n import (
    LazyText,
    _,
    _n,
    current_locale,
    format_clock,
    format_day,
    format_moment,
    lazy,
    zone_label,
)

HOUSE_ZONE = "Asia/Seoul"
"""Wall clocks of other zones are shown with the zone's name."""

KINDS: dict[EventKind, LazyText] = {
    EventKind.CONCERT: lazy("Concert"),
    EventKind.EXHIBITION: lazy("Exhibition"),
    EventKind.FORUM: lazy("Forum"),
}
BOOKING: dict[Booking, tuple[LazyText, str]] = {
    Booking.FREE_ENTRY: (lazy("No booking needed"), "plain"),
    Booking.NOT_YET: (lazy("Booking opens soon"), "note"),
    Booking.OPEN: (lazy("Booking open"), "good"),
    Booking.FULL: (lazy("Fully booked"), "warn"),
    Booking.CLOSED: (lazy("Booking closed"), "plain"),
    Booking.CANCELLED: (lazy("Cancelled"), "bad"),
}
"""Word and tone of the booking desk's state."""
STATES: dict[EventState, tuple[LazyText, str]] = {
    EventState.DRAFT: (lazy("Draft"), "plain"),
    EventState.PUBLISHED: (lazy("Published"), "good"),
    EventState.CANCELLED: (lazy("Cancelled"), "bad"),
}
REGISTRATIONS: dict[RegistrationState, tuple[LazyText, str]] = {
    RegistrationState.CONFIRMED: (lazy("Seat confirmed"), "good"),
    RegistrationState.WAITLISTED: (lazy("On the waiting list"), "warn"),
    RegistrationState.CANCELLED_BY_USER: (lazy("Given back"), "plain"),
    RegistrationState.CANCELLED_BY_ORGANIZER: (lazy("Cancelled by the organizer"), "bad"),
}
WEEKDAYS: tuple[LazyText, ...] = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)
MONDAYS: dict[MondayRule, LazyText] = {
    MondayRule.AS_LISTED: lazy("As in the table of hours"),
    MondayRule.CLOSED: lazy("Closed every Monday"),
    MondayRule.MOVES: lazy(
        "Closed on Mondays; on a public holiday open, and closed the next working day"
    ),
}
HOLIDAYS: dict[ClosedHoliday, LazyText] = {
    ClosedHoliday.NEW_YEAR: lazy("New Year’s Day"),
    ClosedHoliday.SEOLLAL: lazy("Seollal (three days)"),
    ClosedHoliday.CHUSEOK: lazy("Chuseok (three days)"),
    ClosedHoliday.EVERY: lazy("Every public holiday"),
}
LANGUAGES: dict[str, LazyText] = {
    "ko": lazy("Korean"),
    "en": lazy("English"),
    "zh": lazy("Chinese"),
    "ja": lazy("Japanese"),
    "ru": lazy("Russian"),
    "vi": lazy("Vietnamese"),
    "de": lazy("German"),
}
ZONES = (
    "Asia/Seoul", "Asia/Tokyo", "Asia/Shanghai", "Asia/Ulaanbaatar", "Asia/Ho_Chi_Minh",
    "Asia/Tashkent", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles",
)  # fmt: skip
"""Where the city and its partner cities hold events."""


def evening(starts: Moment, ends: Moment | None) -> str:
    """When a concert or forum is: one day once, both clocks, the zone unless it is the house's."""
    if ends is None:
        text = format_moment(starts)
    elif starts.day == ends.day:
        text = _(
            "%(start)s to %(end)s", start=format_moment(starts), end=format_clock(ends.local.time())
        )
    else:
        text = _("%(start)s to %(end)s", start=format_moment(starts), end=format_moment(ends))
    return (
        text
        if starts.zone == HOUSE_ZONE
        else f"{text} ({zone_label(starts.zone, current_locale())})"
    )


def days(first: date, last: date) -> str:
    """From when to when an exhibition is shown."""
    return _("%(start)s to %(end)s", start=format_day(first), end=format_day(last))


def opening_hours(hours: Hours) -> str:
    """``오전 10:00 ~ 오후 6:00 (입장 마감 오후 5:30)``."""
    text = _(
        "%(start)s to %(end)s", start=format_clock(hours.opens), end=format_clock(hours.closes)
    )
    if hours.last_entry is None:
        return text
    return _("%(hours)s (last entry %(time)s)", hours=text, time=format_clock(hours.last_entry))


def week(season: Season) -> list[tuple[str, str]]:
    """The table of hours: (weekday, hours or "Closed"), Monday first."""
    return [(str(name), _weekday(season, number)) for number, name in enumerate(WEEKDAYS)]


def _weekday(season: Season, number: int) -> str:
    if number == 0 and season.monday_rule is not MondayRule.AS_LISTED:
        return _("Closed")
    found = next((hours for hours in season.hours if number in hours.weekdays), None)
    return opening_hours(found) if found else _("Closed")


def seats_left(capacity: int, taken: int) -> str:
    """How many seats can still be booked."""
    left = capacity - taken
    if left == 0:
        return _("All %(all)s seats are booked", all=capacity)
    return _n("%(n)s seat left of %(all)s", "%(n)s seats left of %(all)s", left, all=capacity)


SHORT_WEEKDAYS: tuple[LazyText, ...] = (
    lazy("Mon"),
    lazy("Tue"),
    lazy("Wed"),
    lazy("Thu"),
    lazy("Fri"),
    lazy("Sat"),
    lazy("Sun"),
)
