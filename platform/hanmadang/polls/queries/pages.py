"""One poll with its questions, options and counts: one statement, or two where it has changed."""

from collections.abc import Hashable
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import read
from hanmadang.kernel.permissions import NOBODY, Permission, Viewer
from hanmadang.people.models import Institution
from hanmadang.polls.models import (
    Assurance,
    Mode,
    Poll,
    PollState,
    QuestionKind,
    ResultsShown,
)
from hanmadang.polls.models_audience import Sitting, SittingState
from hanmadang.polls.models_profile import ProfileAsk
from hanmadang.polls.models_secret import Box
from hanmadang.polls.models_stage import Schedule, Stage
from hanmadang.polls.profiles import Attribute, attributes_of
from hanmadang.polls.queries.questions import QuestionPage, questions_at
from hanmadang.polls.queries.stage import COLUMNS, StagePage, stage_page
from hanmadang.polls.rules import (
    are_results_due,
    are_results_resting,
    is_text_public,
    visible_to,
)


@dataclass(frozen=True, slots=True)
class PollPage:
    """A poll as pages show it. The secret is not part of it."""

    id: int
    slug: str
    code: str
    title: Bilingual
    intro: Bilingual
    state: PollState
    version: int
    institution: Bilingual | None
    opened_at: datetime | None
    closed_at: datetime | None
    has_audience: bool
    """Whether audience questions belong to it, asked now or earlier."""
    asks_about: tuple[Attribute, ...]
    """What people may tell of themselves."""
    mode: Mode
    assurance: Assurance
    quiz: bool
    """Whether each device gets a score for its knowledge questions."""
    questions: tuple[QuestionPage, ...]
    stage: StagePage = field(default_factory=StagePage)
    stamp: Hashable = None
    """Changes whenever anything of the poll does that pages of it tell."""

    @property
    def face(self) -> tuple[Any, ...]:
        """All but what is asked and counted: what stands around a form."""
        return _FACE(self)

    @property
    def asked(self) -> tuple[QuestionPage, ...]:
        """The questions the public knows: of a led poll only those put to the room so far."""
        gate = self.stage.gate
        return tuple(each for each in self.questions if is_text_public(self.state, gate, each.id))

    @property
    def current(self) -> QuestionPage:
        """The question that is on, or the first."""
        on = self.stage.scene.question
        return next((each for each in self.questions if each.id == on), self.questions[0])

    @property
    def is_led(self) -> bool:
        """Whether phones show one question at a time now."""
        return self.stage.scene.led and self.state in (PollState.OPEN, PollState.PAUSED)

    @property
    def on_phones(self) -> tuple[QuestionPage, ...]:
        """What a phone asks now."""
        return (self.current,) if self.is_led else self.questions

    @property
    def is_open(self) -> bool:
        """Whether it can be answered now."""
        return self.state is PollState.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether the result is final."""
        return self.state is PollState.CLOSED

    @property
    def statements(self) -> QuestionPage | None:
        """Its question of statements; such a poll asks nothing else."""
        return next((each for each in self.questions if each.is_statements), None)

    @property
    def is_secret(self) -> bool:
        """Whether answers are sealed and final."""
        return self.mode is Mode.SECRET

    @property
    def is_sealed(self) -> bool:
        """Whether nobody, the house included, can know any count yet."""
        return self.is_secret and not self.is_closed

    def shows(self, question: QuestionPage, *, has_answered: bool) -> bool:
        """Whether the question's counts may be seen now."""
        is_due = self.is_due(question, has_answered=has_answered)
        return is_due and not are_results_resting(question.type, self.state)

    def tells(self, question: QuestionPage, *, has_answered: bool) -> bool:
        """Whether the right answer may be known now to somebody who has (not) answered it.

        In a quiz the moderator's word counts, or one's own answer; else only the latter.
        """
        if question.kind is not QuestionKind.KNOWLEDGE:
            return False
        if self.quiz and question.shown is ResultsShown.MODERATOR and not self.is_closed:
            return question.id in self.stage.gate.told
        return self.is_closed or has_answered

    def rests(self, question: QuestionPage, *, has_answered: bool) -> bool:
        """Whether the counts would be seen now, did no answers come in."""
        is_due = self.is_due(question, has_answered=has_answered)
        return is_due and are_results_resting(question.type, self.state)

    def is_due(self, question: QuestionPage, *, has_answered: bool) -> bool:
        """Whether the author, or the moderator, shows its result now, were it to move or not."""
        return are_results_due(
            question.shown, self.state, has_answered=has_answered, revealed=question.revealed
        )


_FACE = attrgetter(*({each.name for each in fields(PollPage)} - {"version", "questions", "stamp"}))
_HAS_AUDIENCE = func.coalesce(Sitting.state, SittingState.OFF.value) != SittingState.OFF.value
# Written once per process: a whole hall opens the same page within a minute.
_BY_SLUG = (
    select(
        Poll.id, Poll.slug, Poll.code, Poll.title, Poll.intro, Poll.state, Poll.version,
        Institution.name.label("institution"), Poll.opened_at, Poll.closed_at, Poll.mode,
        Poll.assurance, Poll.quiz, _HAS_AUDIENCE.label("has_audience"),
        ProfileAsk.attributes.label("asks_about"), Poll.gate,
        Box.participants.label("joined"), *COLUMNS,
    )
    .join(Institution, Institution.id == Poll.institution_id, isouter=True)
    .join(Sitting, Sitting.poll_id == Poll.id, isouter=True)
    .join(ProfileAsk, ProfileAsk.poll_id == Poll.id, isouter=True)
    .join(Box, Box.poll_id == Poll.id, isouter=True)
    .join(Stage, Stage.poll_id == Poll.id, isouter=True)
    .join(Schedule, Schedule.poll_id == Poll.id, isouter=True)
    .where(Poll.slug == bindparam("slug"))
)  # fmt: skip
_PUBLIC_BY_SLUG = _BY_SLUG.where(visible_to(NOBODY))


def poll_page(session: Session, viewer: Viewer, slug: str) -> PollPage | None:
    """The poll with that slug, if this viewer may know of it."""
    may_moderate = viewer.may(Permission.POLLS_MODERATE)
    statement = _BY_SLUG.where(visible_to(viewer)) if may_moderate else _PUBLIC_BY_SLUG
    row = read(session, statement, slug=slug).first()
    if row is None:
        return None
    stamp = row.code, row.version, row.state, row.joined
    return PollPage(
        **{name: getattr(row, name) for name in _AS_STORED},
        state=PollState(row.state),
        mode=Mode(row.mode),
        assurance=Assurance(row.assurance),
        asks_about=attributes_of(row.asks_about or ()),
        questions=questions_at(session, row.id, stamp),
        stage=stage_page(row.gate, tuple(row)[-len(COLUMNS) :]),
        stamp=stamp,
    )


_AS_STORED = (
    "id", "slug", "code", "title", "intro", "version", "institution", "opened_at", "closed_at",
    "has_audience", "quiz",
)  # fmt: skip
