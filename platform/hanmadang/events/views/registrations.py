"""Who booked: a page and a spreadsheet file; each look is written into the audit log."""

import csv
import io

from flask import Response
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

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([_("No."), _("Name"), _("State"), _("Waiting number"), _("Booked at")])
    for person in people:
        writer.writerow([
            person.order, harmless(person.name), texts.REGISTRATIONS[person.state][0],
            person.position or "", format_instant(person.booked_at, event.zone),
        ])  # fmt: skip
    content = sheet.getvalue().encode("utf-8-sig")  # Excel takes Hangul for Latin without the mark
    name = f'attachment; filename="registrations-{event.id}.csv"'
    return Response(
        content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _look(event_id: int, action: str) -> tuple[Event, list[desks.Registrant]]:
    """Read the list and write down that it was read, in one transaction."""
    with transaction() as session:
        session.expire_on_commit = False
        event = rules.require_editable(viewer(), session.get(Event, event_id))
        people = desks.registrants(session, event.id)
        audit.record(session, viewer(), action, kind="event", id=event.id, detail=str(len(people)))
    return event, people
