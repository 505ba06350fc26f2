"""One-time messages ("Your seat is booked") carried over a redirect by a short signed cookie."""

from typing import cast

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from hanmadang.kernel.device import cookie_name, set_cookie

_NAME = "hm_said"
_SECONDS = 60


def say(text: object, category: str = "success") -> None:
    """Show `text` on the next page. Categories: success, info, warning, error."""
    g.setdefault("to_say", []).append((category, str(text)))


def is_anything_said() -> bool:
    """Whether this page has a message to show."""
    return bool(request.cookies.get(cookie_name(_NAME)) or g.get("to_say"))


def said() -> list[tuple[str, str]]:
    """(category, text) of what the last request wanted said; each is said once."""
    cookie = request.cookies.get(cookie_name(_NAME))
    if not cookie:
        return list(g.get("to_say", []))
    g.heard = True
    try:
        pairs = cast("list[list[str]]", _signer().loads(cookie, max_age=_SECONDS))
    except BadData:
        return []
    return [(category, text) for category, text in pairs]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="flash")


def register(app: Flask) -> None:
    """Carry messages over redirects and forget them once shown."""

    @app.after_request
    def carry(response: Response) -> Response:
        if g.get("to_say") and response.location:
            set_cookie(response, _NAME, str(_signer().dumps(g.to_say)), _SECONDS)
        elif g.get("heard"):
            set_cookie(response, _NAME, "", 0)
        return response
