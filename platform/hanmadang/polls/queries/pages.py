"""One poll with its questions, options and counts, in two statements."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import read
from hanmadang.kernel.permissions import NOBODY, Permission, Viewer
from hanmadang.kernel.pictures import Picture
from hanmadang.people.models import Institution
from hanmadang.polls.models import (
    TELLING,
    TYPED,
    Assurance,
    Mode,
    Option,
    Poll,
    PollState,
    Question,
    QuestionKind,
    QuestionType,
    ResultsShown,
    Tally,
)
from hanmadang.polls.models_audience import Sitting, SittingState
from hanmadang.polls.models_profile import ProfileAsk
from hanmadang.polls.models_secret import Box
from hanmadang.polls.models_stage import Schedule, Stage
from hanmadang.polls.profiles import Attribute, attributes_of
from hanmadang.polls.queries.answered import ANSWERED
from hanmadang.polls.queries.figures import Figures, Measured, Tallied, figures, measure
from hanmadang.polls.queries.stage import COLUMNS, StagePage, stage_page
from hanmadang.polls.queries.words import Entry, shown_entries
from hanmadang.polls.rules import (
    are_results_due,
    are_results_resting,
    is_text_public,
    visible_to,
)
from hanmadang.polls.shapes import Settings, Shape, shape_of


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


_HAS_AUDIENCE = func.coalesce(Sitting.state, SittingState.OFF.value) != SittingState.OFF.value
# Written once per process: a whole hall opens the same page within a minute.
_BY_SLUG = (
    select(
        Poll.id, Poll.slug, Poll.code, Poll.title, Poll.intro, Poll.state, Poll.version,
        Institution.name.label("institution"), Poll.opened_at, Poll.closed_at, Poll.mode,
        Poll.assurance, Poll.quiz, _HAS_AUDIENCE.label("has_audience"),
        ProfileAsk.attributes.label("asks_about"), Poll.gate, *COLUMNS,
    )
    .join(Institution, Institution.id == Poll.institution_id, isouter=True)
    .join(Sitting, Sitting.poll_id == Poll.id, isouter=True)
    .join(ProfileAsk, ProfileAsk.poll_id == Poll.id, isouter=True)
    .join(Stage, Stage.poll_id == Poll.id, isouter=True)
    .join(Schedule, Schedule.poll_id == Poll.id, isouter=True)
    .where(Poll.slug == bindparam("slug"))
)  # fmt: skip
_PUBLIC_BY_SLUG = _BY_SLUG.where(visible_to(NOBODY))
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


def poll_page(session: Session, viewer: Viewer, slug: str) -> PollPage | None:
    """The poll with that slug, if this viewer may know of it."""
    may_moderate = viewer.may(Permission.POLLS_MODERATE)
    statement = _BY_SLUG.where(visible_to(viewer)) if may_moderate else _PUBLIC_BY_SLUG
    row = read(session, statement, slug=slug).first()
    if row is None:
        return None
    return PollPage(
        **{name: getattr(row, name) for name in _AS_STORED},
        state=PollState(row.state),
        mode=Mode(row.mode),
        assurance=Assurance(row.assurance),
        asks_about=attributes_of(row.asks_about or ()),
        questions=_questions(session, row.id),
        stage=stage_page(row.gate, tuple(row)[-len(COLUMNS) :]),
    )


_AS_STORED = (
    "id", "slug", "code", "title", "intro", "version", "institution", "opened_at", "closed_at",
    "has_audience", "quiz",
)  # fmt: skip


def _questions(session: Session, poll_id: int) -> tuple[QuestionPage, ...]:
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
