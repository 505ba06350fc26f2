"""votes.csv of a closed poll, in compressed parts: made once, then only passed on.

Each part is a whole gzip file of its own, and so are all parts one after the other (RFC 1952);
nobody, neither who makes nor who sends them, ever holds more than one.
"""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hanmadang.kernel.sheets import BEGIN, lines
from hanmadang.polls.shapes import Stance, stances

PEOPLE = 1_000
"""People in a part."""
COLUMNS = ("participant", "statement", "vote")
_WORDS = {Stance.AGREE: "agree", Stance.DISAGREE: "disagree", Stance.PASS: "pass"}
Ballots = Iterable[tuple[str, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Part:
    """Some people's rows."""

    length: int
    """Bytes before compressing."""
    body: bytes


def parts(asked: Sequence[int], ballots: Ballots) -> Iterator[Part]:
    """Everybody's votes on what is asked; people are numbered in the order of the ballots."""
    people, head = enumerate(_people(asked, ballots), 1), BEGIN + lines([COLUMNS])
    while some := list(islice(people, PEOPLE)):
        rows = ((number, id_, word) for number, said in some for id_, word in said)
        text = head + lines(rows)
        yield Part(len(text), gzip.compress(text, mtime=0))
        head = b""


def _people(asked: Sequence[int], ballots: Ballots) -> Iterator[list[tuple[int, str]]]:
    for _name, choices in ballots:
        said = stances(tuple(choices))
        votes = [(id_, _WORDS[said[id_]]) for id_ in asked if id_ in said]
        if votes:
            yield votes
