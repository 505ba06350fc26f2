"""Texts drawn once for many readers, found again by what they were made from.

A key holds everything that a text depends on, so nothing is ever invalidated: whatever changes
has another key, and what is found is what would be drawn now.
"""

import sys
import threading
from collections.abc import Callable, Hashable

MOST_BYTES = 8 * 1024 * 1024
"""Of kept texts in one process; a page's frame is some 30 KB, a poll's fields some 5 KB."""
_ENTRY_BYTES = 1024
"""What an entry costs beside its text: its key, and its place."""

Parts = tuple[str, ...]


class Kept:
    """Texts by key. When they grow too large all are forgotten: they are soon drawn again."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._texts: dict[Hashable, Parts] = {}
        self._adding = threading.Lock()
        self.size = 0
        """Bytes held."""

    def get(self, key: Hashable, draw: Callable[[], Parts]) -> Parts:
        """The text of that key, drawn where it is not there."""
        found = self._texts.get(key)
        if found is None:
            found = draw()
            self._add(key, found)
        return found

    def _add(self, key: Hashable, text: Parts) -> None:
        size = _ENTRY_BYTES + sum(map(sys.getsizeof, text))
        with self._adding:
            if key in self._texts or size > self._most:
                return
            if self.size + size > self._most:
                self.forget()
            self._texts[key] = text
            self.size += size

    def forget(self) -> None:
        """Hold nothing."""
        self._texts.clear()
        self.size = 0

    def __len__(self) -> int:
        return len(self._texts)
