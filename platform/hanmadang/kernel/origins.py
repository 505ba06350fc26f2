"""Where a request comes from: through which proxies, and from whose page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Request
from werkzeug.middleware.proxy_fix import ProxyFix

_OWN_PAGES = frozenset({"same-origin", "none"})


def behind(hops: int, app: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI application, believing that many proxies about the client's address."""
    return ProxyFix(app, hops, hops, 0, 0) if hops else app


def is_foreign(sent: Request) -> bool:
    """Browsers say from where an unsafe request comes; it must be a page of ours."""
    site = sent.headers.get("Sec-Fetch-Site", "same-origin")
    origin = sent.headers.get("Origin")
    return site not in _OWN_PAGES or bool(origin and _host_of(origin) != sent.host)


def _host_of(origin: str) -> str:
    """The host that an origin names; empty, and so nobody's, where it names none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as http://[
        return ""
