"""Self-checks of the stored data: each room compares its counters with its rows.

``python -m flask fsck`` runs them all; so does every test that writes.
"""

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

Check = Callable[[Session], Iterable[str]]
_checks: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check that yields one sentence per difference found."""

    def add(function: Check) -> Check:
        _checks[name] = function
        return function

    return add


def differences(session: Session) -> list[str]:
    """Every difference every check finds, prefixed by the check's name."""
    return [f"{name}: {text}" for name, run in _checks.items() for text in run(session)]


def names() -> list[str]:
    """The registered checks."""
    return sorted(_checks)
