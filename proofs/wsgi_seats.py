"""The house with its seats sabotaged: free seats are counted before the transaction begins."""

from flask import g, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.events.domain import seats
from hanmadang.events.models import Event, Registration, RegistrationState, Slot
from hanmadang.factory import create_app
from hanmadang.kernel.db import db


def _take_naively(session: Session, slot: Slot, qty: int) -> bool:  # noqa: ARG001
    """Believe what was counted earlier; the counter stays as it was."""
    return bool(g.seats_taken_before < slot.capacity)


def _count_first() -> None:
    """What a page does that looks before it leaps."""
    if request.endpoint != "events.book":
        return
    g.seats_taken_before = db.session.scalar(
        select(func.count())
        .select_from(Registration)
        .join(Slot, Slot.id == Registration.slot_id)
        .join(Event, Event.id == Slot.event_id)
        .where(
            Event.slug == (request.view_args or {})["slug"],
            Registration.state == RegistrationState.CONFIRMED.value,
        )
    )


seats._take = _take_naively  # noqa: SLF001  (the sabotage)
app = create_app()
app.before_request(_count_first)
