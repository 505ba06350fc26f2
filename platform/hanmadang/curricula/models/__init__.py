"""The room's tables: what people brought in or set aside (`evidence`), wishes and stored paths
(`plans`), which modules belong to which event (`links`), what rooms asked for (`demand`), and
what the night leaves (`nightly`).
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
from hanmadang.curricula.models.evidence import Basis, Evidence, EvidenceKind, SetAside
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.nightly import FittedParameters, ReplanRun, RunCause
from hanmadang.curricula.models.plans import Preference, StoredPlan

__all__ = [
    "LESSONS",
    "Basis",
    "DemandFigure",
    "DemandSuggestion",
    "Evidence",
    "EvidenceKind",
    "FittedParameters",
    "LinkRole",
    "LiveFigure",
    "ModuleLink",
    "Preference",
    "ReplanRun",
    "Reply",
    "RunCause",
    "SetAside",
    "StoredPlan",
    "SuggestionSignature",
    "SuggestionState",
    "Wanted",
    "suggestion_machine",
]
