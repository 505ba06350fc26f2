"""Error pages that say what happened, why, and what to do next, in the reader's language."""

import logging
from http import HTTPStatus

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from hanmadang.kernel import machines
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.pages import render
from hanmadang.kernel.uploads import is_for_pictures, most_bytes

log = logging.getLogger(__name__)
_RETRY_SECONDS = 5
_FOREIGN_HOST = (
    "이 주소로는 서비스를 제공하지 않습니다.\nThis service does not answer at this address.\n"
)

_TEXTS: dict[int, tuple[LazyText, LazyText]] = {
    400: (
        lazy("This request could not be read"),
        lazy(
            "Go back, reload the page and send it again. What you typed is still in your browser."
        ),
    ),
    403: (
        lazy("You do not have permission to see this"),
        lazy("Sign in with another account, or ask the organizers for access."),
    ),
    404: (
        lazy("This page does not exist"),
        lazy("The address may be mistyped, or the page has moved or been withdrawn."),
    ),
    405: (
        lazy("This address only takes forms"),
        lazy("Open the page before it and send the form from there."),
    ),
    409: (
        lazy("Something changed in the meantime"),
        lazy("Reload the page to see how things stand now."),
    ),
    413: (
        lazy("This is too large to send"),
        lazy("Shorten the text and send it again. A form may hold up to 250 KB."),
    ),
    422: (
        lazy("This form cannot be used again"),
        lazy("Open the page again and fill in a fresh form."),
    ),
    429: (
        lazy("Too many tries in a short time"),
        lazy("Wait a few minutes and try again."),
    ),
    500: (
        lazy("Something went wrong on our side"),
        lazy(
            "Nothing of what you sent was saved. The team can find this error by the number below."
        ),
    ),
    503: (
        lazy("The service is busy"),
        lazy("Your request was not lost: try again in a few seconds."),
    ),
}


def register(app: Flask) -> None:
    """Answer every failure with one of our pages."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def _domain(error: DomainError) -> ResponseReturnValue:
    return _page(error.status, error.text)


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError):
        return Response(_FOREIGN_HOST, 400, content_type="text/plain; charset=utf-8")
    response = error.get_response()
    if response.status_code < 400:  # noqa: PLR2004 (a redirect raised by routing)
        return response
    if error.response is not None:  # a limit that gives back what was typed
        return response
    page = _page(response.status_code, advice=_advice(response.status_code))
    for name in ("Allow", "Retry-After", "X-RateLimit-Reset"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return page


def _advice(status: int) -> LazyText | None:
    """A file that is too large is no text that could be shortened."""
    most = most_bytes(request.path)
    if status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE or most is None:
        return None
    if is_for_pictures(request.path):
        return lazy(
            "A picture may hold up to %(n)s MB. Please go back, make it smaller and try again.",
            n=most // 2**20,
        )
    return lazy(
        "A file may hold up to %(n)s MB here. Please go back, make it smaller and try again.",
        n=most // 2**20,
    )


def _database(error: DBAPIError) -> ResponseReturnValue:
    """A database that is away or locked for long: the client may simply come again."""
    log.error("The database did not answer.", exc_info=error)
    db.session.rollback()
    page = _page(503)
    page.headers["Retry-After"] = str(_RETRY_SECONDS)
    return page


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("A request failed.", exc_info=error)
    db.session.rollback()
    return _page(500)


def _page(
    status: int, reason: LazyText | None = None, *, advice: LazyText | None = None
) -> Response:
    title, usual = _TEXTS.get(status, _TEXTS[500 if status >= 500 else 400])  # noqa: PLR2004
    advice = advice or usual
    if machines.is_asked():
        return machines.problem(status, str(title), str(reason or advice))
    html = render("web/error.html", status=status, title=title, advice=advice, reason=reason,
                  request_id=g.get("request_id", ""))  # fmt: skip
    return Response(html, status)
