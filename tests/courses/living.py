"""A unit with a part of every kind, for tests of what stands beside them."""

from collections.abc import Callable
from typing import Any

from hanmadang.courses.specs import BlockSpec
from tests.factories import courses as make
from tests.factories.course_kinds import BLOCKS

Write = Callable[[], Any]
KO, EN = "/ko/courses/division/start/whole", "/en/courses/division/start/whole"
BLOCK_OF = {block.kind.value: number for number, block in enumerate(BLOCKS, 1)}
FILM = BLOCK_OF["video"]


def publish_whole(write: Write, *blocks: BlockSpec) -> None:
    """A course of one unit that asks two questions, one of them between its parts."""
    questions = [make.question("first"), make.question("second")]
    with write() as session:
        make.publish(session, make.course(make.unit("whole", questions, blocks or BLOCKS)))
