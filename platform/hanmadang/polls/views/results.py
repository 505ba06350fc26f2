"""Results on a page, on the hall screen, and as the JSON that both are redrawn from."""

import json

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import queries, texts, texts_profile
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.quiz import scores_of
from hanmadang.polls.rules import is_seen_token
from hanmadang.polls.views.beside import besides
from hanmadang.polls.views.cards import shared_as
from hanmadang.polls.views.room import find, live_urls, mine_in, room
from hanmadang.polls.views.shown import question_bars
from hanmadang.polls.views.times import times_shown

_RECEIPT_TYPED = 80
"""Characters looked at of what somebody typed, spaces and all."""


@room.page("/polls/<slug>/results", needs=Permission.PUBLIC)
def results(slug: str) -> ResponseReturnValue:
    """Bars and tables, live while the poll runs."""
    page = find(slug)
    mine = mine_in(page)
    stream, snapshot = live_urls(page, has_answered=mine.has_answered)
    return render(
        "polls/results.html",
        poll=page,
        shared=shared_as(page),
        mine=mine,
        bars=question_bars(page, mine),
        stream=stream,
        snapshot=snapshot,
        sealed=_sealed(page),
        scores=scores_of(db.session(), page.id) if page.quiz else None,
        times=times_shown(page, current_locale()),
        beside=besides(page, has_answered=mine.has_answered),
        differs=texts_profile.DIFFERS,
        assurance=texts.ASSURANCES[page.assurance],
        texts=texts,
    )


def _sealed(page: PollPage) -> queries.Sealed | None:
    asked = request.args.get("receipt", "")[:_RECEIPT_TYPED]
    return queries.sealed(db.session(), page.id, asked) if page.is_closed else None


@room.page("/polls/<slug>/record.json", needs=Permission.PUBLIC, localised=False)
def record(slug: str) -> ResponseReturnValue:
    """Seal, receipts and published tables of a closed poll, for anybody's own recount."""
    found = queries.record(db.session(), slug)
    if found is None:
        raise NotFoundError
    body = json.dumps(found, ensure_ascii=False, indent=1)
    return as_download(Response(body, mimetype="application/json"), f"{slug}-record.json")


@room.page("/live/<code>.json", needs=Permission.PUBLIC, localised=False)
def live_snapshot(code: str) -> ResponseReturnValue:
    """What the live app serves under the same address; here for plain WSGI hosts."""
    seen = request.args.get("seen", "")
    has_answered = bool(seen) and is_seen_token(str(current_app.secret_key), code.upper(), seen)
    found = queries.snapshot(db.session(), code.upper(), has_answered=has_answered)
    if found is None:
        raise NotFoundError
    response = Response(found.body(), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(found.etag)
    return response.make_conditional(request)
