"""The room's tables: what people brought in (`evidence`), their wishes and stored paths (`plans`),
which modules belong to which event (`links`), and what cohorts learn together (`cohorts`).
"""

from hanmadang.curricula.models.cohorts import (
    CohortCurriculum,
    CurriculumState,
    curriculum_machine,
)
from hanmadang.curricula.models.evidence import Evidence, EvidenceKind
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.plans import Preference, StoredPlan

__all__ = [
    "CohortCurriculum",
    "CurriculumState",
    "Evidence",
    "EvidenceKind",
    "LinkRole",
    "ModuleLink",
    "Preference",
    "StoredPlan",
    "curriculum_machine",
]
