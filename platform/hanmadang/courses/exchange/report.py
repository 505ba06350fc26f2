"""What became of everything an importer met: kept, changed, or left out, and why.

An importer notes each construct it meets; nothing is left out without a note. Reasons are an enum
with one sentence each, so that a report reads in both languages whoever wrote the file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hanmadang.courses.exchange.reasons import Reason

SNIPPET = 120
"""Characters of the source that a note quotes."""
_SECRET = re.compile(
    r"passport|secret|passw|token|private.?key|consumer.?key|shared.?key|oauth|api.?key|credential",
    re.IGNORECASE,
)
"""What such a name holds is never quoted."""
MOST = 20_000
"""Notes in one report; a file that needs more is refused, not read in silence."""


class Outcome(StrEnum):
    """What became of a construct."""

    KEPT = "kept"
    CHANGED = "changed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Note:
    """One construct at one place."""

    outcome: Outcome
    construct: str
    """As the format itself calls it: ``<multichoice>``, ``{=%50%…}``."""
    where: str
    reason: Reason = Reason.AS_IT_WAS
    detail: str = ""
    """Its first words, a file's name: verbatim from the source."""

    def to_json(self) -> dict[str, str]:
        """For the answer of the process that reads."""
        return {
            "outcome": self.outcome.value,
            "construct": self.construct,
            "where": self.where,
            "reason": self.reason.value,
            "detail": self.detail,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "Note":
        """The inverse of `to_json`."""
        said = dict(stored)
        outcome, reason = Outcome(said.pop("outcome")), Reason(said.pop("reason"))
        return cls(outcome, reason=reason, **said)


@dataclass(slots=True)
class Report:
    """Notes in the order in which the source was read."""

    notes: list[Note] = field(default_factory=list)
    place: str = ""
    """Where reading is: a question's name, a file in the archive."""

    def kept(self, construct: str, detail: str = "") -> None:
        """Taken over as it was."""
        self._add(Outcome.KEPT, construct, Reason.AS_IT_WAS, detail)

    def changed(self, construct: str, reason: Reason, detail: str = "") -> None:
        """Taken over with a difference."""
        self._add(Outcome.CHANGED, construct, reason, detail)

    def left(self, construct: str, reason: Reason, detail: str = "") -> None:
        """Not taken over."""
        self._add(Outcome.LEFT, construct, reason, detail)

    def files(self, paths: Iterable[str], reason: Reason) -> None:
        """Files of an archive that were left out, by their folder."""
        for path in paths:
            folder, slash, _name = path.rpartition("/")
            self.left(f"{folder or '.'}{slash}", reason, path)

    def _add(self, outcome: Outcome, construct: str, reason: Reason, detail: str) -> None:
        if _SECRET.search(construct):
            outcome, reason, detail = Outcome.LEFT, Reason.SECRET, ""
        note = Note(outcome, construct[:SNIPPET], self.place[:SNIPPET], reason, snippet(detail))
        if len(self.notes) < MOST and (not self.notes or self.notes[-1] != note):
            self.notes.append(note)
        elif len(self.notes) == MOST:
            self.notes.append(Note(Outcome.LEFT, "…", "", Reason.TOO_MANY_NOTES))

    def __iter__(self) -> Iterator[Note]:
        return iter(self.notes)

    def of(self, outcome: Outcome) -> list[Note]:
        """Those that ended in that way."""
        return [note for note in self.notes if note.outcome is outcome]


@dataclass(frozen=True, slots=True)
class Line:
    """Notes alike, as one row of the page."""

    outcome: Outcome
    construct: str
    reason: Reason
    count: int
    places: tuple[str, ...]
    details: tuple[str, ...]


_SHOWN = 5


def lines(notes: Iterable[Note]) -> list[Line]:
    """Rows of the page: what is left out first, then what is changed, then the rest."""
    groups: dict[tuple[Outcome, str, Reason], list[Note]] = {}
    for note in notes:
        groups.setdefault((note.outcome, note.construct, note.reason), []).append(note)
    order = (Outcome.LEFT, Outcome.CHANGED, Outcome.KEPT)
    return [
        Line(
            outcome,
            construct,
            reason,
            len(found),
            _some(note.where for note in found),
            _some(note.detail for note in found),
        )
        for wanted in order
        for (outcome, construct, reason), found in groups.items()
        if outcome is wanted
    ]


def _some(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:_SHOWN]


def snippet(text: str) -> str:
    """One line of it, short."""
    line = " ".join(text.replace("\x00", "").split())
    return line if len(line) <= SNIPPET else f"{line[: SNIPPET - 1]}…"
