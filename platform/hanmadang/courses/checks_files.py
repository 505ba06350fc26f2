"""The room's self-checks of what lessons play and show."""

import json
from collections.abc import Iterator

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from hanmadang.courses import spans
from hanmadang.courses.blocks import files
from hanmadang.courses.domain.files import known_files
from hanmadang.courses.models import (
    READ,
    Block,
    BlockKind,
    CourseVersion,
    Unit,
    Watched,
)
from hanmadang.courses.reading import Table, read_block
from hanmadang.courses.specs import BlockSpec
from hanmadang.kernel import fsck, media

_NAMING = tuple(
    kind.value for kind in (BlockKind.IMAGE, BlockKind.VIDEO, BlockKind.AUDIO, BlockKind.DOCUMENT)
)


@fsck.check("watched")
def watched(session: Session) -> Iterator[str]:
    """Seconds watched are sorted, disjoint, within the recording, and as many as was counted."""
    for row in session.scalars(select(Watched)):
        whole = spans.merged(row.spans, row.seconds)
        if whole != row.spans or spans.total(whole) != row.total:
            yield f"account {row.account_id}, {row.media}: the seconds watched do not add up"


@fsck.check("files")
def stored(session: Session) -> Iterator[str]:
    """Every picture, file and caption that a lesson people read shows is stored."""
    blocks = _blocks(session)
    found = known_files(session, blocks)
    captions = {media.ready(caption).name for caption in files.captions_of(blocks)}
    missing = (
        (files.pictures_of(blocks) - set(found.pictures))
        | (files.media_of(blocks) - set(found.sizes))
        | (captions - set(media.sizes(session, captions)))
    )
    for name in sorted(missing):
        yield f"a lesson shows {name}, which is not stored"


def _blocks(session: Session) -> list[BlockSpec]:
    rows = session.scalars(
        select(cast(Block.content, Text))
        .join(Unit, Unit.id == Block.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(Block.kind.in_(_NAMING), CourseVersion.state.in_([state.value for state in READ]))
    )
    return [read_block(Table(json.loads(stored))) for stored in rows]
