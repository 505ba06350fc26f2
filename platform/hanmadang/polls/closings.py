"""The signal that a poll has closed, for rooms above: heard in the closing's own transaction.

What a listener writes stands exactly when the closing does. It may read released tables; ballots
belong to nobody by then.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

Listener = Callable[[Session, int, datetime], None]
_listeners: list[Listener] = []


def on_closed(listener: Listener) -> Listener:
    """Call `listener(session, poll_id, now)` when a poll closes; registering twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(session: Session, poll_id: int, now: datetime) -> None:
    """Tell every listener, in order of registration."""
    for listener in _listeners:
        listener(session, poll_id, now)
