"""The room's tables: what people brought in or set aside (`evidence`), wishes and stored paths
(`plans`), which modules belong to which event (`links`), and what the night leaves (`nightly`).
"""

from hanmadang.curricula.models.evidence import Basis, Evidence, EvidenceKind, SetAside
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.nightly import FittedParameters, ReplanRun, RunCause
from hanmadang.curricula.models.plans import Preference, StoredPlan

__all__ = [
    "Basis",
    "Evidence",
    "EvidenceKind",
    "FittedParameters",
    "LinkRole",
    "ModuleLink",
    "Preference",
    "ReplanRun",
    "RunCause",
    "SetAside",
    "StoredPlan",
]
