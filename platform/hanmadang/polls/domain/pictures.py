"""Pictures beside options, chosen while the poll is a draft."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit, pictures
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.pictures import Drawn, Picture
from hanmadang.polls.domain.stage import locked
from hanmadang.polls.domain.written import PollDraft, QuestionDraft
from hanmadang.polls.models import PICTURED, Option, PollState, Question


class OptionGoneError(ConflictError):
    """The poll was written anew since this page was made."""

    text = lazy("This poll was edited in the meantime. Please choose the picture again.")


def set_picture(
    session: Session, actor: Viewer | None, poll_id: int, option_id: int, drawn: Drawn | None
) -> None:
    """Put a picture beside an option of a draft, or take it away; again changes nothing.

    Raises NotFoundError, NotAllowedNowError once the poll has opened, OptionGoneError.
    """
    poll = locked(session, poll_id)
    if poll.state != PollState.DRAFT:
        raise NotAllowedNowError(text=lazy("A poll cannot be changed once it has opened."))
    option = session.scalars(_option_of(poll_id, option_id)).first()
    if option is None:
        raise OptionGoneError
    before, name = option.picture, pictures.keep(session, drawn) if drawn else None
    if name == before:
        return
    option.picture = name
    poll.version += 1
    session.flush()
    forget(session, filter(None, [before]))
    act = "poll.picture_set" if name else "poll.picture_removed"
    audit.record(session, actor, act, kind="poll", id=poll_id, detail=f"option {option_id}")


def _option_of(poll_id: int, option_id: int) -> Select[Option]:
    return (
        select(Option)
        .join(Question, Question.id == Option.question_id)
        .where(
            Option.id == option_id,
            Question.poll_id == poll_id,
            Question.type.in_([type_.value for type_ in PICTURED]),
        )
        .execution_options(populate_existing=True)
    )


def pictures_of(session: Session, poll_id: int) -> set[str]:
    """The names of all pictures in a poll."""
    named = select(Option.picture).join(Question, Question.id == Option.question_id)
    found = session.scalars(named.where(Question.poll_id == poll_id, Option.picture.is_not(None)))
    return {name for name in found if name}


def forget(session: Session, names: Iterable[str]) -> None:
    """Remove pictures that no option carries any more."""
    for name in sorted(names):
        if not session.scalar(select(exists().where(Option.picture == name))):
            pictures.discard(session, name)


def with_known(session: Session, draft: PollDraft) -> PollDraft:
    """The draft without pictures that are not there; a form may name any."""
    options = (option for question in draft.questions for option in question.options)
    named = {option.picture for option in options if option.picture}
    if not named:
        return draft
    known = set(session.scalars(select(Picture.name).where(Picture.name.in_(named))))
    return replace(draft, questions=tuple(_with(question, known) for question in draft.questions))


def _with(question: QuestionDraft, known: set[str]) -> QuestionDraft:
    kept = tuple(
        each if each.picture in known else replace(each, picture=None) for each in question.options
    )
    return replace(question, options=kept)
