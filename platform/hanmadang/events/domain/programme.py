"""Creating, editing, publishing and cancelling events."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from hanmadang.events import rules, steps
from hanmadang.events.domain import notices, seats
from hanmadang.events.domain.fields import (
    EventFields,
    InvalidFieldError,
    missing_translations,
    write,
)
from hanmadang.events.models import Event, EventState, RegistrationState, Slot
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import short_code, slugify
from hanmadang.kernel.permissions import Viewer

PAST = lazy("This event would already be over. Choose a date to come.")
UNTRANSLATED = lazy(
    "Title, summary and venue are needed in both languages. "
    "Fill in what is missing, or publish in one language on purpose."
)


def create(  # noqa: PLR0913  (actor and now are always given)
    session: Session,
    fields: EventFields,
    *,
    actor: Viewer,
    institution_id: int,
    now: datetime,
    slug: str = "",
) -> Event:
    """A new draft of an institution; the slug follows from the title unless given.

    Raises RefusedError for somebody who does not organize for that institution.
    """
    if not rules.can_edit_for(actor, institution_id):
        raise RefusedError
    event = Event(
        slug=_free_slug(session, slug or _slug_of(fields.title)),
        institution_id=institution_id,
        created_at=now,
        updated_at=now,
    )
    session.add(event)
    with session.no_autoflush:
        write(session, event, fields)
    seats.resize(session, event, fields.capacity, actor=actor, now=now)
    audit.record(session, actor, "event.created", kind="event", id=event.id)
    return event


def edit(  # noqa: PLR0913  (actor and now are always given)
    session: Session,
    event: Event,
    fields: EventFields,
    *,
    version: int,
    actor: Viewer,
    now: datetime,
) -> Event:
    """Change an event that was read at `version`; people who booked hear of a new time or place.

    Raises ConflictError when somebody changed it since, InvalidFieldError when a published event
    would lose a language or end in the past, NotAllowedNowError once it is cancelled.
    """
    rules.require_editable(actor, event)
    if event.state == EventState.CANCELLED:
        raise NotAllowedNowError
    _take_version(session, event, version)
    if event.state == EventState.PUBLISHED:
        _check_publishable(event, fields, now)
    before = _Appointment.of(event)
    write(session, event, fields)
    event.updated_at = now
    seats.resize(session, event, fields.capacity, actor=actor, now=now)
    audit.record(session, actor, "event.edited", kind="event", id=event.id)
    if event.state == EventState.PUBLISHED and before != _Appointment.of(event):
        event.sequence += 1
        _announce_change(session, event, moved=before.begins_at != event.begins_at, now=now)
    session.flush()
    return event


def publish(
    session: Session, event: Event, *, actor: Viewer, now: datetime, single_language: bool = False
) -> Event:
    """Show a draft to everybody and open its booking.

    Raises InvalidFieldError when it would be over already, or when title, summary or venue lack
    a language and `single_language` does not say that this is meant.
    """
    rules.require_editable(actor, event)
    if event.over_at <= now:
        raise InvalidFieldError("starts", PAST)
    if not single_language and missing_translations(event.title, event.summary, event.venue):
        raise InvalidFieldError("title_en", UNTRANSLATED)
    steps.move_event(session, event, EventState.PUBLISHED, actor)
    event.single_language = single_language
    event.updated_at = now
    _accept(session, event, accepting=True)
    return event


def cancel(session: Session, event: Event, *, actor: Viewer, now: datetime) -> int:
    """Call a published event off; returns how many people were told.

    Seats are frozen first, so that nobody books into a cancelled event; every mail still due
    about it is taken back.
    """
    rules.require_editable(actor, event)
    steps.move_event(session, event, EventState.CANCELLED, actor)
    event.version += 1
    event.sequence += 1
    event.updated_at = now
    _accept(session, event, accepting=False)
    notices.take_back(session, event)
    told = seats.live_registrations(session, event)
    for registration in told:
        steps.move_registration(
            session, registration, RegistrationState.CANCELLED_BY_ORGANIZER, actor
        )
        notices.tell_cancelled(session, event, registration, now=now)
    seats.empty(session, event)
    session.flush()
    return len(told)


@dataclass(frozen=True, slots=True)
class _Appointment:
    """What a person who booked has written into the calendar."""

    begins_at: datetime
    over_at: datetime
    venue: Bilingual
    address: Bilingual

    @classmethod
    def of(cls, event: Event) -> "_Appointment":
        return cls(event.begins_at, event.over_at, event.venue, event.address)


def _announce_change(session: Session, event: Event, *, moved: bool, now: datetime) -> None:
    for registration in seats.live_registrations(session, event):
        notices.tell_changed(session, event, registration, now=now)
    if moved:
        notices.take_back(session, event, kind=notices.REMINDER)
        for registration in seats.live_registrations(session, event):
            if registration.state == RegistrationState.CONFIRMED:
                notices.remind(session, event, registration, now=now)


def _check_publishable(event: Event, fields: EventFields, now: datetime) -> None:
    if fields.span[1] <= now:
        raise InvalidFieldError("starts", PAST)
    if not event.single_language and (missing := fields.incomplete()):
        raise InvalidFieldError(missing[0], UNTRANSLATED)


def _take_version(session: Session, event: Event, version: int) -> None:
    """Raise the version in one conditional statement, so that of two editors one is told."""
    session.flush()
    done = session.execute(
        update(Event)
        .where(Event.id == event.id, Event.version == version)
        .values(version=version + 1)
        .execution_options(synchronize_session=False)
        .returning(Event.id)
    ).first()
    if done is None:
        raise ConflictError
    session.refresh(event)


def _accept(session: Session, event: Event, *, accepting: bool) -> None:
    session.flush()
    session.execute(
        update(Slot)
        .where(Slot.event_id == event.id)
        .values(accepting=accepting)
        .execution_options(synchronize_session=False)
    )
    session.expire(event, ["slot"])


def _slug_of(title: Bilingual) -> str:
    return slugify(title.get("en")) or slugify(title.get(title.source)) or short_code().lower()


def _free_slug(session: Session, wished: str) -> str:
    taken = session.scalar(select(exists().where(Event.slug == wished)))
    return f"{wished}-{short_code().lower()}" if taken else wished
