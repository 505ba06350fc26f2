"""The room's tables: what people brought in (`evidence`), their wishes and stored paths (`plans`),
which modules belong to which event (`links`), proposed changes of the graph (`graph`), and what
cohorts learn together (`cohorts`).
"""

from hanmadang.curricula.models.cohorts import CohortCurriculum, CurriculumState, curriculum_machine
from hanmadang.curricula.models.evidence import Evidence, EvidenceKind
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
from hanmadang.curricula.models.plans import Preference, StoredPlan

__all__ = [
    "CHANGE_STEPS",
    "SUGGESTION_STEPS",
    "ChangeKind",
    "ChangeState",
    "CohortCurriculum",
    "CurriculumState",
    "EdgeSuggestion",
    "Evidence",
    "EvidenceKind",
    "GraphChange",
    "LinkRole",
    "ModuleLink",
    "Preference",
    "StoredPlan",
    "SuggestionState",
    "curriculum_machine",
]
