"""Who wants to know that somebody signed in or signed up.

Rooms above register here (what a device kept before sign-up is carried over, for example); the
callbacks run inside the transaction of the sign-in, so that both happen or neither.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

Callback = Callable[[Session, int], None]
_callbacks: list[Callback] = []


def on_sign_in(callback: Callback) -> Callback:
    """Call `callback(session, account_id)` after each sign-in and sign-up; usable as a decorator.

    Registering twice changes nothing.
    """
    if callback not in _callbacks:
        _callbacks.append(callback)
    return callback


def arrive(session: Session, account_id: int) -> None:
    """Tell everybody who registered, in order of registration."""
    for callback in _callbacks:
        callback(session, account_id)
