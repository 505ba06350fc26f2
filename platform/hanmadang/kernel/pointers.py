"""Pages of this house that a text may point at, kept without their language.

A room says which of its pages can be pointed at, and finds their titles; rooms beside it can then
check an address that somebody typed without knowing whose page it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.configuration import settings

Finder = Callable[[Session, Mapping[str, Any]], Bilingual | None]
"""The title of the public page with these parameters; None when nobody may know of it."""
_finders: dict[str, Finder] = {}
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Pointer:
    """A page of ours."""

    path: str
    """Without language: ``/events/autumn-concert``."""
    title: Bilingual


def pointable(endpoint: str, finder: Finder) -> None:
    """Let texts point at the pages of `endpoint`; the last registration holds."""
    _finders[endpoint] = finder


def find(session: Session, typed: str) -> Pointer | None:
    """The public page of ours at that address or path; None for anything else."""
    path = _path(typed)
    if not path:
        return None
    adapter = current_app.url_map.bind(settings().host)
    try:
        endpoint, values = adapter.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    finder = _finders.get(endpoint)
    title = finder(session, values) if finder else None
    if title is None:
        return None
    return Pointer(adapter.build(endpoint, values)[len("/ko") :], title)


def path_in(language: str, path: str) -> str:
    """The page's path for readers of that language."""
    return f"/{language}{path}"


def address_in(language: str, path: str) -> str:
    """The page's whole address for readers of that language."""
    return settings().base_url.rstrip("/") + path_in(language, path)


def _path(typed: str) -> str:
    """The path with a language before it; empty for addresses of other hosts."""
    if len(typed) > _LONGEST:
        return ""
    try:
        parts = urlsplit(typed.strip())
        ours = not parts.netloc or parts.netloc in _hosts()
    except ValueError:
        return ""
    path = unquote(parts.path)
    if not ours or parts.scheme not in {"", "http", "https"} or not path.startswith("/"):
        return ""
    return path if path[1:3] in LANGUAGES and path[3:4] == "/" else path_in(LANGUAGES[0], path)


def _hosts() -> set[str]:
    return {urlsplit(settings().base_url).netloc, *settings().trusted_hosts}
