"""The room's tables: what people brought in (`evidence`), their wishes and stored paths (`plans`),
which modules belong to which event (`links`), and what rooms asked for (`demand`).
"""

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
from hanmadang.curricula.models.evidence import Evidence, EvidenceKind
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.plans import Preference, StoredPlan

__all__ = [
    "LESSONS",
    "DemandFigure",
    "DemandSuggestion",
    "Evidence",
    "EvidenceKind",
    "LinkRole",
    "LiveFigure",
    "ModuleLink",
    "Preference",
    "Reply",
    "StoredPlan",
    "SuggestionSignature",
    "SuggestionState",
    "Wanted",
    "suggestion_machine",
]
