"""Style sheets and scripts, packed for whoever takes gzip: on a bad line a lesson needs a third.

Only files that are the same for everybody: what is secret is not packed beside what a stranger
may put into a page (BREACH, 2013).
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_TEXTS = (".css", ".js", ".svg")


def register(app: Flask) -> None:
    """Serve the static files packed, where they are texts and the browser asks for it."""
    as_it_is = app.view_functions["static"]

    def static(filename: str) -> Response:
        response: Response = app.ensure_sync(as_it_is)(filename=filename)
        return _packed(response) if filename.endswith(_TEXTS) else response

    app.view_functions["static"] = static


def _packed(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings["gzip"]:  # noqa: PLR2004
        return response
    response.direct_passthrough = False
    response.set_data(_gzip(response.get_data()))
    response.content_encoding = "gzip"
    etag, _weak = response.get_etag()
    response.set_etag(f"{etag}-gzip")
    response.make_conditional(request)
    return response


@lru_cache(maxsize=256)
def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
