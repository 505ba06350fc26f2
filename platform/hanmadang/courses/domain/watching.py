"""Watching and listening: which seconds were played, and where to go on."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from hanmadang.courses import spans
from hanmadang.courses.blocks.files import is_stored_here
from hanmadang.courses.domain import progress
from hanmadang.courses.domain.progress import Happening, held
from hanmadang.courses.models import Block, BlockKind, Enrolment, EventKind, Watched
from hanmadang.courses.reading import Table, read_block
from hanmadang.courses.specs import AudioBlock, VideoBlock
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer


class SpansError(DomainError):
    """A device says that more was played than there is."""

    status = 422
    text = lazy("This does not fit the recording.")


@dataclass(frozen=True, slots=True)
class Report:
    """What a device says of one block: the seconds it played, and where it stopped."""

    block: int
    spans: Sequence[Sequence[int]]
    stopped_at: int


def watch(  # noqa: PLR0913  (what a device says of one event)
    session: Session, actor: Viewer, unit_id: int, report: Report, *, key: str, now: datetime
) -> None:
    """Add what was played to what the person had watched; the same report again changes nothing.

    What lies outside of the recording is dropped. Raises NotEnrolledError, NotFoundError where
    the block plays nothing, SpansError for more spans than a recording has room for.
    """
    enrolment, _unit = held(session, actor, unit_id)
    played = _played(session, unit_id, report.block)
    if len(report.spans) > played.seconds // 2 + 1:
        raise SpansError
    happened = Happening(EventKind.WATCHED, now, key, report.block)
    if progress.note(session, actor.id, unit_id, happened) is None:
        return
    row = _row(session, enrolment, played)
    _add(row, report.spans, played.seconds)
    row.stopped_at = min(max(report.stopped_at, 0), row.seconds)
    reached = progress.start(session, actor.id, unit_id)
    reached.last_block = max(reached.last_block, report.block)
    progress.remember_place(enrolment, reached, now, anchor=f"block-{report.block}")


def _played(session: Session, unit_id: int, position: int) -> VideoBlock | AudioBlock:
    """The film or recording at that place of the unit that is played here."""
    stored = session.scalar(
        select(cast(Block.content, Text)).where(
            Block.unit_id == unit_id,
            Block.position == position,
            Block.kind.in_((BlockKind.VIDEO.value, BlockKind.AUDIO.value)),
        )
    )
    block = read_block(Table(json.loads(stored))) if stored else None
    if not isinstance(block, VideoBlock | AudioBlock) or not is_stored_here(block.media):
        raise NotFoundError
    return block


def _row(session: Session, enrolment: Enrolment, played: VideoBlock | AudioBlock) -> Watched:
    key = (enrolment.account_id, enrolment.course_id, played.media)
    insert_once(
        session,
        Watched,
        account_id=enrolment.account_id,
        course_id=enrolment.course_id,
        media=played.media,
        seconds=played.seconds,
        spans=[],
        total=0,
        stopped_at=0,
    )
    return session.get_one(Watched, key)


def _add(row: Watched, played: Iterable[Sequence[int]], seconds: int) -> None:
    """A version that calls the recording shorter takes nothing away of what was watched."""
    row.seconds = max(row.seconds, seconds)
    row.spans = spans.merged([*row.spans, *spans.merged(played, seconds)], row.seconds)
    row.total = spans.total(row.spans)
