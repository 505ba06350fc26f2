"""The verbs of curricula: bring evidence, forget it, set it aside, wish, store paths, link modules,
keep what the night works out.
"""

from hanmadang.curricula.domain.aside import set_aside, take_back
from hanmadang.curricula.domain.evidence import (
    carry_over,
    forget_all,
    forget_piece,
    take_evidence,
)
from hanmadang.curricula.domain.links import link_module, unlink
from hanmadang.curricula.domain.paths import store_plan, store_plans, wish

__all__ = [
    "carry_over",
    "forget_all",
    "forget_piece",
    "link_module",
    "set_aside",
    "store_plan",
    "store_plans",
    "take_back",
    "take_evidence",
    "unlink",
    "wish",
]
