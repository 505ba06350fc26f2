"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import (
    badges,
    certificates,
    certificates_desk,
    lessons,
    quiz,
    verification,
)
from hanmadang.courses.views.room import room

__all__ = [
    "badges",
    "certificates",
    "certificates_desk",
    "lessons",
    "quiz",
    "room",
    "verification",
]
