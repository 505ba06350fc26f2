"""The room's tables: what people brought in or set aside (`evidence`), wishes and stored paths
(`plans`), what they decided about single lessons (`choices`), their pre-tests (`pretests`), which
modules belong to which event (`links`), what polls asked for (`demand`), what the night leaves
(`nightly`), changes of the graph (`graph`), and what cohorts learn together (`cohorts`).
"""

from hanmadang.curricula.models.choices import Choice, StepChoice
from hanmadang.curricula.models.cohorts import CohortCurriculum, CurriculumState, curriculum_machine
from hanmadang.curricula.models.demand import (
    LESSONS,
    DemandFigure,
    DemandSuggestion,
    LiveFigure,
    Reply,
    SuggestionSignature,
    SuggestionState,
    Wanted,
    suggestion_machine,
)
from hanmadang.curricula.models.evidence import Basis, Evidence, EvidenceKind, SetAside
from hanmadang.curricula.models.graph import (
    CHANGE_STEPS,
    EDGE_STEPS,
    ChangeKind,
    ChangeState,
    EdgeState,
    EdgeSuggestion,
    GraphChange,
)
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.nightly import FittedParameters, ReplanRun, RunCause
from hanmadang.curricula.models.plans import PathFeed, Preference, StoredPlan
from hanmadang.curricula.models.pretests import Outcome, Pretest, PretestAnswer, PretestState

__all__ = [
    "CHANGE_STEPS",
    "EDGE_STEPS",
    "LESSONS",
    "Basis",
    "ChangeKind",
    "ChangeState",
    "Choice",
    "CohortCurriculum",
    "CurriculumState",
    "DemandFigure",
    "DemandSuggestion",
    "EdgeState",
    "EdgeSuggestion",
    "Evidence",
    "EvidenceKind",
    "FittedParameters",
    "GraphChange",
    "LinkRole",
    "LiveFigure",
    "ModuleLink",
    "Outcome",
    "PathFeed",
    "Preference",
    "Pretest",
    "PretestAnswer",
    "PretestState",
    "ReplanRun",
    "Reply",
    "RunCause",
    "SetAside",
    "StepChoice",
    "StoredPlan",
    "SuggestionSignature",
    "SuggestionState",
    "Wanted",
    "curriculum_machine",
    "suggestion_machine",
]
