"""The room's tables: what is taught (`content`), what each person did (`learning`) and
what is theirs alone (`own`).
"""

from hanmadang.courses.models.content import (
    READ,
    Block,
    BlockKind,
    Course,
    CourseVersion,
    Module,
    Question,
    QuestionKind,
    Source,
    Unit,
    UnitCompetency,
    UnitNeed,
    UnitTopic,
    VersionState,
    version_machine,
)
from hanmadang.courses.models.learning import (
    Answer,
    Enrolment,
    EventKind,
    LearningEvent,
    QuestionProgress,
    UnitProgress,
    UnitState,
    unit_machine,
)
from hanmadang.courses.models.own import Reflection, Watched

__all__ = [
    "READ",
    "Answer",
    "Block",
    "BlockKind",
    "Course",
    "CourseVersion",
    "Enrolment",
    "EventKind",
    "LearningEvent",
    "Module",
    "Question",
    "QuestionKind",
    "QuestionProgress",
    "Reflection",
    "Source",
    "Unit",
    "UnitCompetency",
    "UnitNeed",
    "UnitProgress",
    "UnitState",
    "UnitTopic",
    "VersionState",
    "Watched",
    "unit_machine",
    "version_machine",
]
