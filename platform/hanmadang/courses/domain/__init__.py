"""The room's verbs. They flush and never commit; whoever calls them opens the transaction."""

from hanmadang.courses.domain.arriving import Arrived, Left, take_in
from hanmadang.courses.domain.enrolling import NotEnrolledError, enrol, switch
from hanmadang.courses.domain.learning import (
    QuestionsOpenError,
    answer,
    complete,
    open_unit,
    reach_block,
)
from hanmadang.courses.domain.marks import bookmark, delete_mark, stamp, write_note
from hanmadang.courses.domain.publishing import UnknownWordError, publish_course

__all__ = [
    "Arrived",
    "Left",
    "NotEnrolledError",
    "QuestionsOpenError",
    "UnknownWordError",
    "answer",
    "bookmark",
    "complete",
    "delete_mark",
    "enrol",
    "open_unit",
    "publish_course",
    "reach_block",
    "stamp",
    "switch",
    "take_in",
    "write_note",
]
