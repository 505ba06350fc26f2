"""Writing a poll: create, edit while it is a draft, duplicate."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, selectinload

from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import DomainError, NotAllowedNowError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.ids import new_secret, short_code, slugify
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.models import (
    Option,
    Poll,
    PollState,
    Question,
    QuestionKind,
    QuestionType,
    ResultsShown,
    Tally,
)

FEWEST_OPTIONS = 2


class UnusableDraftError(DomainError):
    """The poll as written could not be asked; `text` says what is missing."""

    status = 422

    def __init__(self, text: LazyText, question: int | None = None) -> None:
        super().__init__(text=text)
        self.question = question
        """Position of the question meant, from 0; None for the poll itself."""


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """An option as its author writes it."""

    label: Bilingual
    correct: bool = False
    topic_code: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as its author writes it."""

    kind: QuestionKind
    text: Bilingual
    options: tuple[OptionDraft, ...]
    type: QuestionType = QuestionType.ONE
    max_choices: int = 1
    explanation: Bilingual = field(default_factory=Bilingual)
    competency_code: str | None = None
    results_shown: ResultsShown = ResultsShown.LIVE


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll as its author writes it."""

    title: Bilingual
    questions: tuple[QuestionDraft, ...]
    intro: Bilingual = field(default_factory=Bilingual)
    institution_id: int | None = None


def create_poll(
    session: Session, actor: Viewer | None, draft: PollDraft, *, now: datetime, slug: str = ""
) -> Poll:
    """A new poll in state draft; `slug` is made from the title unless given.

    Raises UnusableDraftError.
    """
    _check(draft)
    poll = Poll(
        slug=_free_slug(session, slug or _slug_of(draft.title)),
        code=_free_code(session),
        author_id=actor.account_id if actor else None,
        secret=new_secret(),
        created_at=now,
    )
    _fill(poll, draft)
    session.add(poll)
    session.flush()
    audit.record(session, actor, "poll.created", kind="poll", id=poll.id)
    return poll


def edit_poll(session: Session, actor: Viewer, poll: Poll, draft: PollDraft) -> None:
    """Rewrite a draft. Raises NotAllowedNowError once it has opened, UnusableDraftError."""
    _check(draft)
    state = session.scalar(select(Poll.state).where(Poll.id == poll.id).with_for_update())
    if state != PollState.DRAFT:
        raise NotAllowedNowError(text=lazy("A poll cannot be changed once it has opened."))
    _fill(poll, draft)
    poll.version += 1
    session.flush()
    audit.record(session, actor, "poll.edited", kind="poll", id=poll.id)


def duplicate_poll(session: Session, actor: Viewer, poll_id: int, *, now: datetime) -> Poll:
    """The same questions as a new draft, for another evening or a second wave."""
    copy = create_poll(session, actor, draft_of(session, poll_id), now=now)
    audit.record(session, actor, "poll.duplicated", kind="poll", id=poll_id, detail=f"as {copy.id}")
    return copy


def draft_of(session: Session, poll_id: int) -> PollDraft:
    """The poll as its author wrote it."""
    whole = selectinload(Poll.questions).selectinload(Question.options)
    poll = session.scalars(select(Poll).where(Poll.id == poll_id).options(whole)).one()
    questions = tuple(_question_draft(question) for question in poll.questions)
    return PollDraft(poll.title, questions, poll.intro, poll.institution_id)


def _question_draft(question: Question) -> QuestionDraft:
    return QuestionDraft(
        QuestionKind(question.kind),
        question.text,
        tuple(OptionDraft(o.label, o.correct, o.topic_code) for o in question.options),
        QuestionType(question.type),
        question.max_choices,
        question.explanation,
        question.competency_code,
        ResultsShown(question.results_shown),
    )


def _check(draft: PollDraft) -> None:
    if not draft.title:
        raise UnusableDraftError(lazy("Please give the poll a title."))
    if not draft.questions:
        raise UnusableDraftError(lazy("Please write at least one question."))
    for place, question in enumerate(draft.questions):
        fault = _fault(question) or (
            _knowledge_fault(question) if question.kind is QuestionKind.KNOWLEDGE else None
        )
        if fault:
            raise UnusableDraftError(fault, place)


def _fault(question: QuestionDraft) -> LazyText | None:
    if not question.text:
        return lazy("Please write the question's text.")
    if len(question.options) < FEWEST_OPTIONS:
        return lazy("Please give at least two options.")
    if not 1 <= question.max_choices <= len(question.options):
        return lazy("People may not choose more options than there are.")
    return None


def _knowledge_fault(question: QuestionDraft) -> LazyText | None:
    right = sum(option.correct for option in question.options)
    if not right:
        return lazy("Please mark the correct option.")
    if right > (question.max_choices if question.type is QuestionType.SEVERAL else 1):
        return lazy("More options are marked correct than people may choose.")
    if not question.competency_code:
        return lazy("Please choose the competency that this question asks for.")
    return None


def _fill(poll: Poll, draft: PollDraft) -> None:
    poll.title, poll.intro = draft.title, draft.intro
    poll.institution_id = draft.institution_id
    poll.questions = [_question(position, each) for position, each in enumerate(draft.questions)]


def _question(position: int, draft: QuestionDraft) -> Question:
    is_knowledge = draft.kind is QuestionKind.KNOWLEDGE
    is_interest = draft.kind is QuestionKind.INTEREST
    return Question(
        position=position,
        kind=draft.kind.value,
        type=draft.type.value,
        max_choices=draft.max_choices if draft.type is QuestionType.SEVERAL else 1,
        text=draft.text,
        explanation=draft.explanation if is_knowledge else Bilingual(),
        competency_code=draft.competency_code if is_knowledge else None,
        results_shown=draft.results_shown.value,
        options=[
            Option(
                position=place,
                label=option.label,
                correct=is_knowledge and option.correct,
                topic_code=option.topic_code if is_interest else None,
                tally=Tally(count=0),
            )
            for place, option in enumerate(draft.options)
        ],
    )


def _slug_of(title: Bilingual) -> str:
    return slugify(title.get("en") or title.shown("en").text) or "poll"


def _free_slug(session: Session, wanted: str) -> str:
    taken = set(session.scalars(select(Poll.slug).where(Poll.slug.startswith(wanted))))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _free_code(session: Session) -> str:
    while True:
        code = short_code()
        if not session.scalar(select(exists().where(Poll.code == code))):
            return code
