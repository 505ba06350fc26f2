"""The room's self-check: counters agree with rows, waiting numbers with their slot."""

from collections.abc import Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from hanmadang.events.models import LIVE, Registration, RegistrationState, Slot
from hanmadang.kernel.fsck import check


@check("seats")
def seats(session: Session) -> Iterator[str]:
    """Seats taken equal the confirmed bookings; waiting numbers were handed out and are unique."""
    confirmed = case(
        (Registration.state == RegistrationState.CONFIRMED.value, Registration.qty), else_=0
    )
    rows = session.execute(
        select(
            Slot.id, Slot.taken, Slot.waiting_seq,
            func.coalesce(func.sum(confirmed), 0).label("booked"),
            func.count(Registration.position).label("waiting"),
            func.count(func.distinct(Registration.position)).label("numbers"),
            func.coalesce(func.max(Registration.position), 0).label("highest"),
        )
        .outerjoin(Registration, (Registration.slot_id == Slot.id) & Registration.state.in_(LIVE))
        .group_by(Slot.id, Slot.taken, Slot.waiting_seq)
    )  # fmt: skip
    for row in rows:
        if row.taken != row.booked:
            yield f"slot {row.id}: {row.taken} taken, {row.booked} booked"
        if row.waiting != row.numbers or row.highest > row.waiting_seq:
            yield f"slot {row.id}: waiting numbers repeat or were never handed out"
