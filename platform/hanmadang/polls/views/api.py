"""The read API: public polls as JSON, its description, and the page that explains it."""

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import machines
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import openapi
from hanmadang.polls.models import PollState
from hanmadang.polls.queries import api
from hanmadang.polls.queries.lists import closed_polls
from hanmadang.polls.views.room import room

RATE = "120 per minute"
MOST = 100
_PER_PAGE = 20
_LAST_PAGE = 10_000
_DIGITS = 5
_SLUG = "reunification-evening"
"""An invented poll for the examples while none was closed."""


class UnusableQueryError(DomainError):
    """A parameter of the address has no such value (400)."""

    status = 400
    text = lazy("A parameter is not usable. The page /api says which values there are.")


@room.page("/api/v1/polls", needs=Permission.PUBLIC, localised=False)
@limit(RATE)
def api_polls() -> ResponseReturnValue:
    """Public polls, paged."""
    number, per_page = _number("page", 1, _LAST_PAGE), _number("per_page", _PER_PAGE, MOST)
    found = api.listed(db.session(), _states(), per_page + 1, (number - 1) * per_page)
    more = _page_url(number + 1) if len(found) > per_page else None
    response = machines.answer({"polls": found[:per_page], "page": number, "next": more})
    if more:
        response.headers["Link"] = f'<{more}>; rel="next"'
    return _revalidated(response)


@room.page("/api/v1/polls/<slug>", needs=Permission.PUBLIC, localised=False)
@limit(RATE)
def api_poll(slug: str) -> ResponseReturnValue:
    """One poll with its questions and public results."""
    found = api.whole(db.session(), slug)
    if found is None:
        raise NotFoundError
    return _revalidated(machines.answer(found))


@room.page("/api/v1/openapi.json", needs=Permission.PUBLIC, localised=False)
@limit(RATE)
def api_description() -> ResponseReturnValue:
    """OpenAPI 3.1, for programs that read such."""
    return _revalidated(machines.answer(openapi.document(settings().base_url.rstrip("/"))))


@room.page("/api", needs=Permission.PUBLIC, endpoint="api")
def explained() -> ResponseReturnValue:
    """The same for people, with examples."""
    closed = closed_polls(db.session(), 1)
    return render(
        "polls/api.html",
        base=settings().base_url.rstrip("/"),
        slug=closed[0].slug if closed else _SLUG,
        rate=RATE.partition(" ")[0],
        most=MOST,
    )


def _number(name: str, usual: int, most: int) -> int:
    text = request.args.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and 1 <= int(text) <= most):
        raise UnusableQueryError
    return int(text)


def _states() -> tuple[PollState, ...]:
    asked = request.args.get("state")
    if asked is None:
        return api.STATES
    if asked not in {state.value for state in api.STATES}:
        raise UnusableQueryError
    return (PollState(asked),)


def _page_url(number: int) -> str:
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("per_page", "state") if name in request.args
    }
    path = url_for("polls.api_polls", page=number, **kept)
    return settings().base_url.rstrip("/") + path


def _revalidated(response: Response) -> ResponseReturnValue:
    """Nothing here depends on who asks: any cache may keep it, and asks again before using it."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    return response.make_conditional(request)
