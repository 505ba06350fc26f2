"""Webhooks: addresses of other programs that are told what happens here.

A delivery is a row made in the transaction of its cause: ``due`` → ``leased`` → ``delivered`` |
``due`` again | ``given_up``. A sender that is lost loses its lease and somebody else delivers, so
a receiver may hear the same delivery twice, under the same id.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class HookState(StrEnum):
    """Whether a webhook is told anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By a person."""
    OFF = "off"
    """By the house: nobody answered for a day, or the address said that it is gone."""


HOOK_STEPS = Machine(
    {
        HookState.ACTIVE: frozenset({HookState.PAUSED, HookState.OFF}),
        HookState.PAUSED: frozenset({HookState.ACTIVE}),
        HookState.OFF: frozenset({HookState.ACTIVE}),
    }
)


class Hook(Base):
    """One address of a receiving program."""

    __tablename__ = "hook"
    __table_args__ = (state_check("state", HookState), Index(None, "institution_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    """Whose events it hears; none: the house, which hears all."""
    url: Mapped[str]
    kinds: Mapped[list[Any]]
    """The kinds of events it asked for."""
    seed: Mapped[str]
    """The signing secret follows from it and the secret key of the house; no copy is kept."""
    state: Mapped[str] = mapped_column(default=HookState.ACTIVE.value)
    note: Mapped[str] = mapped_column(default="")
    """Why the house switched it off."""
    created_at: Mapped[datetime]


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    LEASED = "leased"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


def _partial(name: str, column: str, where: str) -> Index:
    only = text(where)
    return Index(f"ix_hook_delivery_{name}", column, sqlite_where=only, postgresql_where=only)


class HookDelivery(Base):
    """One message to one webhook, frozen as its cause wrote it."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        state_check("state", DeliveryState),
        CheckConstraint("attempt >= 0", name="attempt"),
        UniqueConstraint("hook_id", "cause"),
        _partial("due", "next_at", "state = 'due'"),
        _partial("leases", "lease_until", "state = 'leased'"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hook.id"))
    kind: Mapped[str]
    cause: Mapped[str]
    """``poll.closed:17``: the same cause twice is one delivery."""
    message_id: Mapped[str] = mapped_column(unique=True)
    """Constant over attempts; receivers drop doubles by it."""
    body: Mapped[str]
    """The JSON that is sent, byte for byte."""
    state: Mapped[str] = mapped_column(default=DeliveryState.DUE.value)
    next_at: Mapped[datetime]
    not_after: Mapped[datetime]
    """Given up then."""
    attempt: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
