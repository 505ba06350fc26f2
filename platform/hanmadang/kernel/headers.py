"""Response headers: what a browser may do with our pages, and what caches may keep."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, g, request

from hanmadang.kernel.configuration import settings
from hanmadang.kernel.permissions import NOBODY

_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'; img-src 'self' data:"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_FRAMED = {
    "Content-Security-Policy": _POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""For the few pages that other sites may show; nothing can be done on them."""
_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
_VARY = ("Cookie", "Accept-Language")
_CONDITIONS = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"})


def register(app: Flask) -> None:
    """Add the headers to every answer, errors included."""

    @app.after_request
    def add(response: Response) -> Response:
        wanted = always() | {"X-Request-Id": g.get("request_id", "")}
        if g.get("may_be_framed"):
            del wanted["X-Frame-Options"]
            wanted |= _FRAMED
        whole = not (response.is_streamed or response.direct_passthrough)
        is_private = request.endpoint != "static" and not response.cache_control.immutable
        if whole and is_private:
            _caching(response, wanted)
        _add_missing(response, wanted)
        if "ETag" in wanted and not _CONDITIONS.isdisjoint(request.environ):
            response.make_conditional(request)
        return response


def keep_address(response: Response) -> Response:
    """The page's address holds a secret: no link from it may carry it away, no cache keep it.

    Its origin alone may be told: under `no-referrer` browsers send its forms with the origin
    `null`, as foreign pages would, and `kernel.origins` must refuse them.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def always() -> dict[str, str]:
    """What every answer carries."""
    return _ALWAYS | _TLS if settings().secure_cookies else dict(_ALWAYS)


def of_page(language: str, *, signed_in: bool) -> dict[str, str]:
    """Pages are revalidated, never shared; a signed-in person's pages are not kept at all."""
    return {
        "Cache-Control": "private, no-store" if signed_in else "private, no-cache",
        "Vary": ", ".join(_VARY),
        "Content-Language": language,
    }


def _caching(response: Response, wanted: dict[str, str]) -> None:
    signed_in = g.get("viewer", NOBODY).is_signed_in
    wanted |= of_page(g.get("language", "ko"), signed_in=signed_in)
    if "Vary" in response.headers:
        response.vary.update(_VARY)
    if response.mimetype != "text/html":
        del wanted["Content-Language"]
    if request.method == "GET" and response.status_code == HTTPStatus.OK and not signed_in:
        wanted["ETag"] = f'"{hashlib.blake2b(response.get_data(), digest_size=12).hexdigest()}"'


def _add_missing(response: Response, wanted: Mapping[str, str]) -> None:
    """What a view set itself stays; one pass, because each look-up in headers is a search."""
    present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118  (not a dict)
    for name, value in wanted.items():
        if name.lower() not in present:
            response.headers.add(name, value)
