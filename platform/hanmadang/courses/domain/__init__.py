"""The room's verbs. They flush and never commit; whoever calls them opens the transaction."""

from hanmadang.courses.domain import quiz
from hanmadang.courses.domain.enrolling import enrol, switch
from hanmadang.courses.domain.learning import (
    CountedQuizError,
    QuestionsOpenError,
    answer,
    complete,
    open_unit,
    reach_block,
    tell_hint,
)
from hanmadang.courses.domain.progress import NotEnrolledError
from hanmadang.courses.domain.publishing import UnknownWordError, publish_course

__all__ = [
    "CountedQuizError",
    "NotEnrolledError",
    "QuestionsOpenError",
    "UnknownWordError",
    "answer",
    "complete",
    "enrol",
    "open_unit",
    "publish_course",
    "quiz",
    "reach_block",
    "switch",
    "tell_hint",
]
