"""The mails about bookings; each checks again, as it leaves, that its reason still holds."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.events import ics
from hanmadang.events.domain import notices
from hanmadang.events.models import Event, Registration, RegistrationState, Slot
from hanmadang.events.openings import Hours, Season
from hanmadang.events.queries import cards, feeds, listing
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import external_url
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind, Institution
from hanmadang.reminders.composers import Attachment, Letter, Reader, composer

Body = Callable[[Event], tuple[str, list[str]]]


def register() -> None:
    """Teach the outbox to write our mails."""
    seat = RegistrationState.CONFIRMED
    gone = RegistrationState.CANCELLED_BY_ORGANIZER
    waiting = RegistrationState.WAITLISTED
    composer(notices.CONFIRMATION)(_writer(_confirmation, {seat}))
    composer(notices.REMINDER)(_writer(_reminder, {seat}, same_time=True))
    composer(notices.CHANGED)(_writer(_changed, {seat, waiting}))
    composer(notices.PROMOTED)(_writer(_promoted, {seat}))
    composer(notices.CANCELLED)(_writer(_cancelled, {gone}, method="CANCEL"))


def _writer(
    body: Body, states: set[RegistrationState], *, same_time: bool = False, method: str = "PUBLISH"
) -> Callable[[Mapping[str, Any], Reader], Letter | None]:
    def write(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
        session = db.session()
        registration = session.get(Registration, payload["registration_id"])
        if registration is None or registration.state not in states:
            return None
        event = session.get_one(Event, session.get_one(Slot, registration.slot_id).event_id)
        if same_time and event.begins_at.isoformat() != payload["begins_at"]:
            return None
        if body is _reminder and not _agreed(session, registration):
            return None
        subject, lines = body(event)
        text = "\n\n".join([*lines, _facts(event), _links(event, method)])
        return Letter(subject, text, (_attachment(session, event, method),))

    return write


def _agreed(session: Session, registration: Registration) -> bool:
    return consents.has_consent(session, registration.account_id, ConsentKind.REMINDERS)


def _title(event: Event) -> str:
    return event.title.shown(current_locale()).text


def _confirmation(event: Event) -> tuple[str, list[str]]:
    title = _title(event)
    return (
        _("Your seat is confirmed: %(title)s", title=title),
        [
            _(
                "Your seat for %(title)s is confirmed. We look forward to seeing you.",
                title=f"‘{title}’",
            )
        ],
    )


def _reminder(event: Event) -> tuple[str, list[str]]:
    title = _title(event)
    return (
        _("Reminder: %(title)s, %(when)s", title=title, when=cards.when(event)),
        [
            _("%(title)s is coming up, and a seat is kept for you.", title=f"‘{title}’"),
            _("If you cannot come, please give the seat back so that somebody waiting can."),
        ],
    )


def _changed(event: Event) -> tuple[str, list[str]]:
    title = _title(event)
    return (
        _("Time or place has changed: %(title)s", title=title),
        [_("Time or place of %(title)s has changed. This is what holds now:", title=f"‘{title}’")],
    )


def _promoted(event: Event) -> tuple[str, list[str]]:
    title = _title(event)
    return (
        _("A seat is yours: %(title)s", title=title),
        [
            _("A seat for %(title)s became free and is now yours.", title=f"‘{title}’"),
            _("If you cannot come, please give it back so that the next person can."),
        ],
    )


def _cancelled(event: Event) -> tuple[str, list[str]]:
    title = _title(event)
    return (
        _("Cancelled: %(title)s", title=title),
        [
            _(
                "We are sorry: %(title)s does not take place. Your booking has been cancelled.",
                title=f"‘{title}’",
            )
        ],
    )


def _facts(event: Event) -> str:
    language = current_locale()
    lines = [_("When: %(when)s", when=cards.when(event))]
    lines.append(_("Where: %(venue)s", venue=event.venue.shown(language).text))
    if event.address:
        lines.append(_("Address: %(address)s", address=event.address.shown(language).text))
    if event.phone:
        lines.append(_("Enquiries: %(phone)s", phone=event.phone))
    return "\n".join(lines)


def _links(event: Event, method: str) -> str:
    language = current_locale()
    show = external_url("events.show", lang=language, slug=event.slug)
    if method == "CANCEL":
        return "\n".join([_("Other events:"), external_url("events.index", lang=language)])
    mine = external_url("events.my_bookings", lang=language)
    return "\n".join(
        [_("About the event:"), show, "", _("Your bookings, also to give a seat back:"), mine]
    )


def _attachment(session: Session, event: Event, method: str) -> Attachment:
    host = session.get_one(Institution, event.institution_id).name.shown(current_locale()).text
    content = ics.calendar(
        [feeds.entry(event, season(event))],
        method=method,
        organizer=ics.organizer_line(host, settings().mail_from),
    )
    return Attachment("event.ics", content, f"text/calendar; method={method}; charset=utf-8")


def season(event: Event) -> Season | None:
    """The season of an exhibition; None for an evening."""
    if event.first_day is None:
        return None
    hours = [Hours.stored(r.weekdays, r.opens, r.closes, r.last_entry) for r in event.opening_rules]
    return listing.season_of(event, hours)
