"""Where a request comes from: through which proxies, and from whose page."""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Request
from werkzeug.middleware.proxy_fix import ProxyFix

_ONE_NETWORK = 64
"""Bits. Whoever has one address of version 6 has all those that begin with the same ones."""
_WITH_PORT = re.compile(r"(?:\[([0-9a-fA-F:.]+)]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?")
"""As some proxies write an address; each connection would be another client."""
_OWN_PAGES = frozenset({"same-origin", "none"})


def behind(hops: int, app: Callable[..., Any]) -> Callable[..., Any]:
    """The WSGI application, believing that many proxies about the client's address."""
    return ProxyFix(app, hops, hops, 0, 0) if hops else app


def address_of(sent: Request) -> str:
    """The address a request came from, as far as the configured proxies can be believed."""
    text = sent.remote_addr or "unknown"
    found = _read(text)
    return str(found) if found else text


def network_of(sent: Request) -> str:
    """Whom limits count: an address of version 4, or a /64 of version 6.

    A whole address of version 6 would be no limit: each client has more than anybody can count.
    """
    text = address_of(sent)
    held = _WITH_PORT.fullmatch(text)
    found = _read(held[1] or held[2] if held else text)
    if isinstance(found, IPv6Address):
        within = IPv6Network((int(found), _ONE_NETWORK), strict=False)
        return str(found.sixtofour or within)
    return str(found) if found else text


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address of version 4 in the clothes of version 6 is one of version 4."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


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
