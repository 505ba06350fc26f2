"""The room's verbs. They flush and never commit; whoever calls them opens the transaction."""

from hanmadang.courses.domain import quiz
from hanmadang.courses.domain.arriving import Arrived, Left, take_in
from hanmadang.courses.domain.certificates import (
    Choice,
    NameFixedError,
    NotStandingError,
    UnusableCopyError,
    UnusableNameError,
    copy,
    issue_again,
    keep_fingerprint,
    revoke,
    show_to_all,
    usable_name,
    write_name,
)
from hanmadang.courses.domain.certifying import certify, certify_the_rest
from hanmadang.courses.domain.enrolling import RunNeededError, enrol, switch
from hanmadang.courses.domain.files import MissingFileError, known_files
from hanmadang.courses.domain.learning import (
    CountedQuizError,
    QuestionsOpenError,
    answer,
    complete,
    open_unit,
    reach_block,
    tell_hint,
)
from hanmadang.courses.domain.marks import bookmark, delete_mark, stamp, write_note
from hanmadang.courses.domain.progress import NotEnrolledError
from hanmadang.courses.domain.publishing import UnknownWordError, publish_course
from hanmadang.courses.domain.reflecting import reflect
from hanmadang.courses.domain.watching import Report, SpansError, watch

__all__ = [
    "Arrived",
    "Choice",
    "CountedQuizError",
    "Left",
    "MissingFileError",
    "NameFixedError",
    "NotEnrolledError",
    "NotStandingError",
    "QuestionsOpenError",
    "Report",
    "RunNeededError",
    "SpansError",
    "UnknownWordError",
    "UnusableCopyError",
    "UnusableNameError",
    "answer",
    "bookmark",
    "certify",
    "certify_the_rest",
    "complete",
    "copy",
    "delete_mark",
    "enrol",
    "issue_again",
    "keep_fingerprint",
    "known_files",
    "open_unit",
    "publish_course",
    "quiz",
    "reach_block",
    "reflect",
    "revoke",
    "show_to_all",
    "stamp",
    "switch",
    "take_in",
    "tell_hint",
    "usable_name",
    "watch",
    "write_name",
    "write_note",
]
