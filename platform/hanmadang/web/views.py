"""The home page and the pages that every public service owes its visitors."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses.queries import course_cards
from hanmadang.events.queries import upcoming
from hanmadang.forums.queries import open_calls
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import Room
from hanmadang.polls.queries import open_polls

room = Room("web", __name__)
_COURSES = 3


@room.page("/", needs=Permission.PUBLIC, localised=False, endpoint="front_door")
def front_door() -> ResponseReturnValue:
    """To the home page in the visitor's language."""
    return redirect(url_for("web.home"), 302)


@room.page("/", needs=Permission.PUBLIC)
def home() -> ResponseReturnValue:
    """What this is, what is on, and what to do next."""
    session, locale = db.session(), current_locale()
    nexts = [
        card
        for kind in ("concert", "exhibition", "forum")
        for card in upcoming(kind, limit=1, locale=locale)
    ]
    return render(
        "web/home.html",
        poll=next(iter(open_polls(session, 1)), None),
        events=nexts,
        courses=course_cards(viewer())[:_COURSES],
        calls=open_calls(session, clock.now(), 1),
    )


@room.page("/privacy", needs=Permission.PUBLIC)
def privacy() -> ResponseReturnValue:
    """What personal data are kept, why, and for how long."""
    return render("web/privacy.html")


@room.page("/accessibility", needs=Permission.PUBLIC)
def accessibility() -> ResponseReturnValue:
    """What works for whom, and whom to tell when it does not."""
    return render("web/accessibility.html")


@room.page("/promises", needs=Permission.PUBLIC)
def promises() -> ResponseReturnValue:
    """What the house promises, and how each promise is proved."""
    return render("web/promises.html")
