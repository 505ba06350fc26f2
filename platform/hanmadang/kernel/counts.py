"""Where limits count: a dictionary within one process, Valkey/Redis between several.

The library's own memory storage looks through every key it holds each hundredth of a second in
which somebody is counted; a hall of thousands has thousands of keys. And it asks Redis for one
count at a time; a hall's answers come many at a time.
"""

import threading
from collections.abc import Sequence
from typing import Any, Protocol

from limits.storage import RedisStorage, Storage

from hanmadang.kernel import clock

SCHEME = "house"
_SWEEP_S = 10.0
_SHARED = [f"{SCHEME}+{name}" for name in ("redis", "rediss", "unix", "valkey", "valkeys")]
Window = tuple[int, float]
"""How many tries it holds, and when it ends (seconds since 1970)."""


class Many(Protocol):
    """A place that can count several tries in one go."""

    def incr_many(self, tries: Sequence[tuple[str, int]]) -> list[Window]:
        """Count each key within its seconds, in this order; the windows after it."""


def place_for(redis_url: str) -> str:
    """Where to count, as the library's configuration names it."""
    return f"{SCHEME}+{redis_url}" if redis_url else f"{SCHEME}://"


class Counts(Storage):
    """Fixed windows that start with the first try."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  (the library reads it from the class)

    def __init__(self, uri: str | None = None, **_options: Any) -> None:
        super().__init__(uri)
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[int, float]] = {}
        self._sweep_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Nothing here fails."""
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count; returns how many tries the window holds."""
        now = clock.now().timestamp()
        with self._lock:
            if now >= self._sweep_at:
                self._sweep(now)
            count, until = self._kept.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self._kept[key] = count + amount, until
            return count + amount

    def incr_many(self, tries: Sequence[tuple[str, int]]) -> list[Window]:
        """See `Many`."""
        return [(self.incr(key, expiry), self.get_expiry(key)) for key, expiry in tries]

    def get(self, key: str) -> int:
        """How many tries the window holds."""
        count, until = self._kept.get(key, (0, 0.0))
        return count if until > clock.now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends; now where none began."""
        now = clock.now().timestamp()
        return max(now, self._kept.get(key, (0, now))[1])

    def check(self) -> bool:
        """Memory is always there."""
        return True

    def reset(self) -> int:
        """Forget everything."""
        with self._lock:
            forgotten, self._kept = len(self._kept), {}
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._lock:
            self._kept.pop(key, None)

    def _sweep(self, now: float) -> None:
        self._sweep_at = now + _SWEEP_S
        self._kept = {key: kept for key, kept in self._kept.items() if kept[1] > now}


class SharedCounts(RedisStorage):
    """The library's windows in Valkey/Redis, which can be asked for many in one round."""

    STORAGE_SCHEME = _SHARED  # the library reads it from the class

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(uri.removeprefix(f"{SCHEME}+"), **options)

    def incr_many(self, tries: Sequence[tuple[str, int]]) -> list[Window]:
        """See `Many`."""
        names = [self.prefixed_key(key) for key, _expiry in tries]
        pipe = self.storage.pipeline(transaction=False)
        for name, (_key, expiry) in zip(names, tries, strict=True):
            pipe.set(name, 0, ex=expiry, nx=True)
            pipe.incr(name)
            pipe.pttl(name)
        answers = pipe.execute()
        now = clock.now().timestamp()
        windows = []
        for place, (name, (_key, expiry)) in enumerate(zip(names, tries, strict=True)):
            count, left_ms = answers[3 * place + 1 : 3 * place + 3]
            if left_ms < 0:  # the window ended between two commands, and this one has no end yet
                self.storage.expire(name, expiry)
                left_ms = expiry * 1000
            windows.append((int(count), now + left_ms / 1000))
        return windows
