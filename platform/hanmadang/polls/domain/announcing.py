"""Waking whoever shows a poll live: after the commit, by name only."""

from collections.abc import Iterable
from functools import partial

from hanmadang.kernel import hints
from hanmadang.kernel.db import after_commit
from hanmadang.polls.rules import hint_of


def announce_after_commit(poll_ids: Iterable[int]) -> None:
    """Announce these polls once the current transaction is durable."""
    for poll_id in sorted(poll_ids):
        after_commit(partial(hints.announce, hint_of(poll_id)))
