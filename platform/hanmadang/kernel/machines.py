"""What programs read: every address under ``/api/`` answers JSON, errors included.

Anybody's page may read it (CORS), because it holds nothing that our pages do not show to
everybody and never looks at who asks: no cookie, no session. Nothing else of ours may be read so.
"""

import json
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request

PREFIX = "/api/"
PROBLEM = "application/problem+json"
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
}
_ASKED_FIRST = {
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def is_asked() -> bool:
    """Whether this request is a program's."""
    return request.path.startswith(PREFIX)


def answer(body: Any, status: int = HTTPStatus.OK, mimetype: str = "application/json") -> Response:
    """`body` as JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype=mimetype)


def problem(status: int, title: str, detail: str) -> Response:
    """An error as RFC 9457 writes it; `instance` is the number that our log knows it by."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:request:{g.get('request_id', '')}",
    }
    return answer(body, status, PROBLEM)


def register(app: Flask) -> None:
    """Open what programs read, and only that, to pages of other sites."""

    @app.after_request
    def open_to_all(response: Response) -> Response:
        if is_asked():
            more = _ASKED_FIRST if request.method == "OPTIONS" else {}
            for name, value in {**_OPEN, **more}.items():
                response.headers[name] = value
        return response
