"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import (
    badges,
    certificates,
    certificates_desk,
    device,
    lessons,
    marks,
    offline,
    quiz,
    reviews,
    search,
    verification,
)
from hanmadang.courses.views.room import room

__all__ = [
    "badges",
    "certificates",
    "certificates_desk",
    "device",
    "lessons",
    "marks",
    "offline",
    "quiz",
    "reviews",
    "room",
    "search",
    "verification",
]
