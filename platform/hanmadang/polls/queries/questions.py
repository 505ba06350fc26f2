"""The questions of a poll with options and counts, read again only where the poll has changed.

Whatever changes something of what is read here raises `Poll.version` in the same transaction, and
a test reads everything anew after each test of polls. While nobody answers, a hall that opens
the page costs the database one row.
"""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import is_writing, read
from hanmadang.kernel.pictures import Picture
from hanmadang.polls.models import (
    TELLING,
    TYPED,
    Option,
    Question,
    QuestionKind,
    QuestionType,
    ResultsShown,
    Tally,
)
from hanmadang.polls.models_secret import Box
from hanmadang.polls.queries.answered import ANSWERED
from hanmadang.polls.queries.figures import Figures, Measured, Tallied, figures, measure
from hanmadang.polls.queries.words import Entry, shown_entries
from hanmadang.polls.shapes import Settings, Shape, shape_of

MOST_KEPT = 64
"""Polls whose questions a process remembers; half a megabyte each at most."""


@dataclass(frozen=True, slots=True)
class OptionPage:
    """An option and how often it was chosen."""

    id: int
    label: Bilingual
    correct: bool
    topic_code: str | None
    count: int
    points: int
    firsts: int
    agree: int
    disagree: int
    passed: int
    hidden: bool
    about_person: bool
    picture: str | None
    """Name of its picture; the label stands beside it."""
    picture_width: int | None
    picture_height: int | None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question as pages show it."""

    id: int
    kind: QuestionKind
    type: QuestionType
    shape: Shape
    text: Bilingual
    explanation: Bilingual
    competency_code: str | None
    shown: ResultsShown
    revealed: bool
    answered: int
    options: tuple[OptionPage, ...]
    entries: tuple[Entry, ...] = ()
    """Of typed answers, those that others may see."""

    @property
    def is_typed(self) -> bool:
        """Whether people write instead of choosing."""
        return self.type in TYPED

    @property
    def is_telling(self) -> bool:
        """Whether its results wait until nothing moves."""
        return self.type in TELLING

    @property
    def turns(self) -> bool:
        """Whether its results may come and go while the poll runs."""
        return self.is_telling or self.shown is ResultsShown.MODERATOR

    @property
    def figures(self) -> Figures:
        """What is said beside the bars."""
        counts = [option.count for option in self.options]
        return figures(self.type, self.shape.settings, counts, self.answered)

    def measured(self) -> list[tuple[OptionPage, Measured]]:
        """Each option with what its bar shows."""
        shown = [option for option in self.options if not option.hidden]
        tallies = [
            Tallied(o.count, o.points, o.firsts, o.agree, o.disagree, o.passed) for o in shown
        ]
        bars = measure(self.type, tallies, self.answered)
        return list(zip(shown, bars, strict=True))

    @property
    def has_pictures(self) -> bool:
        """Whether any of its options carries a picture."""
        return any(option.picture for option in self.options)

    @property
    def is_statements(self) -> bool:
        """Whether people vote on its options one at a time."""
        return self.type is QuestionType.STATEMENTS

    @property
    def asked(self) -> tuple[OptionPage, ...]:
        """The options that can be answered now."""
        return tuple(option for option in self.options if not option.hidden)


_QUESTIONS = (
    select(
        Question.id, Question.kind, Question.type, Question.min_choices,
        Question.max_choices, Question.settings, Question.text, Question.explanation,
        Question.competency_code, Question.results_shown, Question.revealed, ANSWERED,
        Option.id, Option.label, Option.correct, Option.topic_code, Tally.count,
        Tally.points, Tally.firsts, Tally.agree, Tally.disagree, Tally.passed,
        Option.hidden, Option.about_person, Option.picture, Picture.width, Picture.height,
    )
    .join(Option, Option.question_id == Question.id, isouter=True)  # typed answers have none
    .join(Tally, Tally.option_id == Option.id, isouter=True)
    .join(Picture, Picture.name == Option.picture, isouter=True)
    .join(Box, Box.poll_id == Question.poll_id, isouter=True)
    .where(Question.poll_id == bindparam("poll"))
    .order_by(Question.position, Option.position)
)  # fmt: skip
_kept: dict[int, tuple[Hashable, tuple[QuestionPage, ...]]] = {}
"""By poll: at which state of it the questions were read, and what they were."""


def questions_at(session: Session, poll_id: int, stamp: Hashable) -> tuple[QuestionPage, ...]:
    """The poll's questions; `stamp` is what changes with them, read before in this session.

    What is found is at least as new as the stamp, for the stamp is read first. A transaction
    that writes reads anew: what it sees may be rolled back.
    """
    if is_writing(session):
        return read_questions(session, poll_id)
    found = _kept.get(poll_id)
    if found is not None and found[0] == stamp:
        return found[1]
    questions = read_questions(session, poll_id)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[poll_id] = stamp, questions
    return questions


def forget() -> None:
    """Remember nothing: the database was put in the place of another one."""
    _kept.clear()


def read_questions(session: Session, poll_id: int) -> tuple[QuestionPage, ...]:
    """The poll's questions as they are stored."""
    rows = read(session, _QUESTIONS, poll=poll_id).all()
    options: dict[int, list[OptionPage]] = defaultdict(list)
    heads: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        heads[row[0]] = tuple(row[:12])
        if row[12] is not None:
            options[row[0]].append(OptionPage(*tuple[Any, ...](row[12:])))
    found = tuple(_question(head, options[id_]) for id_, head in heads.items())
    if not any(each.is_typed for each in found):
        return found
    asked = {each.id: (each.type, each.answered) for each in found if each.is_typed}
    entries = shown_entries(session, asked)
    return tuple(replace(each, entries=entries.get(each.id, ())) for each in found)


def _question(head: tuple[Any, ...], options: list[OptionPage]) -> QuestionPage:
    id_, kind, name, least, most, settings, *rest = head
    text, explanation, competency, shown, revealed, answered = rest
    type_, ids = QuestionType(name), (option.id for option in options)
    hidden = (option.id for option in options if option.hidden)
    return QuestionPage(
        id_,
        QuestionKind(kind),
        type_,
        shape_of(type_, ids, (least, most), Settings.of(settings), hidden),
        text,
        explanation,
        competency,
        ResultsShown(shown),
        revealed,
        answered,
        tuple(options),
    )
