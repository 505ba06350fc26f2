"""How long a unit takes: reckoned from its words and recordings where its author says nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from hanmadang.courses.editing.difference import leaves
from hanmadang.kernel.bilingual import LANGUAGES

_A_MINUTE = {"ko": 400, "en": 1_100}
"""Characters read in a minute."""
_A_QUESTION = 0.75


def reckoned(blocks: Sequence[Any], questions: Sequence[Any]) -> dict[str, int]:
    """Minutes of reading, listening and answering in each language, at least one."""
    beside = _A_QUESTION * len(questions) + sum(map(_seconds, blocks)) / 60
    return {
        name: max(1, round(_length(blocks, name) / pace + beside))
        for name, pace in _A_MINUTE.items()
    }


def _length(blocks: Sequence[Any], language: str) -> int:
    """Characters in that language; of what it lacks, those of the other."""
    found: dict[Any, dict[str, int]] = {}
    for place, block in enumerate(blocks):
        for path, text in leaves(block).items():
            if path[-1] in LANGUAGES:
                found.setdefault((place, path[:-1]), {})[str(path[-1])] = len(text)
    return sum(each.get(language, max(each.values())) for each in found.values())


def _seconds(block: Mapping[str, Any]) -> float:
    said = block.get("seconds")
    return said if isinstance(said, int | float) else 0
