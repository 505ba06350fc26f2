"""The room's routes gather here."""

from hanmadang.kernel.rooms import Room

room = Room("events", __name__)
