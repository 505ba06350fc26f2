"""How askers and up-votes are named, and which language a question is in."""

import re
from dataclasses import dataclass

from hanmadang.kernel.ids import keyed

LONGEST = 280
LONGEST_NAME = 40
MOST_WAITING = 5
"""How many questions of one device may wait for a moderator at a time."""
_HALF = 32
"""Hexadecimal digits of each half of a mark."""
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Person:
    """One device in one sitting, under names that nobody can join without the poll's secret."""

    asker: str = ""
    voter: str = ""
    marker: str = ""
    """Under which its requests are recognised; never stored itself."""


NO_PERSON = Person()


def person_of(secret: str | None, device: str) -> Person:
    """The names of a device; none once the secret is gone, or for no device.

    Asking and up-voting have names of their own: stored rows do not say that who asked this
    up-voted that, nor which ballot is theirs.
    """
    if not secret or not device:
        return NO_PERSON
    return Person(*(keyed(secret, act, device) for act in ("ask", "upvote", "mark")))


def request_mark(person: Person, key: str, text: str, name: str) -> str:
    """The request's idempotency key and its contents, hashed under the poll's secret."""
    named = keyed(person.marker, "key", key)[:_HALF]
    return f"{named}.{keyed(person.marker, 'request', text, name)[:_HALF]}"


def language_of(text: str, page: str) -> str:
    """What a screen reader should read the question as."""
    if _HANGUL.search(text):
        return "ko"
    return "en" if _LATIN.search(text) else page


def settings_mark(state: str, naming: str, review: str, event_slug: str | None) -> str:
    """What a settings page was shown, to notice that somebody changed it meanwhile."""
    return "/".join((state, naming, review, event_slug or ""))
