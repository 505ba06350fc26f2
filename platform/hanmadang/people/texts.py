"""Words for roles, states and languages, and the zones that people may choose from."""

from zoneinfo import available_timezones

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import AccountState

ROLES: dict[Role, LazyText] = {
    Role.CITIZEN: lazy("Citizen"),
    Role.EXPERT: lazy("Expert"),
    Role.INSTRUCTOR: lazy("Instructor"),
    Role.ORGANIZER: lazy("Organizer"),
    Role.PARTNER_EDITOR: lazy("Partner editor"),
    Role.REVIEWER: lazy("Reviewer"),
    Role.ADMINISTRATOR: lazy("Administrator"),
}
STATES: dict[AccountState, LazyText] = {
    AccountState.ACTIVE: lazy("Active"),
    AccountState.BLOCKED: lazy("Blocked"),
    AccountState.ERASED: lazy("Deleted"),
}
LANGUAGE_NAMES = (("ko", "한국어"), ("en", "English"))
"""Each in its own language."""

COMMON_ZONES = (
    "Asia/Seoul", "Asia/Pyongyang", "Asia/Tokyo", "Asia/Shanghai", "Asia/Ulaanbaatar",
    "Asia/Vladivostok", "Asia/Almaty", "Asia/Tashkent", "Asia/Ho_Chi_Minh", "Asia/Singapore",
    "Asia/Kolkata", "Asia/Dubai", "Australia/Sydney", "Pacific/Auckland", "Europe/Moscow",
    "Europe/Berlin", "Europe/Paris", "Europe/London", "Africa/Nairobi", "America/Sao_Paulo",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "Pacific/Honolulu", "UTC",
)  # fmt: skip
"""Offered first; any other IANA name can be kept."""

_KNOWN = available_timezones()


def zone_names(current: str) -> tuple[str, ...]:
    """The zones to choose from, with the person's own among them."""
    rare = () if current in COMMON_ZONES or current not in _KNOWN else (current,)
    return (*COMMON_ZONES, *rare)
