"""Interning: what people typed becomes the ids that their ballots hold.

All of it happens under the lock of the poll's row, so that two devices which type the same new
answer at once find or make one row. Counts move by differences, as all counters do.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import randbelow
from typing import cast

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hanmadang.polls.models_words import MOST_ID, PollWord, WordState
from hanmadang.polls.rules_audience import language_of
from hanmadang.polls.shapes import UNREADABLE, Answer, Refusal, Shape, TypedShape
from hanmadang.polls.words import Typed

_WORD = cast("Table", PollWord.__table__)
_NO_LANGUAGE = "ko"
"""Of answers without letters, such as a year."""


def fault_of_texts(rules: Mapping[int, Shape], sent: Mapping[int, Sequence[str]]) -> Refusal | None:
    """Why what was typed cannot be counted. A secret poll has no rules here: it takes no texts."""
    for question_id, lines in sent.items():
        shape = rules.get(question_id)
        if not isinstance(shape, TypedShape):
            return Refusal.UNKNOWN_CHOICE
        fault = shape.fault_of(lines)
        if fault:
            return fault
    return None


@dataclass(slots=True)
class Interned:
    """Answers that were typed in a locked poll."""

    connection: Connection
    shapes: Mapping[int, TypedShape]
    ids: dict[tuple[int, str], int]
    """By question and folded form."""
    steps: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        connection: Connection,
        rules: Mapping[int, Shape],
        sent: Iterable[Mapping[int, Sequence[str]]],
    ) -> "Interned":
        """With what is known already of the texts that a batch brings; one statement."""
        shapes = {id_: shape for id_, shape in rules.items() if isinstance(shape, TypedShape)}
        forms = {
            each.folded
            for texts in sent
            for id_, lines in texts.items()
            if id_ in shapes and not shapes[id_].fault_of(lines)
            for each in shapes[id_].read(lines)
        }
        found = connection.execute(_KNOWN, {"questions": list(shapes), "forms": list(forms)})
        return cls(connection, shapes, {(row.question_id, row.folded): row.id for row in found})

    def read(self, texts: Mapping[int, Sequence[str]]) -> dict[int, tuple[Typed, ...]]:
        """What was typed; the shapes have judged it."""
        return {id_: self.shapes[id_].read(lines) for id_, lines in texts.items()}

    def known(self, texts: Mapping[int, Sequence[Typed]]) -> dict[int, Answer]:
        """The answers as far as they are known; a new one is no id yet, so equal to none."""
        return {
            id_: tuple(sorted(self.ids.get((id_, each.folded), UNREADABLE) for each in lines))
            for id_, lines in texts.items()
        }

    def interned(self, texts: Mapping[int, Sequence[Typed]]) -> dict[int, Answer]:
        """The same answers; what nobody typed before is added."""
        for id_, lines in texts.items():
            for each in lines:
                if (id_, each.folded) not in self.ids:
                    self.ids[id_, each.folded] = self._added(id_, each)
        return self.known(texts)

    def _added(self, question_id: int, text: Typed) -> int:
        at_once = self.shapes[question_id].settings.at_once
        row = {
            "question_id": question_id,
            "folded": text.folded,
            "label": text.label,
            "language": language_of(text.label, _NO_LANGUAGE),
            "state": WordState.SHOWN if at_once else WordState.PENDING,
            "count": 0,
        }
        kind = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        insert = kind.insert(_WORD).on_conflict_do_nothing(index_elements=[_WORD.c.id])
        while True:
            id_ = 1 + randbelow(MOST_ID)
            if self.connection.execute(insert, row | {"id": id_}).rowcount:
                return id_

    def count(self, before: Answer, after: Answer) -> None:
        """One ballot holds `after` in place of `before`."""
        self.steps.update(after)
        self.steps.subtract(before)

    def write(self) -> None:
        """Move the counts. What nobody says any more goes, unless a moderator has decided."""
        moved = [{"the_id": id_, "step": step} for id_, step in sorted(self.steps.items()) if step]
        if moved:
            self.connection.execute(_COUNT, moved)
        fewer = [id_ for id_, step in self.steps.items() if step < 0]
        if fewer:
            self.connection.execute(_WITHDRAWN, {"ids": fewer})


_KNOWN = select(_WORD.c.id, _WORD.c.question_id, _WORD.c.folded).where(
    _WORD.c.question_id.in_(bindparam("questions", expanding=True)),
    _WORD.c.folded.in_(bindparam("forms", expanding=True)),
)
_COUNT = (
    update(_WORD)
    .where(_WORD.c.id == bindparam("the_id"))
    .values(count=_WORD.c.count + bindparam("step"))
)
_WITHDRAWN = delete(_WORD).where(
    _WORD.c.id.in_(bindparam("ids", expanding=True)),
    _WORD.c.count == 0,
    _WORD.c.state == WordState.PENDING.value,
)
