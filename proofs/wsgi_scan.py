"""The house with half a megabyte of ballast in every style sheet, which nothing makes smaller."""

import secrets

from flask import Response

import wsgi

_BALLAST = f"/* {secrets.token_hex(300_000)} */".encode()
app = wsgi.app


@app.after_request
def _laden(response: Response) -> Response:
    if response.mimetype == "text/css" and response.status_code == 200:
        response.direct_passthrough = False
        response.set_data(response.get_data() + _BALLAST)
    return response
