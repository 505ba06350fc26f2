"""The room's verbs. They flush and never commit; whoever calls them opens the transaction."""

from hanmadang.courses.domain.enrolling import NotEnrolledError, enrol, switch
from hanmadang.courses.domain.files import MissingFileError, known_files
from hanmadang.courses.domain.learning import (
    QuestionsOpenError,
    answer,
    complete,
    open_unit,
    reach_block,
)
from hanmadang.courses.domain.publishing import UnknownWordError, publish_course
from hanmadang.courses.domain.reflecting import reflect
from hanmadang.courses.domain.watching import Report, SpansError, watch

__all__ = [
    "MissingFileError",
    "NotEnrolledError",
    "QuestionsOpenError",
    "Report",
    "SpansError",
    "UnknownWordError",
    "answer",
    "complete",
    "enrol",
    "known_files",
    "open_unit",
    "publish_course",
    "reach_block",
    "reflect",
    "switch",
    "watch",
]
