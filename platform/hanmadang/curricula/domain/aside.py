"""Setting aside what belongs to another room, and taking that back."""

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hanmadang.courses.upserts import insert_once
from hanmadang.curricula.domain.paths import forget_plans, one_at_a_time
from hanmadang.curricula.models import Basis, SetAside
from hanmadang.kernel import audit
from hanmadang.kernel.permissions import Viewer


def set_aside(session: Session, actor: Viewer, basis: Basis, ref: str, *, today: date) -> None:
    """Use it for this person's path no longer; it stays where it belongs. Twice is as once."""
    one_at_a_time(session, actor.id)
    insert_once(
        session, SetAside, account_id=actor.id, basis=basis.value, ref=ref, created_on=today
    )
    forget_plans(session, actor.id)
    _note(session, actor, "evidence.set_aside", basis)


def take_back(session: Session, actor: Viewer, basis: Basis, ref: str) -> None:
    """Use it again."""
    one_at_a_time(session, actor.id)
    session.execute(
        delete(SetAside).where(
            SetAside.account_id == actor.id, SetAside.basis == basis.value, SetAside.ref == ref
        )
    )
    forget_plans(session, actor.id)
    _note(session, actor, "evidence.taken_back", basis)


def _note(session: Session, actor: Viewer, action: str, basis: Basis) -> None:
    audit.record(
        session, actor, action, kind="account", id=actor.id, subject_id=actor.id,
        detail=basis.value,
    )  # fmt: skip
