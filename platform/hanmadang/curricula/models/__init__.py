"""The room's tables: what people brought in or set aside (`evidence`), wishes and stored paths
(`plans`), which modules belong to which event (`links`), what the night leaves (`nightly`),
proposed changes of the graph (`graph`), and what cohorts learn together (`cohorts`).
"""

from hanmadang.curricula.models.cohorts import CohortCurriculum, CurriculumState, curriculum_machine
from hanmadang.curricula.models.evidence import Basis, Evidence, EvidenceKind, SetAside
from hanmadang.curricula.models.graph import (
    CHANGE_STEPS,
    SUGGESTION_STEPS,
    ChangeKind,
    ChangeState,
    EdgeSuggestion,
    GraphChange,
    SuggestionState,
)
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.nightly import FittedParameters, ReplanRun, RunCause
from hanmadang.curricula.models.plans import Preference, StoredPlan

__all__ = [
    "CHANGE_STEPS",
    "SUGGESTION_STEPS",
    "Basis",
    "ChangeKind",
    "ChangeState",
    "CohortCurriculum",
    "CurriculumState",
    "EdgeSuggestion",
    "Evidence",
    "EvidenceKind",
    "FittedParameters",
    "GraphChange",
    "LinkRole",
    "ModuleLink",
    "Preference",
    "ReplanRun",
    "RunCause",
    "SetAside",
    "StoredPlan",
    "SuggestionState",
    "curriculum_machine",
]
