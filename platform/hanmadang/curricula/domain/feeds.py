"""The secret address of a person's path for their calendar program: made, renewed, ended."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hanmadang.curricula.domain.paths import upsert
from hanmadang.curricula.models import PathFeed
from hanmadang.kernel import audit
from hanmadang.kernel.ids import new_secret
from hanmadang.kernel.permissions import Viewer


def open_feed(session: Session, actor: Viewer, language: str) -> str:
    """Give the path an address, in the place of any before; returns its seed."""
    seed = new_secret()
    row = {"account_id": actor.id, "seed": seed, "language": language}
    upsert(session, PathFeed, ("account_id",), [row])
    _record(session, actor, "path_feed.opened")
    return seed


def close_feed(session: Session, actor: Viewer) -> None:
    """End the address; without one nothing happens."""
    gone = session.execute(
        delete(PathFeed).where(PathFeed.account_id == actor.id).returning(PathFeed.account_id)
    ).first()
    if gone is not None:
        _record(session, actor, "path_feed.closed")


def _record(session: Session, actor: Viewer, act: str) -> None:
    audit.record(session, actor, act, kind="account", id=actor.id, subject_id=actor.id)
