"""Others' conversations, read and worked out in one go; nothing is stored."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hanmadang.polls.opinion.conversation import Conversation
from hanmadang.polls.opinion.polis_export import Export, read
from hanmadang.polls.opinion.report import as_data, as_text
from hanmadang.polls.opinion.stability import adjusted_rand


def describe(folder: Path, profile: frozenset[int], *, as_json: bool) -> Iterator[str]:
    """The lines to print about the conversation in `folder`."""
    export = read(folder, profile)
    conversation = Conversation.load(export.statements, export.people, export.codes)
    result = conversation.refresh()
    alike = _alike(conversation, export)
    if as_json:
        facts = as_data(result, export.texts, alike)
        yield json.dumps(facts, ensure_ascii=False, indent=2)
    else:
        yield from as_text(result, export.texts, alike)


def _alike(conversation: Conversation, export: Export) -> float | None:
    """How well our groups match the exported ones, shown or withheld, for people in both."""
    mine = conversation.members
    both = sorted(mine.keys() & export.groups.keys())
    if not both:
        return None
    ours, theirs = (
        np.unique([groups[person] for person in both], return_inverse=True)[1]
        for groups in (mine, export.groups)
    )
    return round(adjusted_rand(ours, theirs), 4)
