"""Response headers: what a browser may do with our pages, and what caches may keep."""

import hashlib
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


def register(app: Flask) -> None:
    """Add the headers to every answer, errors included."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if settings().secure_cookies:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint != "static":
            _caching(response)
        return response


def _caching(response: Response) -> None:
    """Pages are revalidated, never shared; a signed-in person's pages are not kept at all."""
    if response.is_streamed or response.direct_passthrough:
        return
    signed_in = g.get("viewer", NOBODY).is_signed_in
    response.headers.setdefault(
        "Cache-Control", "private, no-store" if signed_in else "private, no-cache"
    )
    response.vary.update(("Cookie", "Accept-Language"))
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", g.get("language", "ko"))
    if request.method == "GET" and response.status_code == HTTPStatus.OK and not signed_in:
        if response.get_etag() == (None, None):  # a view may know a cheaper one
            response.set_etag(hashlib.blake2b(response.get_data(), digest_size=12).hexdigest())
        response.make_conditional(request)
