"""The verbs of curricula: bring evidence, show what one knows, forget it, set it aside, wish,
decide about lessons, store paths, link modules, keep what the night works out.
"""

from hanmadang.curricula.domain.aside import set_aside, take_back
from hanmadang.curricula.domain.carrying import carry_decisions
from hanmadang.curricula.domain.choices import choose
from hanmadang.curricula.domain.evidence import (
    carry_over,
    forget_all,
    forget_piece,
    take_evidence,
)
from hanmadang.curricula.domain.feeds import close_feed, open_feed
from hanmadang.curricula.domain.links import link_module, unlink
from hanmadang.curricula.domain.paths import shorten, store_plan, store_plans, wish
from hanmadang.curricula.domain.showing import (
    answer_pretest,
    begin_pretest,
    check,
    end_pretest,
    forget_pretest,
    uncheck,
)

__all__ = [
    "answer_pretest",
    "begin_pretest",
    "carry_decisions",
    "carry_over",
    "check",
    "choose",
    "close_feed",
    "end_pretest",
    "forget_all",
    "forget_piece",
    "forget_pretest",
    "link_module",
    "open_feed",
    "set_aside",
    "shorten",
    "store_plan",
    "store_plans",
    "take_back",
    "take_evidence",
    "uncheck",
    "unlink",
    "wish",
]
