"""Taking deliveries to webhooks out of their queue: claim with a lease, post, settle.

At least once: a sender that is lost between its request and its note is followed by another.
The lease sees to it that two senders at work never deliver the same row side by side.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.reminders.domain import leases
from hanmadang.reminders.models_hooks import DeliveryState, Hook, HookDelivery, HookState
from hanmadang.reminders.outcomes import Outcome, Verdict

LEASE = timedelta(seconds=60)
"""Longer than one request may take (`posting.SECONDS`); each begins with a whole lease."""
BATCH = 10
SILENT, GONE = "silent", "gone"
"""Why the house switched a webhook off; `texts` has the words."""
_QUIETLY = {"synchronize_session": False}


def recover(session: Session, now: datetime) -> None:
    """Give back what lost senders held, and give up what nobody took for a day."""
    leases.change(
        session, HookDelivery, (*_in(DeliveryState.LEASED), HookDelivery.lease_until < now),
        state=DeliveryState.DUE.value, **leases.FREE,
    )  # fmt: skip
    late = (
        update(HookDelivery)
        .where(*_in(DeliveryState.DUE), HookDelivery.not_after < now)
        .values(state=DeliveryState.GIVEN_UP.value, settled_at=now)
    )
    for hook_id in set(
        session.scalars(late.returning(HookDelivery.hook_id), execution_options=_QUIETLY)
    ):
        _switch_off(session, hook_id, SILENT)


def claim(session: Session, owner: str, now: datetime, most: int = BATCH) -> Sequence[int]:
    """Lease up to `most` due deliveries of active webhooks to `owner`; their ids, oldest first."""
    active = select(Hook.id).where(Hook.state == HookState.ACTIVE.value)
    due = (
        *_in(DeliveryState.DUE), HookDelivery.next_at <= now, HookDelivery.hook_id.in_(active)
    )  # fmt: skip
    order = (HookDelivery.next_at, HookDelivery.id)
    held = leases.lease(owner, now, LEASE)
    return leases.claim(session, HookDelivery, order, due, most=most, **held)


def begin(session: Session, delivery_id: int, owner: str, now: datetime) -> bool:
    """Note that a request leaves now; False when the lease is over: send nothing."""
    return leases.change(
        session, HookDelivery, (*_held(delivery_id, owner), HookDelivery.lease_until > now),
        attempt=HookDelivery.attempt + 1, lease_until=now + LEASE,
    )  # fmt: skip


def settle(session: Session, delivery_id: int, owner: str, outcome: Outcome, now: datetime) -> bool:
    """Record how it went; False when another sender took the row meanwhile."""
    values: dict[str, Any] = {
        "last_status": outcome.code, "last_error": outcome.text or None, **leases.FREE,
    }  # fmt: skip
    if outcome.verdict is Verdict.LATER:
        tried = session.scalar(
            select(HookDelivery.attempt).where(HookDelivery.id == delivery_id)
        )  # fmt: skip
        values |= {"state": DeliveryState.DUE.value, "next_at": now + leases.wait(tried or 1)}
    else:
        is_there = outcome.verdict is Verdict.ACCEPTED
        state = DeliveryState.DELIVERED if is_there else DeliveryState.GIVEN_UP
        values |= {"state": state.value, "settled_at": now}
    ours = leases.change(session, HookDelivery, _held(delivery_id, owner), **values)
    if ours and outcome.verdict is Verdict.REFUSED:
        _switch_off(session, session.get_one(HookDelivery, delivery_id).hook_id, GONE)
    return ours


def give_back(session: Session, owner: str, silent: Collection[int], now: datetime) -> None:
    """Return what `owner` leased and did not send; to `silent` webhooks no sooner than usual."""
    mine = (HookDelivery.owner == owner, *_in(DeliveryState.LEASED))
    quiet = HookDelivery.hook_id.in_(silent)
    due = {"state": DeliveryState.DUE.value, **leases.FREE}
    leases.change(session, HookDelivery, (*mine, quiet), next_at=now + leases.wait(1), **due)
    leases.change(session, HookDelivery, mine, **due)


def _switch_off(session: Session, hook_id: int, note: str) -> None:
    where = (Hook.id == hook_id, Hook.state == HookState.ACTIVE.value)
    if leases.change(session, Hook, where, state=HookState.OFF.value, note=note):
        audit.record(session, None, "hook.off", kind="hook", id=hook_id, detail=note)


def _held(delivery_id: int, owner: str) -> tuple[Any, ...]:
    return HookDelivery.id == delivery_id, HookDelivery.owner == owner, *_in(DeliveryState.LEASED)


def _in(state: DeliveryState) -> tuple[Any]:
    return (leases.stands(HookDelivery, state.value),)
