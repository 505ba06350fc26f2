"""The room's tables: what people brought in (`evidence`), their wishes and stored paths (`plans`),
which modules belong to which event (`links`), and proposed changes of the graph (`graph`).
"""

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
    "EdgeSuggestion",
    "Evidence",
    "EvidenceKind",
    "GraphChange",
    "LinkRole",
    "ModuleLink",
    "Preference",
    "StoredPlan",
    "SuggestionState",
]
