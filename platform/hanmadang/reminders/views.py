"""The operators' view of the outbox."""

from datetime import timedelta

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import audit, clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import Room
from hanmadang.reminders import queries
from hanmadang.reminders.domain import delivery
from hanmadang.reminders.texts import STATE_LABELS

room = Room("reminders", __name__)
PATIENCE = timedelta(minutes=2)
"""A mail that waits no longer than this is on its way, not late."""


@room.page("/desk/outbox", needs=Permission.OPERATIONS_READ)
def outbox() -> ResponseReturnValue:
    """How many mails stand where, and which need a person."""
    session, now = db.session(), clock.now()
    overdue = queries.oldest_overdue(session, now)
    return render(
        "reminders/outbox.html",
        counts=queries.counts_by_state(session),
        troubled=queries.troubled(session),
        overdue=overdue if overdue and now - overdue > PATIENCE else None,
        now=now,
        beat=queries.last_beat(session, "scheduler"),
        labels=STATE_LABELS,
    )


@room.action("/desk/outbox/<int:mail_id>/resend", needs=Permission.OPERATIONS_READ)
def resend(mail_id: int) -> ResponseReturnValue:
    """Send an uncertain or refused mail again."""
    with transaction() as session:
        if not delivery.resend(session, mail_id, clock.now()):
            raise NotFoundError
        audit.record(session, viewer(), "mail.resent", kind="mail", id=mail_id)
    say(_("The mail is on its way again."))
    return redirect(url_for("reminders.outbox"), 303)
