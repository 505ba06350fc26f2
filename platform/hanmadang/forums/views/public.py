"""The list of forums and the page of one."""

from flask.typing import ResponseReturnValue

from hanmadang.forums import queries, rules, texts
from hanmadang.forums.queries import experts, forums
from hanmadang.forums.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.page("/forums", needs=Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """Forums: open calls first."""
    now = clock.now()
    found = forums.index(db.session(), viewer(), now)
    return render("forums/index.html", found=found, labels=texts, now=now)


@room.page("/forums/<slug>", needs=Permission.PUBLIC)
def show(slug: str) -> ResponseReturnValue:
    """One forum: its call, its programme."""
    session, asking, now = db.session(), viewer(), clock.now()
    forum = forums.by_slug(session, slug, asking)
    profile = experts.profile_of(session, asking.id) if asking else None
    own_zone = profile.zone if profile and profile.zone != forum.zone else ""
    return render(
        "forums/show.html",
        forum=forum,
        talks=queries.programme(session, forum.id),
        own_zone=own_zone,
        manages=rules.can_manage(asking, forum.institution_id),
        labels=texts,
        now=now,
    )
