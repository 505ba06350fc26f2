"""Opening and editing a call for speakers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events.domain.fields import InvalidFieldError
from hanmadang.events.models import Event, EventKind
from hanmadang.forums import rules
from hanmadang.forums.models import Call, Format
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import ConflictError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer

LONGEST = 480
"""Minutes a contribution may last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFields:
    """What organizers decide about a call."""

    text: Bilingual
    """Markdown."""
    formats: tuple[Format, ...]
    minutes: tuple[int, ...]
    languages: tuple[str, ...]
    opens: Moment
    closes: Moment
    """In the zone of `opens`."""

    def __post_init__(self) -> None:
        """Check the whole. Raises InvalidFieldError."""
        if not self.text:
            raise InvalidFieldError("text_ko", lazy("Say what you are looking for."))
        if not self.formats:
            raise InvalidFieldError("formats", lazy("Choose at least one format."))
        if not self.minutes or not all(0 < n <= LONGEST for n in self.minutes):
            raise InvalidFieldError("minutes", lazy("Give lengths in minutes, such as 15, 30."))
        if not self.languages or not set(self.languages) <= set(LANGUAGES):
            raise InvalidFieldError("languages", lazy("Choose at least one language."))
        if self.closes.instant <= self.opens.instant:
            raise InvalidFieldError("closes", lazy("The deadline must come after the opening."))


def create_call(
    session: Session, event_id: int, fields: CallFields, *, actor: Viewer, now: datetime
) -> Call:
    """Open a call for a forum the actor manages.

    Raises NotFoundError for any other event, InvalidFieldError for a second call or a deadline
    after the forum's end.
    """
    event = _forum(session, event_id, actor)
    if session.scalar(select(Call.id).where(Call.event_id == event_id)):
        raise InvalidFieldError("event", lazy("This forum has a call already."))
    call = Call(event_id=event_id, created_at=now)
    _write(call, fields, event)
    session.add(call)
    session.flush()
    audit.record(session, actor, "call.opened", kind="call", id=call.id)
    return call


def edit_call(
    session: Session, call_id: int, fields: CallFields, *, version: int, actor: Viewer
) -> Call:
    """Change a call. Raises ConflictError when somebody changed it since `version`."""
    call = session.get(Call, call_id, with_for_update=True, populate_existing=True)
    if call is None:
        raise NotFoundError
    event = _forum(session, call.event_id, actor)
    if call.version != version:
        raise ConflictError
    _write(call, fields, event)
    call.version += 1
    session.flush()
    audit.record(session, actor, "call.edited", kind="call", id=call.id)
    return call


def _forum(session: Session, event_id: int, actor: Viewer) -> Event:
    """The forum, locked: one programme, one call. Raises NotFoundError."""
    event = session.get(Event, event_id, with_for_update=True, populate_existing=True)
    if event is None or event.kind != EventKind.FORUM:
        raise NotFoundError
    if not rules.can_manage(actor, event.institution_id):
        raise NotFoundError
    return event


def _write(call: Call, fields: CallFields, event: Event) -> None:
    if fields.closes.instant > event.over_at:
        raise InvalidFieldError("closes", lazy("The deadline must come before the forum is over."))
    call.text = fields.text
    call.formats = [kind.value for kind in fields.formats]
    call.minutes = sorted(set(fields.minutes))
    call.languages = list(fields.languages)
    call.opens, call.closes = fields.opens, fields.closes
