"""Rate limits: how often one client may try what could be guessed or flooded.

Counts live in memory for one process and in Valkey/Redis for several. Limits are wide enough
for a hall behind one address; a flooded poll is flagged, not silently cut.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, request
from flask_limiter import Limiter

from hanmadang.kernel.device import known_device

F = TypeVar("F", bound=Callable[..., Any])


def client_address() -> str:
    """The client's network address, as far as the configured proxies can be believed."""
    return request.remote_addr or "unknown"


def client_device() -> str:
    """The device, or the address where there is none yet."""
    return known_device() or client_address()


_limiter = Limiter(key_func=client_address, headers_enabled=True)


def limit(rate: str, by: Callable[[], str] = client_address, **options: Any) -> Callable[[F], F]:
    """Allow `rate` ("10 per 15 minutes") per `by`; beyond it the answer is 429."""
    return cast("Callable[[F], F]", _limiter.limit(rate, key_func=by, **options))


def register(app: Flask, *, redis_url: str, enabled: bool) -> None:
    """Attach the limiter; with Valkey/Redis gone it counts in memory rather than failing."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(redis_url),
        RATELIMIT_ENABLED=enabled,
    )
    _limiter.init_app(app)
