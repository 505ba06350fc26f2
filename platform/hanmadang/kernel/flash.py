"""One-time messages ("Your seat is booked") carried over a redirect by a short signed cookie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from hanmadang.kernel.device import cookie_name, set_cookie

_NAME = "hm_said"
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Undo:
    """A form that takes back what a message tells of."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


def say(text: object, category: str = "success", undo: Undo | None = None) -> None:
    """Show `text` on the next page. Categories: success, info, warning, error.

    With `undo`, a button that takes the act back stands beside it.
    """
    back = [undo.url, dict(undo.fields)] if undo else None
    g.setdefault("to_say", []).append((category, str(text), back))


def is_anything_said() -> bool:
    """Whether this page has a message to show."""
    return bool(request.cookies.get(cookie_name(_NAME)) or g.get("to_say"))


def said() -> list[tuple[str, str]]:
    """(category, text) of what the last request wanted said; each is said once."""
    return [(category, text) for category, text, _back in _heard()]


def undo_said() -> Undo | None:
    """How to take back what was said last, where that can be."""
    back = next((back for _category, _text, back in reversed(_heard()) if back), None)
    return Undo(*back) if back else None


def _heard() -> list[tuple[str, str, Any]]:
    cookie = request.cookies.get(cookie_name(_NAME))
    if not cookie:
        return list(g.get("to_say", []))
    g.heard = True
    try:
        heard = cast("list[list[Any]]", _signer().loads(cookie, max_age=_SECONDS))
    except BadData:
        return []
    return [(category, text, next(iter(back), None)) for category, text, *back in heard]


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
