"""The time zones people choose from, grouped by part of the world."""

from functools import lru_cache
from zoneinfo import available_timezones

from hanmadang.kernel.i18n import LazyText, lazy, zone_label

_PARTS: dict[str, LazyText] = {
    "Asia": lazy("Asia"),
    "Europe": lazy("Europe"),
    "America": lazy("America"),
    "Africa": lazy("Africa"),
    "Australia": lazy("Australia"),
    "Pacific": lazy("Pacific"),
    "Atlantic": lazy("Atlantic"),
    "Indian": lazy("Indian Ocean"),
}


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every zone named after a place, in alphabetical order."""
    return tuple(sorted(name for name in available_timezones() if name.split("/")[0] in _PARTS))


@lru_cache(maxsize=2)
def choices(language: str) -> dict[str, list[tuple[str, str]]]:
    """(name, ``Berlin (Central European Time)``) by part of the world, in that language."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for part, label in _PARTS.items():
        groups[str(label)] = [
            (name, f"{_city(name)} ({zone_label(name, language)})")
            for name in names()
            if name.startswith(f"{part}/")
        ]
    return groups


def _city(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
