"""The room's verbs. They flush and never commit; whoever calls them opens the transaction."""

from hanmadang.courses.domain.enrolling import NotEnrolledError, RunNeededError, enrol, switch
from hanmadang.courses.domain.learning import (
    QuestionsOpenError,
    answer,
    complete,
    open_unit,
    reach_block,
)
from hanmadang.courses.domain.publishing import UnknownWordError, publish_course

__all__ = [
    "NotEnrolledError",
    "QuestionsOpenError",
    "RunNeededError",
    "UnknownWordError",
    "answer",
    "complete",
    "enrol",
    "open_unit",
    "publish_course",
    "reach_block",
    "switch",
]
