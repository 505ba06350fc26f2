"""From stored ballots to a result: what the child process works out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from hanmadang.polls.opinion.batches import Data, published
from hanmadang.polls.opinion.conversation import Conversation
from hanmadang.polls.opinion.memory import Memory
from hanmadang.polls.opinion.result import Statement, Vote
from hanmadang.polls.opinion.votes import UNSEEN, Codes
from hanmadang.polls.shapes import Stance, stances

_CODES = {Stance.AGREE: Vote.AGREE, Stance.DISAGREE: Vote.DISAGREE, Stance.PASS: Vote.PASS}
Ballots = Iterable[tuple[str, Sequence[int]]]
"""Name and `Ballot.choices` of each person, in the order of the names."""


def work_out(
    asked: Sequence[int], ballots: Ballots, memory: Mapping[str, Any], *, final: bool
) -> Data:
    """The published form and the memory for the next time, as JSON.

    A `final` result is a first review: it depends on the votes alone.
    """
    people, codes = _matrix(asked, ballots)
    conversation = Conversation.load([Statement(id_) for id_ in asked], people, codes)
    if memory and not final:
        conversation.resume(Memory.from_json(memory))
    shown = published(conversation.refresh(), final=final)
    left = conversation.remember()
    return {"shown": shown, "memory": left.to_json() if left else dict(memory)}


def _matrix(asked: Sequence[int], ballots: Ballots) -> tuple[list[str], Codes]:
    """Those who voted on what is asked, and their votes, a row each."""
    places = {id_: place for place, id_ in enumerate(asked)}
    people, rows = [], []
    for name, choices in ballots:
        said = stances(tuple(choices))
        votes = {places[id_]: _CODES[stance] for id_, stance in said.items() if id_ in places}
        if votes:
            row = np.full(len(asked), UNSEEN, np.int8)
            row[list(votes)] = list(votes.values())
            people.append(name)
            rows.append(row)
    return people, np.array(rows, np.int8).reshape(len(rows), len(asked))
