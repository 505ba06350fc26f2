"""What the desk reads of webhooks."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Institution
from hanmadang.reminders.models_hooks import Hook, HookDelivery
from hanmadang.reminders.rules import reached_by

_LAST = 20


def hooks_of(session: Session, viewer: Viewer) -> Sequence[tuple[Hook, Bilingual | None]]:
    """The webhooks this viewer reaches, with their institutions."""
    rows = session.execute(
        select(Hook, Institution.name)
        .join(Institution, Institution.id == Hook.institution_id, isouter=True)
        .where(reached_by(viewer))
        .order_by(Hook.id)
    )
    return [(hook, name) for hook, name in rows]


def find_hook(session: Session, viewer: Viewer, hook_id: int) -> Hook | None:
    """The webhook, if this viewer reaches it."""
    return session.scalars(select(Hook).where(Hook.id == hook_id, reached_by(viewer))).first()


def last_deliveries(session: Session, hook_id: int) -> Sequence[HookDelivery]:
    """The latest deliveries, newest first."""
    return session.scalars(
        select(HookDelivery)
        .where(HookDelivery.hook_id == hook_id)
        .order_by(HookDelivery.id.desc())
        .limit(_LAST)
    ).all()
