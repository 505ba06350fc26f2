"""Rate limits: how often one client may try what could be guessed or flooded.

Counts live in memory for one process and in Valkey/Redis for several. Limits are wide enough
for a hall behind one address; a flooded poll is flagged, not silently cut.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from flask_limiter import Limiter

from hanmadang.kernel import clock
from hanmadang.kernel.device import known_device
from hanmadang.kernel.ids import keyed

F = TypeVar("F", bound=Callable[..., Any])


def masked(client: str) -> str:
    """A client under a name for today: what counts tries must not say who was here when."""
    day = clock.now().date().isoformat()
    return keyed(str(current_app.secret_key), "limit", day, client)[:16]


def client_address() -> str:
    """The client's network address, as far as the configured proxies can be believed."""
    return request.remote_addr or "unknown"


def client_device() -> str:
    """The device, or the address where there is none yet; masked."""
    return masked(known_device() or client_address())


def _masked_address() -> str:
    return masked(client_address())


_limiter = Limiter(key_func=_masked_address, headers_enabled=True)


def limit(rate: str, by: Callable[[], str] = _masked_address, **options: Any) -> Callable[[F], F]:
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
