"""The room's tables: what people brought in or set aside (`evidence`), wishes and stored paths
(`plans`), what they decided about single lessons (`choices`), their pre-tests (`pretests`), which
modules belong to which event (`links`), and what the night leaves (`nightly`).
"""

from hanmadang.curricula.models.choices import Choice, StepChoice
from hanmadang.curricula.models.evidence import Basis, Evidence, EvidenceKind, SetAside
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.nightly import FittedParameters, ReplanRun, RunCause
from hanmadang.curricula.models.plans import PathFeed, Preference, StoredPlan
from hanmadang.curricula.models.pretests import Outcome, Pretest, PretestAnswer, PretestState

__all__ = [
    "Basis",
    "Choice",
    "Evidence",
    "EvidenceKind",
    "FittedParameters",
    "LinkRole",
    "ModuleLink",
    "Outcome",
    "PathFeed",
    "Preference",
    "Pretest",
    "PretestAnswer",
    "PretestState",
    "ReplanRun",
    "RunCause",
    "SetAside",
    "StepChoice",
    "StoredPlan",
]
