"""Which pages about events texts elsewhere may point at; a forum has two of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events.models import Event, EventKind
from hanmadang.events.rules import visible_to
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import NOBODY


def event_title(session: Session, values: Mapping[str, Any]) -> Bilingual | None:
    """The title of a public event."""
    public = (Event.slug == values["slug"], visible_to(NOBODY))
    return session.scalar(select(Event.title).where(*public))


def forum_title(session: Session, values: Mapping[str, Any]) -> Bilingual | None:
    """The title of a public forum."""
    public = (Event.slug == values["slug"], visible_to(NOBODY))
    is_forum = Event.kind == EventKind.FORUM.value
    return session.scalar(select(Event.title).where(*public, is_forum))
