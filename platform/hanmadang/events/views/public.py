"""What everybody sees: the list, the event, their calendar files."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from hanmadang.events import ics, letters, rules, texts
from hanmadang.events.models import Event, EventKind, EventState
from hanmadang.events.queries import cards, event_by_slug, feeds, listing
from hanmadang.events.queries.listing import Filters
from hanmadang.events.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import _
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import address, render, viewer
from hanmadang.kernel.permissions import Permission

_CALENDAR = "text/calendar; charset=utf-8"
_FEED_SECONDS = 300


@room.page("/events", needs=Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """The list of events, filtered by its address."""
    now, filters = clock.now(), Filters.asked(request.args)
    number = max(1, request.args.get("page", 1, int))
    found = listing.page_of(db.session(), filters, number, now)
    if number > 1 and not found.rows:
        return redirect(_with(address("events.index"), filters.address()), 303)
    here, feed = address("events.index"), _with(address("events.feed"), filters.address())
    return render(
        "events/index.html",
        filters=filters,
        kinds=texts.KINDS,
        topics=listing.topics_of_list(db.session()),
        cards=cards.cards(found.rows, found.seasons, now),
        listing=found,
        link=lambda **changes: _with(here, filters.address(**changes)),
        page_link=lambda n: _with(here, {**filters.address(), "page": n}),
        feed=feed,
        subscribe=f"webcal:{settings().base_url.partition(':')[2]}{feed}",
    )


def _with(path: str, address: Mapping[str, Any]) -> str:
    """`path` with a query; a list has a dozen such links, too many for `url_for`."""
    return f"{path}?{urlencode(address)}" if address else path


@room.page("/events.ics", needs=Permission.PUBLIC)
def feed() -> ResponseReturnValue:
    """The same list as a calendar to subscribe to, in the address's language."""
    filters = Filters.asked(request.args)
    entries = feeds.entries_of(db.session(), filters, clock.now())
    name = (
        _("Hanmadang: %(kind)s", kind=texts.KINDS[EventKind(filters.kind)])
        if filters.kind
        else _("Hanmadang events")
    )
    return _calendar(ics.calendar(entries, name=name), "hanmadang.ics")


@room.page("/events/<slug>", needs=Permission.PUBLIC)
def show(slug: str) -> ResponseReturnValue:
    """One event."""
    page = event_by_slug(slug, viewer())
    return render(
        "events/show.html",
        page=page,
        event=page.facts,
        key=new_key() if viewer().is_signed_in else "",
        labels=texts,
        may_edit=rules.can_edit(viewer(), page.facts),
    )


@room.page("/events/<slug>.ics", needs=Permission.PUBLIC)
def show_ics(slug: str) -> ResponseReturnValue:
    """One event for a calendar; drafts have none."""
    event = db.session().query(Event).filter_by(slug=slug).one_or_none()
    if event is None or event.state == EventState.DRAFT:
        raise NotFoundError
    entry = feeds.entry(event, letters.season(event))
    return _calendar(ics.calendar([entry]), "event.ics")


def _calendar(content: bytes, name: str) -> ResponseReturnValue:
    response = Response(content, content_type=_CALENDAR)
    as_download(response, name)
    response.headers["Cache-Control"] = f"public, max-age={_FEED_SECONDS}"
    response.add_etag()
    return response.make_conditional(request)
