"""The room's routes gather here, with what they share."""

from collections.abc import Callable

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel.errors import ConflictError, NotAllowedNowError
from hanmadang.kernel.flash import say
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.rooms import Room

room = Room("forums", __name__)
_NOT_CONTENT = frozenset({"csrf_token", "idempotency_key"})


def act_once(effect: Callable[[Session], Answer]) -> ResponseReturnValue:
    """Carry out what a form asks, once however often it arrives, and go where the answer says."""
    everything = request.form.items(multi=True)
    sent = [(name, value) for name, value in everything if name not in _NOT_CONTENT]
    answer = commit_once(
        key=request.form.get("idempotency_key") or new_key(),
        scope=f"account:{viewer().id}",
        request=[("path", request.path), *sorted(sent)],
        effect=effect,
    )
    if answer.said:
        say(answer.said, answer.category)
    return redirect(answer.location, 303)


def desk_version() -> int:
    """The version of the desk that the sent page showed."""
    text = request.form.get("desk_version", "")
    return int(text) if text.isascii() and text.isdecimal() else 0


TOO_LATE = (ConflictError, NotAllowedNowError)
"""Somebody else was faster: the page is shown again as it stands now, with 409."""
