"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import (
    badges,
    certificates,
    certificates_desk,
    cohorts,
    device,
    figures,
    learners,
    lessons,
    marks,
    messages,
    offline,
    quiz,
    reviews,
    runs,
    search,
    teaching,
    verification,
)
from hanmadang.courses.views.room import room

__all__ = [
    "badges",
    "certificates",
    "certificates_desk",
    "cohorts",
    "device",
    "figures",
    "learners",
    "lessons",
    "marks",
    "messages",
    "offline",
    "quiz",
    "reviews",
    "room",
    "runs",
    "search",
    "teaching",
    "verification",
]
