"""The room's tables: what people brought in (`evidence`), their wishes and stored paths (`plans`),
what they decided about single lessons (`choices`), their pre-tests (`pretests`), and which modules
belong to which event (`links`).
"""

from hanmadang.curricula.models.choices import Choice, StepChoice
from hanmadang.curricula.models.evidence import Evidence, EvidenceKind
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.plans import PathFeed, Preference, StoredPlan
from hanmadang.curricula.models.pretests import Outcome, Pretest, PretestAnswer, PretestState

__all__ = [
    "Choice",
    "Evidence",
    "EvidenceKind",
    "LinkRole",
    "ModuleLink",
    "Outcome",
    "PathFeed",
    "Preference",
    "Pretest",
    "PretestAnswer",
    "PretestState",
    "StepChoice",
    "StoredPlan",
]
