"""Rate limits: how often one client may try what could be guessed or flooded.

Counts live in memory for one process and in Valkey/Redis for several. Limits are wide enough
for a hall behind one address; a flooded poll is flagged, not silently cut.
"""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem

from hanmadang.kernel import clock
from hanmadang.kernel.counts import Many, Window, place_for
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
    """Whom a limit counts: asked by Flask-Limiter inside a page, by `count_all` outside of one."""

    def __init__(self, by: Client) -> None:
        self.by = by

    def __call__(self) -> str:
        return self.by(request)


_limiter = Limiter(key_func=_Key(_masked_network), headers_enabled=True)


def limit(
    rate: str, by: Client = _masked_network, *, methods: Sequence[str] = (), **options: Any
) -> Callable[[F], F]:
    """Allow `rate` ("10 per 15 minutes") per `by`; beyond it the answer is 429.

    Where `methods` are named, others are not counted and pass untouched: finding out that
    nothing applies would cost a page a tenth of itself.
    """
    counting = _limiter.limit(rate, key_func=_Key(by), cost=_cost, **options)

    def decorate(view: F) -> F:
        counted = counting(view)

        @wraps(counted)
        def asked(*args: Any, **values: Any) -> Any:
            applies = not methods or request.method in methods
            return (counted if applies else view)(*args, **values)

        return cast("F", asked)

    return decorate


def _cost() -> int:
    """Nothing for what was counted before it came to its page."""
    return 0 if _COUNTED in request.environ else 1


def count_all(
    sent: Sequence[Request], view: Callable[..., Any], endpoint: str
) -> list[dict[str, str] | None]:
    """Count requests outside of Flask as their view would, in one go.

    The view does not count them again. Returns for each the headers that tell a client where it
    stands, or None where a limit is reached.
    """
    if not _limiter.enabled:
        return [{} for _ in sent]
    limits = _limits_of(view)
    tries = [
        (rate.key_for(by(each), endpoint), rate.get_expiry())
        for each in sent
        for rate, by in limits
    ]
    windows = iter(cast("Many", _limiter.storage).incr_many(tries))
    stands = [_stands([(rate, next(windows)) for rate, _by in limits]) for _ in sent]
    for each in sent:
        each.environ[_COUNTED] = True
    return stands


def _stands(counted: Sequence[tuple[RateLimitItem, Window]]) -> dict[str, str] | None:
    if any(tries > rate.amount for rate, (tries, _ends) in counted):
        return None
    rate, (tries, ends) = counted[0]
    return {
        "X-RateLimit-Limit": str(rate.amount),
        "X-RateLimit-Remaining": str(rate.amount - tries),
        "X-RateLimit-Reset": str(int(ends)),
        "Retry-After": str(int(int(ends) - clock.now().timestamp())),
    }


@cache
def _limits_of(view: Callable[..., Any]) -> list[tuple[Any, Client]]:
    """What was declared at a view, in the order in which Flask-Limiter asks."""
    name = f"{view.__module__}.{view.__name__}.{view.__qualname__}"
    found = _limiter.limit_manager.decorated_limits(name)
    by_length = sorted(found, key=lambda each: each.limit)
    return [(each.limit, cast("_Key", each.key_func).by) for each in by_length]


def register(app: Flask, *, redis_url: str, enabled: bool) -> None:
    """Attach the limiter; with Valkey/Redis gone it counts in memory rather than failing."""
    app.config.update(
        RATELIMIT_STORAGE_URI=place_for(redis_url),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(redis_url),
        RATELIMIT_ENABLED=enabled,
    )
    _limiter.init_app(app)
    if enabled:  # it would look for limits of the whole app before each request; there are none
        app.before_request_funcs[None].remove(_limiter._check_request_limit)  # noqa: SLF001
