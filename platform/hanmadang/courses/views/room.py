"""The room's blueprint, on which its pages hang."""

from hanmadang.kernel.rooms import Room

room = Room("courses", "hanmadang.courses.views")
