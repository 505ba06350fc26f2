"""Typed answers as others see them: what a moderator shows, counted, and nothing that waits."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from hanmadang.polls import words
from hanmadang.polls.models import QuestionType
from hanmadang.polls.models_words import PollWord, WordState
from hanmadang.polls.queries.figures import share

MOST_LIVE = 60
"""Entries on a page and in a live snapshot; open data have all."""
SIZES = 5


@dataclass(frozen=True, slots=True)
class Form:
    """An answer as it was first typed."""

    label: str
    language: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer, or in a cloud all that count as the same."""

    label: str
    language: str
    count: int
    share: float | None
    size: int
    """From 1 to `SIZES`, by how often it was given compared with the most frequent."""
    forms: tuple[Form, ...]
    """What counts as this answer, the one whose label it bears first."""

    def to_json(self) -> dict[str, Any]:
        """As `static/js/words.js` reads it."""
        return {
            "label": self.label, "lang": self.language, "count": self.count,
            "share": self.share, "size": self.size,
        }  # fmt: skip


Asked = Mapping[int, tuple[QuestionType, int]]
"""Type and number of answers by question id."""
_SHOWN = select(
    PollWord.id, PollWord.question_id, PollWord.folded, PollWord.label, PollWord.language,
    PollWord.count.label("given"),
).where(
    PollWord.question_id.in_(bindparam("questions", expanding=True)),
    PollWord.state == WordState.SHOWN.value,
    PollWord.count > 0,
)  # fmt: skip


def shown_entries(session: Session, asked: Asked) -> dict[int, tuple[Entry, ...]]:
    """The entries of these questions, the most frequent first, then in the order of letters."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(_SHOWN, {"questions": list(asked)}):
        rows[row.question_id].append(row)
    return {
        id_: tuple(_entries(rows[id_], answered, merges=type_ is QuestionType.CLOUD))
        for id_, (type_, answered) in asked.items()
    }


def _entries(rows: Sequence[Any], answered: int, *, merges: bool) -> Iterator[Entry]:
    by_form = {row.folded: Form(row.label, row.language, row.given) for row in rows}
    counted = _counted({form: each.count for form, each in by_form.items()}, merges=merges)
    most = max((word.count for word in counted), default=0)
    for word in counted:
        # 평화를 and 평화의 of one person are one answer as soon as another says 평화.
        part = share(min(word.count, answered), answered)
        forms = tuple(by_form[form] for form in word.forms)
        yield Entry(
            forms[0].label, forms[0].language, word.count, part, size_of(word.count, most), forms
        )


def _counted(counts: Mapping[str, int], *, merges: bool) -> list[words.Word]:
    if merges:
        return words.cloud(counts)
    alone = [words.Word(form, (form,), count) for form, count in counts.items()]
    return sorted(alone, key=lambda word: (-word.count, word.key))


def size_of(count: int, most: int) -> int:
    """The size of an entry; the middle one where all are alike."""
    if most <= 1:
        return (SIZES + 1) // 2
    return 1 + round((SIZES - 1) * (count - 1) / (most - 1))


def labels_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What was typed, by id; no statement for nothing."""
    if not ids:
        return {}
    found = session.execute(select(PollWord.id, PollWord.label).where(PollWord.id.in_(ids)))
    return {row.id: row.label for row in found}


@dataclass(frozen=True, slots=True)
class Read:
    """An answer as moderators see it."""

    id: int
    label: str
    language: str
    state: WordState
    count: int


def all_words(session: Session, question_id: int) -> list[Read]:
    """Every answer whose text is still there, the most frequent first."""
    found = session.execute(
        select(PollWord.id, PollWord.label, PollWord.language, PollWord.state, PollWord.count)
        .where(PollWord.question_id == question_id, PollWord.folded.is_not(None))
        .order_by(PollWord.count.desc(), PollWord.folded)
    )
    return [Read(row[0], row[1], row[2], WordState(row[3]), row[4]) for row in found]


def waiting(session: Session, question_ids: Sequence[int]) -> dict[int, int]:
    """How many answers of each question a moderator has not read."""
    found = session.execute(
        select(PollWord.question_id, func.count())
        .where(PollWord.question_id.in_(question_ids), PollWord.state == WordState.PENDING.value)
        .where(PollWord.folded.is_not(None))
        .group_by(PollWord.question_id)
    )
    return {row[0]: row[1] for row in found}
