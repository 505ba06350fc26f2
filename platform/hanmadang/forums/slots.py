"""Where forums and audience questions meet: each page leads to the other.

Polls keep only the slug of a forum; this room stands above them and knows both.
"""

from markupsafe import Markup
from sqlalchemy import select

from hanmadang.events.models import Event
from hanmadang.forums.queries import forums
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import fragment
from hanmadang.kernel.permissions import NOBODY
from hanmadang.kernel.slots import fill
from hanmadang.polls.queries import sittings_of_event


def register() -> None:
    """Fill the slots."""
    fill("forum.audience", on_forum)
    fill("audience.forum", on_questions)


def on_forum(slug: str) -> Markup | str:
    """The ways to the polls, its host's or the house's, at which this forum's audience asks."""
    host = select(Event.institution_id).where(Event.slug == slug).scalar_subquery()
    sittings = sittings_of_event(db.session(), slug, host)
    return fragment("forums/_audience.html", sittings=sittings) if sittings else ""


def on_questions(slug: str, host: int | None = None) -> Markup | str:
    """The way to the public forum (of that `host`, where given) at which one asks; else nothing."""
    try:
        forum = forums.by_slug(db.session(), slug, NOBODY)
    except NotFoundError:
        return ""
    if host not in {None, forum.institution_id}:
        return ""
    return fragment("forums/_audience_forum.html", forum=forum)
