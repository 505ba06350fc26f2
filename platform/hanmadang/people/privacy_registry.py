"""Which rooms keep something about a person, so that one click shows all of it, or ends all of it.

Every room that stores personal data registers how to export and how to erase them; a test sends
a canary through each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

Export = Callable[[Session, int], Any]
"""(session, account id) to what the room holds about the person, as JSON-ready data."""
Erase = Callable[[Session, int, datetime], None]
"""(session, account id, now): remove or anonymise it, inside the caller's transaction."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One room's holdings."""

    name: str
    export: Export
    erase: Erase


_registered: dict[str, PersonalData] = {}


def register_personal_data(name: str, export: Export, erase: Erase) -> None:
    """Say how to export and erase what `name` holds about a person; the last registration holds."""
    _registered[name] = PersonalData(name, export, erase)


def names() -> list[str]:
    """Who holds personal data."""
    return sorted(_registered)


def export_all(session: Session, account_id: int) -> dict[str, Any]:
    """Everything every room holds about the person, by room."""
    return {name: _registered[name].export(session, account_id) for name in names()}


def erase_all(session: Session, account_id: int, now: datetime) -> None:
    """Erase in every room. The latest registered goes first: rooms above point at rooms below."""
    for holding in reversed(list(_registered.values())):
        holding.erase(session, account_id, now)
