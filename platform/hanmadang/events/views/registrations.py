"""Who booked: a page and a spreadsheet file; each look is written into the audit log."""

from flask.typing import ResponseReturnValue

from hanmadang.events import rules, texts
from hanmadang.events.models import Event
from hanmadang.events.queries import desk as desks
from hanmadang.events.views.room import room
from hanmadang.kernel import audit
from hanmadang.kernel.db import transaction
from hanmadang.kernel.i18n import _, format_instant
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet


@room.page("/desk/events/<int:event_id>/registrations", needs=Permission.EVENTS_ORGANIZE)
def registrations(event_id: int) -> ResponseReturnValue:
    """Who has a seat and who waits."""
    event, people = _look(event_id, "registrations.viewed")
    return render(
        "events/registrations.html", event=event, people=people, labels=texts.REGISTRATIONS
    )


@room.page("/desk/events/<int:event_id>/registrations.csv", needs=Permission.EVENTS_ORGANIZE)
def registrations_csv(event_id: int) -> ResponseReturnValue:
    """The same list for a spreadsheet."""
    event, people = _look(event_id, "registrations.exported")
    head = (_("No."), _("Name"), _("State"), _("Waiting number"), _("Booked at"))
    rows = (
        (
            person.order, person.name, texts.REGISTRATIONS[person.state][0],
            person.position, format_instant(person.booked_at, event.zone),
        )
        for person in people
    )  # fmt: skip
    return spreadsheet(f"registrations-{event.id}.csv", head, rows)


def _look(event_id: int, action: str) -> tuple[Event, list[desks.Registrant]]:
    """Read the list and write down that it was read, in one transaction."""
    with transaction() as session:
        session.expire_on_commit = False
        event = rules.require_editable(viewer(), session.get(Event, event_id))
        people = desks.registrants(session, event.id)
        audit.record(session, viewer(), action, kind="event", id=event.id, detail=str(len(people)))
    return event, people
