"""Webhooks: registering an address, and saying what happened to those who asked for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import DomainError, NotAllowedNowError
from hanmadang.kernel.i18n import LazyText, lazy, machine_time
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.reminders.models_hooks import (
    HOOK_STEPS,
    DeliveryState,
    Hook,
    HookDelivery,
    HookState,
)

TEST = "hook.test"
PATIENCE = timedelta(days=1)
"""How long a delivery is tried."""
KEPT = timedelta(days=30)
MOST = 10
"""Webhooks of one institution."""
_kinds: dict[str, LazyText] = {}


class TooManyHooksError(DomainError):
    """The institution has as many as it may (409)."""

    text = lazy("There are ten webhooks already. Delete one that is no longer needed.")


class UnusableHookError(DomainError):
    """No event, or one that nobody declares (422)."""

    status = 422
    text = lazy("Please choose at least one event.")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that webhooks may hear of."""

    kind: str
    cause: str
    """What makes it one of a kind: the same twice is one delivery."""
    institution_id: int | None
    data: Mapping[str, Any]
    """Public already; anybody may learn a webhook's address and read along."""


def declare(kind: str, words: LazyText) -> None:
    """Offer a kind of event; each room declares its own."""
    _kinds[kind] = words


def kinds() -> Mapping[str, LazyText]:
    """Every kind on offer, by name."""
    return {kind: _kinds[kind] for kind in sorted(_kinds)}


def announce(session: Session, happening: Happening, *, now: datetime) -> None:
    """Make one delivery for each active webhook that asked, in the transaction of the cause."""
    rows = [
        _row(hook_id, happening, now)
        for hook_id, wanted in session.execute(
            select(Hook.id, Hook.kinds).where(
                Hook.state == HookState.ACTIVE.value,
                or_(Hook.institution_id.is_(None), Hook.institution_id == happening.institution_id),
            )
        )
        if happening.kind in wanted
    ]
    _insert(session, rows)


def register_hook(
    session: Session, actor: Viewer, url: str, wanted: Sequence[str], *, now: datetime
) -> Hook:
    """A new webhook of the actor's institution; the address was looked at by the caller.

    Raises UnusableHookError and TooManyHooksError.
    """
    if not wanted or not set(wanted) <= set(_kinds):
        raise UnusableHookError
    mine = Hook.institution_id.is_not_distinct_from(actor.institution_id)
    if (session.scalar(select(func.count()).select_from(Hook).where(mine)) or 0) >= MOST:
        raise TooManyHooksError
    hook = Hook(
        institution_id=actor.institution_id, url=url, kinds=sorted(set(wanted)), seed=new_key(),
        created_at=now,
    )  # fmt: skip
    session.add(hook)
    session.flush()
    audit.record(session, actor, "hook.created", kind="hook", id=hook.id, detail=url)
    return hook


def move_hook(session: Session, actor: Viewer | None, hook: Hook, to: HookState) -> None:
    """Pause it or let it go on. Raises NotAllowedNowError."""
    before = HookState(hook.state)
    step = HOOK_STEPS.check(before, to)
    changed = session.execute(
        update(Hook)
        .where(Hook.id == hook.id, Hook.state == before.value)
        .values(state=step.value, note="")
        .returning(Hook.id)
    ).first()
    if changed is None:
        raise NotAllowedNowError
    audit.record(session, actor, f"hook.{step.value}", kind="hook", id=hook.id)


def renew_secret(session: Session, actor: Viewer, hook: Hook) -> None:
    """Another signing secret; the one before stops at once."""
    hook.seed = new_key()
    session.flush()
    audit.record(session, actor, "hook.secret_renewed", kind="hook", id=hook.id)


def delete_hook(session: Session, actor: Viewer, hook: Hook) -> None:
    """Remove it with all its deliveries."""
    for gone in (
        delete(HookDelivery).where(HookDelivery.hook_id == hook.id),
        delete(Hook).where(Hook.id == hook.id),
    ):
        session.execute(gone, execution_options={"synchronize_session": False})
    audit.record(session, actor, "hook.deleted", kind="hook", id=hook.id, detail=hook.url)


def send_test(session: Session, actor: Viewer, hook: Hook, *, now: datetime) -> None:
    """One delivery that says nothing. Raises NotAllowedNowError unless it is active."""
    if hook.state != HookState.ACTIVE:
        raise NotAllowedNowError
    happening = Happening(TEST, f"{TEST}:{new_key()}", hook.institution_id, {"hook": hook.id})
    _insert(session, [_row(hook.id, happening, now)])
    audit.record(session, actor, "hook.tested", kind="hook", id=hook.id)


def forget_old(session: Session, now: datetime) -> None:
    """Remove deliveries whose fate is known, `KEPT` after they were made."""
    settled = (DeliveryState.DELIVERED.value, DeliveryState.GIVEN_UP.value)
    old = (HookDelivery.created_at < now - KEPT, HookDelivery.state.in_(settled))
    session.execute(
        delete(HookDelivery).where(*old), execution_options={"synchronize_session": False}
    )


def _row(hook_id: int, happening: Happening, now: datetime) -> dict[str, Any]:
    body = {"type": happening.kind, "timestamp": machine_time(now), "data": happening.data}
    return {
        "hook_id": hook_id,
        "kind": happening.kind,
        "cause": happening.cause,
        "message_id": f"msg_{new_key()}",
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "state": DeliveryState.DUE.value,
        "next_at": now,
        "not_after": now + PATIENCE,
        "attempt": 0,
        "created_at": now,
    }


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        dialect = sqlite if is_sqlite() else postgresql
        statement = dialect.insert(HookDelivery).values(rows).on_conflict_do_nothing()
        session.execute(statement, execution_options={"synchronize_session": False})
