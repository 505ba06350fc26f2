"""Short ways: how a room answers one kind of request many at a time, without a page's apparatus.

A short way is only ever a faster door to a view that exists: what it does not answer goes to
that view, which decides everything else. The server (`hanmadang.serving.short`) gathers what
came while the last batch ran; under plain WSGI there are no short ways.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from flask import Flask, Request

_KEY = "hanmadang.short_way"


class Answer(NamedTuple):
    """A whole response."""

    status: int
    headers: dict[str, str]
    body: bytes


class ShortWay(Protocol):
    """What a room offers."""

    def fits(self, method: str, path: str) -> bool:
        """Whether a request may come this way; cheap, for every request is asked."""

    def answer(self, sent: Sequence[Request]) -> list[Answer | None]:
        """An answer for each request, or None where its page must decide.

        Runs in an app context, outside of Flask's requests.
        """


def register(app: Flask, way: ShortWay) -> None:
    """Offer the app's short way; there is one."""
    app.extensions[_KEY] = way


def of(app: Flask) -> ShortWay:
    """The short way of that app."""
    found: ShortWay = app.extensions[_KEY]
    return found
