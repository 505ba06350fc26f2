"""The verbs of curricula: bring evidence, forget it, wish, store a path, link a module."""

from hanmadang.curricula.domain.choices import choose
from hanmadang.curricula.domain.evidence import (
    carry_over,
    forget_all,
    forget_piece,
    take_evidence,
)
from hanmadang.curricula.domain.links import link_module, unlink
from hanmadang.curricula.domain.paths import store_plan, wish

__all__ = [
    "carry_over",
    "choose",
    "forget_all",
    "forget_piece",
    "link_module",
    "store_plan",
    "take_evidence",
    "unlink",
    "wish",
]
