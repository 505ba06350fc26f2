"""The pages of the room; importing the modules adds their routes."""

from hanmadang.people.views import (
    account,
    consents,
    desk,
    mailed,
    privacy,
    second_factor,
    sign_in,
    sign_up,
)
from hanmadang.people.views.room import room

__all__ = [
    "account",
    "consents",
    "desk",
    "mailed",
    "privacy",
    "room",
    "second_factor",
    "sign_in",
    "sign_up",
]
