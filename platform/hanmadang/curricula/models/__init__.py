"""The room's tables: what people brought in (`evidence`), their wishes and stored paths (`plans`),
and which modules belong to which event (`links`).
"""

from hanmadang.curricula.models.evidence import Evidence, EvidenceKind
from hanmadang.curricula.models.links import LinkRole, ModuleLink
from hanmadang.curricula.models.plans import Preference, StoredPlan

__all__ = ["Evidence", "EvidenceKind", "LinkRole", "ModuleLink", "Preference", "StoredPlan"]
