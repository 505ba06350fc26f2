"""Writing a poll: create, edit while it is a draft, duplicate."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, selectinload

from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import new_secret, short_code, slugify
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain import options, pictures
from hanmadang.polls.domain.profiles import copy_ask
from hanmadang.polls.domain.usable import check
from hanmadang.polls.domain.written import OptionDraft, PollDraft, QuestionDraft
from hanmadang.polls.models import (
    PICTURED,
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
from hanmadang.polls.shapes import Settings

_PAGES = {"outcomes"}
"""Pages that stand where polls stand: no poll may hide behind them."""


def create_poll(
    session: Session, actor: Viewer | None, draft: PollDraft, *, now: datetime, slug: str = ""
) -> Poll:
    """A new poll in state draft; `slug` is made from the title unless given.

    Raises UnusableDraftError.
    """
    check(draft)
    poll = Poll(
        slug=_free_slug(session, slug or _slug_of(draft.title)),
        code=_free_code(session),
        author_id=actor.account_id if actor else None,
        secret=new_secret(),
        created_at=now,
    )
    _fill(poll, pictures.with_known(session, draft))
    session.add(poll)
    session.flush()
    audit.record(session, actor, "poll.created", kind="poll", id=poll.id)
    return poll


def edit_poll(session: Session, actor: Viewer, poll: Poll, draft: PollDraft) -> None:
    """Rewrite a draft. Raises NotAllowedNowError once it has opened, UnusableDraftError."""
    check(draft)
    state = session.scalar(select(Poll.state).where(Poll.id == poll.id).with_for_update())
    if state != PollState.DRAFT:
        raise NotAllowedNowError(text=lazy("A poll cannot be changed once it has opened."))
    before = pictures.pictures_of(session, poll.id)
    _fill(poll, pictures.with_known(session, draft))
    poll.version += 1
    session.flush()
    pictures.forget(session, before - pictures.pictures_of(session, poll.id))
    audit.record(session, actor, "poll.edited", kind="poll", id=poll.id)


def duplicate_poll(session: Session, actor: Viewer, poll_id: int, *, now: datetime) -> Poll:
    """The same questions as a new draft, for another evening or a second wave."""
    copy = create_poll(session, actor, draft_of(session, poll_id), now=now)
    copy_ask(session, poll_id, copy.id)
    audit.record(session, actor, "poll.duplicated", kind="poll", id=poll_id, detail=f"as {copy.id}")
    return copy


def draft_of(session: Session, poll_id: int) -> PollDraft:
    """The poll as its author wrote it."""
    whole = selectinload(Poll.questions).selectinload(Question.options)
    poll = session.scalars(select(Poll).where(Poll.id == poll_id).options(whole)).one()
    questions = tuple(_question_draft(question) for question in poll.questions)
    return PollDraft(
        poll.title,
        questions,
        poll.intro,
        poll.institution_id,
        Mode(poll.mode),
        Assurance(poll.assurance),
        quiz=poll.quiz,
    )


def _question_draft(question: Question) -> QuestionDraft:
    settings = Settings.of(question.settings)
    given = tuple(
        OptionDraft(o.label, o.correct, o.topic_code, o.about_person, o.picture)
        for o in question.options
        if not o.hidden
    )
    type_ = QuestionType(question.type)
    return QuestionDraft(
        kind=QuestionKind(question.kind),
        text=question.text,
        options=options.as_written(type_, settings, given),
        type=type_,
        max_choices=question.max_choices,
        explanation=question.explanation,
        competency_code=question.competency_code,
        results_shown=ResultsShown(question.results_shown),
        min_choices=question.min_choices,
        settings=settings,
    )


def _fill(poll: Poll, draft: PollDraft) -> None:
    poll.title, poll.intro = draft.title, draft.intro
    poll.institution_id = draft.institution_id
    poll.mode, poll.assurance = draft.mode.value, draft.assurance.value
    poll.quiz = draft.quiz
    poll.questions = [_question(position, each) for position, each in enumerate(draft.questions)]
    if draft.mode is Mode.SECRET:  # before the close there is nothing to show
        for question in poll.questions:
            question.results_shown = ResultsShown.CLOSED.value


def _question(position: int, draft: QuestionDraft) -> Question:
    is_knowledge = draft.kind is QuestionKind.KNOWLEDGE
    is_interest = draft.kind is QuestionKind.INTEREST
    least, most = options.choices(draft)
    return Question(
        position=position,
        kind=draft.kind.value,
        type=draft.type.value,
        min_choices=least,
        max_choices=most,
        settings=draft.settings.to_json(),
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
                picture=option.picture if draft.type in PICTURED else None,
                about_person=draft.type is QuestionType.STATEMENTS and option.about_person,
                tally=Tally(count=0),
            )
            for place, option in enumerate(options.as_asked(draft))
        ],
    )


def _slug_of(title: Bilingual) -> str:
    return slugify(title.get("en") or title.shown("en").text) or "poll"


def _free_slug(session: Session, wanted: str) -> str:
    taken = _PAGES | set(session.scalars(select(Poll.slug).where(Poll.slug.startswith(wanted))))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _free_code(session: Session) -> str:
    while True:
        code = short_code()
        if not session.scalar(select(exists().where(Poll.code == code))):
            return code
