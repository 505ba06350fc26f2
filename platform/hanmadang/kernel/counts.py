"""Where limits count within one process: a dictionary, swept now and then.

The library's own memory storage looks through every key it holds each hundredth of a second in
which somebody is counted; a hall of thousands has thousands of keys.
"""

import threading
from typing import Any

from limits.storage import Storage

from hanmadang.kernel import clock

SCHEME = "house"
_SWEEP_S = 10.0


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
