"""Reflections: a person's own words beside a lesson. Nobody else reads them."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hanmadang.courses.domain.progress import held
from hanmadang.courses.models import Block, BlockKind, Module, Reflection
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer

MOST = 5_000


class TooLongError(DomainError):
    """More than a reflection holds."""

    status = 422
    text = lazy("Please use at most %(n)s characters.", n=MOST)


def reflect(  # noqa: PLR0913  (what a form says of one text)
    session: Session, actor: Viewer, unit_id: int, slug: str, body: str, *, now: datetime
) -> None:
    """Keep what the person wrote at that reflection of the unit; nothing takes it away.

    Raises NotEnrolledError, NotFoundError where the unit asks for no such reflection, TooLongError.
    """
    enrolment, unit = held(session, actor, unit_id)
    if len(body) > MOST:
        raise TooLongError
    if not _is_asked(session, unit_id, slug):
        raise NotFoundError
    place = f"{session.get_one(Module, unit.module_id).slug}/{unit.slug}"
    key = {
        "account_id": actor.id, "course_id": enrolment.course_id, "place": place, "slug": slug
    }  # fmt: skip
    enrolment.touched_at = now
    if not body.strip():
        _forget(session, key)
        return
    insert_once(session, Reflection, **key, body=body, at=now)
    kept = session.get_one(Reflection, tuple(key.values()))
    kept.body, kept.at = body, now


def _is_asked(session: Session, unit_id: int, slug: str) -> bool:
    asked = select(
        exists().where(
            Block.unit_id == unit_id,
            Block.kind == BlockKind.REFLECTION.value,
            Block.content["slug"].as_string() == slug,
        )
    )
    return bool(session.scalar(asked))


def _forget(session: Session, key: dict[str, object]) -> None:
    kept = session.get(Reflection, tuple(key.values()))
    if kept is not None:
        session.delete(kept)
