"""The picture of a poll that messengers show beside its address: drawn aside, seldom, and kept.

A link shared in a large group is asked for by hundreds of phones within a minute. So a card is
drawn at most once a minute while numbers move, one at a time and with the request's turn given
to others, and whoever comes meanwhile gets the one that is there. What may be seen is asked anew
each time: a card is only kept as long as nothing but its numbers differs from what is public now.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hanmadang.kernel import clock, gate
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import external_url, kept
from hanmadang.kernel.permissions import NOBODY, Permission
from hanmadang.polls.models import PollState
from hanmadang.polls.queries import PollPage, poll_page
from hanmadang.polls.views import card
from hanmadang.polls.views.card import Sheet, sheet_of
from hanmadang.polls.views.room import room

FRESH = timedelta(minutes=1)
"""How long numbers that still move may be old."""
_KEPT_MOST = 128
"""Some forty kilobytes each."""


@dataclass(frozen=True, slots=True)
class _Card:
    sheet: Sheet
    made_at: datetime
    png: bytes

    def serves(self, sheet: Sheet, now: datetime) -> bool:
        """Whether this card says what may be said now, with numbers young enough."""
        return self.sheet == sheet or (self.is_like(sheet) and now - self.made_at < FRESH)

    def is_like(self, sheet: Sheet) -> bool:
        """Whether only numbers differ."""
        return self.sheet.outline == sheet.outline


@dataclass(frozen=True, slots=True)
class CardLink:
    """What a page tells messengers."""

    url: str
    summary: str
    description: str
    """What the picture shows, in words."""
    width: int = card.WIDTH
    height: int = card.HEIGHT


_kept: OrderedDict[tuple[int, str], _Card] = OrderedDict()
_drawing = threading.Lock()


@room.page("/polls/<slug>/card.png", needs=Permission.PUBLIC, endpoint="card")
def show(slug: str) -> ResponseReturnValue:
    """The card, the same for everybody: what a stranger may see now."""
    page = poll_page(db.session(), NOBODY, slug)
    if page is None:
        raise NotFoundError
    png = _card_of((page.id, current_locale()), sheet_of(page, current_locale()))
    response = Response(png, mimetype="image/png")
    response.headers["Cache-Control"] = "public, no-cache"  # results may be hidden again
    response.set_etag(hashlib.blake2b(png, digest_size=12).hexdigest())
    return response.make_conditional(request)


def shared_as(page: PollPage) -> Markup:
    """For the head of a poll's page; nothing for a draft."""
    if page.state is PollState.DRAFT:
        return Markup()
    at = settings().base_url + request.path
    return kept("polls/_card.html", (page.stamp, at), lambda: _shared_as(page, at))


def _shared_as(page: PollPage, at: str) -> dict[str, Any]:
    seen = sheet_of(page, current_locale())
    # The address changes with the state, because messengers keep pictures.
    picture = f"{external_url('polls.card', slug=page.slug)}?v={page.state.value}"
    link = CardLink(picture, seen.summary, seen.description)
    return {"card": link, "title": seen.title, "page_url": at}


def _card_of(key: tuple[int, str], sheet: Sheet) -> bytes:
    now = clock.now()
    found = _kept.get(key)
    if found and found.serves(sheet, now):
        return found.png
    is_like = found is not None and found.is_like(sheet)
    with gate.aside():
        if not _drawing.acquire(blocking=not is_like):
            return found.png if found else b""
        try:
            found = _kept.get(key)
            if found is None or not found.serves(sheet, now):
                found = _keep(key, _Card(sheet, now, card.draw(sheet)))
        finally:
            _drawing.release()
    return found.png


def _keep(key: tuple[int, str], made: _Card) -> _Card:
    _kept[key] = made
    _kept.move_to_end(key)
    while len(_kept) > _KEPT_MOST:
        _kept.popitem(last=False)
    return made
