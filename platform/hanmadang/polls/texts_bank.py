"""Headings of the question bank."""

from collections.abc import Mapping

from hanmadang.kernel.i18n import LazyText, lazy

GROUPS: Mapping[str, LazyText] = {
    "need": lazy("Is reunification needed?"),
    "why": lazy("Why, when, and for whom"),
    "other": lazy("The North, its people, the future"),
    "lessons": lazy("Lessons and events"),
}
