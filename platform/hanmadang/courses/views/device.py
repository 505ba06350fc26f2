"""What a device kept without an account: seen, forgotten there, or taken over after signing in."""

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses import domain
from hanmadang.courses.domain import Arrived, Left
from hanmadang.courses.rules import can_take
from hanmadang.courses.told import read_told
from hanmadang.courses.views.room import reader, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _n, current_locale, lazy
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import wants_json

WHY: dict[Left, LazyText] = {
    Left.GONE: lazy("The unit is not in the version you read."),
    Left.CHANGED: lazy("The question reads differently now."),
    Left.UNFIT: lazy("The question takes no such answer."),
    Left.ONLINE: lazy("This quiz has limits and is answered online."),
}


@room.page("/on-this-device", needs=Permission.PUBLIC)
def on_this_device() -> ResponseReturnValue:
    """What the browser keeps; the page itself knows nothing of it."""
    return render("courses/device/show.html", can_take=can_take(viewer()))


@room.action("/my/courses/take-over", needs=Permission.COURSES_TAKE)
@limit("60 per hour", by=reader)
def take_over() -> ResponseReturnValue:
    """Count what a device tells for whoever is signed in; telling it again changes nothing."""
    try:
        arrived = arrive(request.form.get("events", ""))
    except DomainError as error:
        if wants_json():
            return jsonify(said=str(error.text)), error.status
        raise
    said = " ".join(sentences(arrived))
    if wants_json():
        return jsonify(said=said, units=len(arrived.units), answers=arrived.answers)
    say(said)
    return redirect(url_for("courses.my_courses"), 303)


def arrive(text: str) -> Arrived:
    """Take over a file of events in a transaction of its own. Raises UnreadableDeviceError."""
    events = read_told(text)
    who, now, locale = viewer(), clock.now(), current_locale()
    return transact(lambda session: domain.take_in(session, who, events, locale=locale, now=now))


def sentences(arrived: Arrived) -> list[str]:
    """What came of it, in words."""
    said = [
        _n("%(n)s unit is in your courses now.", "%(n)s units are in your courses now.",
           len(arrived.units)),
        _n("%(n)s answer is new.", "%(n)s answers are new.", arrived.answers),
    ]  # fmt: skip
    if arrived.known:
        said.append(
            _n("%(n)s was here already.", "%(n)s were here already.", arrived.known)
        )  # fmt: skip
    for why, number in sorted(arrived.left.items()):
        left = _n("%(n)s was left out:", "%(n)s were left out:", number)
        said.append(f"{left} {WHY[why]}")
    return said
