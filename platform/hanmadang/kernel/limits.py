"""Rate limits: how often one client may try what could be guessed or flooded.

Counts live in memory for one process and in Valkey/Redis for several. Limits are wide enough
for a hall behind one address; a flooded poll is flagged, not silently cut.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from flask_limiter import Limiter, RequestLimit

from hanmadang.kernel import clock, counts
from hanmadang.kernel.device import device_of
from hanmadang.kernel.ids import keyed
from hanmadang.kernel.origins import network_of

F = TypeVar("F", bound=Callable[..., Any])
Client = Callable[[Request], str]
_COUNTED = "hanmadang.counted"


def masked(client: str) -> str:
    """A client under a name for today: what counts tries must not say who was here when."""
    day = clock.now().date().isoformat()
    return keyed(str(current_app.secret_key), "limit", day, client)[:16]


def client_network() -> str:
    """The client's network, for limits that are counted in the database."""
    return network_of(request)


def client_device(sent: Request) -> str:
    """The device, or the network where there is none yet; masked."""
    return masked(device_of(sent) or network_of(sent))


def _masked_network(sent: Request) -> str:
    return masked(network_of(sent))


class _Key:
    """Whom a limit counts: asked by Flask-Limiter inside a page, by `count` outside of one."""

    def __init__(self, by: Client) -> None:
        self.by = by

    def __call__(self) -> str:
        return self.by(request)


_limiter = Limiter(key_func=_Key(_masked_network), headers_enabled=True)


def limit(rate: str, by: Client = _masked_network, **options: Any) -> Callable[[F], F]:
    """Allow `rate` ("10 per 15 minutes") per `by`; beyond it the answer is 429."""
    return cast("Callable[[F], F]", _limiter.limit(rate, key_func=_Key(by), cost=_cost, **options))


def _cost() -> int:
    """Nothing for what was counted before it came to its page."""
    return 0 if _COUNTED in request.environ else 1


def count(sent: Request, view: Callable[..., Any], endpoint: str) -> dict[str, str] | None:
    """Count a request outside of Flask as its view would; None where a limit is reached.

    The view does not count it again. Returns the headers that tell a client where it stands.
    """
    if not _limiter.enabled:
        return {}
    limits = _limits_of(view)
    clients = {by: by(sent) for _, by in limits}
    tries = [(rate, clients[by], endpoint) for rate, by in limits]
    passes = all(_limiter.limiter.hit(*each) for each in tries)
    sent.environ[_COUNTED] = True
    rate, *client = tries[0]
    stands = RequestLimit(_limiter, rate, client, breached=False, shared=False)
    return _headers(stands) if passes else None


@cache
def _limits_of(view: Callable[..., Any]) -> list[tuple[Any, Client]]:
    """What was declared at a view, in the order in which Flask-Limiter asks."""
    name = f"{view.__module__}.{view.__name__}.{view.__qualname__}"
    found = _limiter.limit_manager.decorated_limits(name)
    by_length = sorted(found, key=lambda each: each.limit)
    return [(each.limit, cast("_Key", each.key_func).by) for each in by_length]


def _headers(stands: RequestLimit) -> dict[str, str]:
    left = int(stands.reset_at - clock.now().timestamp())
    return {
        "X-RateLimit-Limit": str(stands.limit.amount),
        "X-RateLimit-Remaining": str(stands.remaining),
        "X-RateLimit-Reset": str(stands.reset_at),
        "Retry-After": str(left),
    }


def register(app: Flask, *, redis_url: str, enabled: bool) -> None:
    """Attach the limiter; with Valkey/Redis gone it counts in memory rather than failing."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url or f"{counts.SCHEME}://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(redis_url),
        RATELIMIT_ENABLED=enabled,
    )
    _limiter.init_app(app)
