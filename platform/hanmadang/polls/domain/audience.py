"""What visitors do: ask, up-vote, take an up-vote back."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.errors import DomainError, KeyReusedError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.text import one_line
from hanmadang.polls.domain.audience_sitting import sitting_of, tell
from hanmadang.polls.domain.taking import lock_as_met
from hanmadang.polls.models import PollState
from hanmadang.polls.models_audience import (
    UPVOTED,
    AskState,
    AudienceQuestion,
    Naming,
    Review,
    Sitting,
    SittingState,
    Upvote,
)
from hanmadang.polls.rules_audience import (
    LONGEST,
    LONGEST_NAME,
    MOST_WAITING,
    Person,
    language_of,
    request_mark,
)


class NotTakenError(NotAllowedNowError):
    """The sitting is not open."""

    text = lazy("No questions or up-votes are being taken at the moment.")


class UnusableQuestionError(DomainError):
    """The text or the name cannot be taken as it is."""

    status = 422


def ask(  # noqa: PLR0913  (an act of a person in a poll, with its words)
    session: Session,
    poll_id: int,
    person: Person,
    text: str,
    *,
    name: str = "",
    page: str,
    key: str = "",
    now: datetime | None = None,
) -> AudienceQuestion:
    """Put a question to the speakers; `page` is the language it was typed in.

    A request that comes again with the idempotency `key` of one before changes nothing. What
    recognises it stands in the question's own row and goes when the poll closes: the kernel's
    table would keep the time. Raises NotTakenError, UnusableQuestionError, KeyReusedError.
    """
    state = lock_as_met(session, poll_id, now).state
    text, name = one_line(text), one_line(name)
    mark = request_mark(person, key, text, name) if key and person.marker else ""
    before = _asked_before(session, poll_id, mark)
    if before is not None:
        return before
    sitting = _taking(session, poll_id, state, person)
    _check(sitting, text, name)
    _check_waiting(session, poll_id, person)
    at_once = sitting.review == Review.AT_ONCE
    sitting.asked += 1
    question = AudienceQuestion(
        poll_id=poll_id,
        number=sitting.asked,
        text=text,
        language=language_of(text, page),
        name=name,
        asker=person.asker,
        mark=mark,
        state=(AskState.SHOWN if at_once else AskState.PENDING).value,
    )
    session.add(question)
    session.flush()
    tell(session, poll_id, sitting if at_once else None)
    return question


def upvote(  # noqa: PLR0913  (an act of a person on a question, and when)
    session: Session,
    poll_id: int,
    question_id: int,
    person: Person,
    *,
    wanted: bool,
    now: datetime | None = None,
) -> bool:
    """Add this device's up-vote, or take it back; returns whether anything changed.

    A merged question stands for the one it was merged into. Raises NotTakenError,
    NotFoundError, NotAllowedNowError for the asker's own question.
    """
    _taking(session, poll_id, lock_as_met(session, poll_id, now).state, person)
    question = _upvotable(session, poll_id, question_id)
    if question.asker == person.asker:
        raise NotAllowedNowError(text=lazy("You asked this question yourself."))
    mine = in_group(question.id) & (Upvote.device == person.voter)
    has = bool(session.scalar(select(exists().where(mine))))
    if has == wanted:
        return False
    if wanted:
        session.execute(insert(Upvote).values(question_id=question.id, device=person.voter))
        _count(session, {question.id}, 1)
    else:
        held = set(session.scalars(select(Upvote.question_id).where(mine)))
        session.execute(delete(Upvote).where(mine), execution_options=_UNSYNCED)
        _count(session, held | {question.id}, -1)
    tell(session, poll_id)
    return True


_UNSYNCED = {"synchronize_session": False}


def _count(session: Session, question_ids: set[int], by: int) -> None:
    """Add exactly the difference; never write back what was read."""
    counted = update(AudienceQuestion).where(AudienceQuestion.id.in_(sorted(question_ids)))
    session.execute(
        counted.values(upvotes=AudienceQuestion.upvotes + by), execution_options=_UNSYNCED
    )


def in_group(question_id: int) -> ColumnElement[bool]:
    """Up-votes for a question or for one merged into it."""
    merged = select(AudienceQuestion.id).where(AudienceQuestion.merged_into == question_id)
    return or_(Upvote.question_id == question_id, Upvote.question_id.in_(merged))


def _asked_before(session: Session, poll_id: int, mark: str) -> AudienceQuestion | None:
    """What this request asked the first time; the poll is locked. Raises KeyReusedError."""
    if not mark:
        return None
    key, dot, _contents = mark.partition(".")
    known = select(AudienceQuestion).where(
        AudienceQuestion.poll_id == poll_id, AudienceQuestion.mark.startswith(key + dot)
    )
    found = session.scalars(known.execution_options(populate_existing=True)).first()
    if found is not None and found.mark != mark:
        raise KeyReusedError
    return found


def _taking(session: Session, poll_id: int, state: PollState, person: Person) -> Sitting:
    sitting = sitting_of(session, poll_id)
    if sitting is None or sitting.state == SittingState.OFF or state is PollState.DRAFT:
        raise NotFoundError
    is_open = sitting.state == SittingState.OPEN and state is not PollState.CLOSED
    if not (is_open and person.asker):
        raise NotTakenError
    return sitting


def _upvotable(session: Session, poll_id: int, question_id: int) -> AudienceQuestion:
    found = session.get(AudienceQuestion, question_id, populate_existing=True)
    if found is not None and found.merged_into is not None:
        found = session.get(AudienceQuestion, found.merged_into, populate_existing=True)
    if found is None or found.poll_id != poll_id:
        raise NotFoundError
    if found.state == AskState.ANSWERED:
        raise NotAllowedNowError(text=lazy("This question has been answered already."))
    if AskState(found.state) not in UPVOTED:
        raise NotFoundError
    return found


def _check(sitting: Sitting, text: str, name: str) -> None:
    if not text:
        raise UnusableQuestionError(text=lazy("Please write your question."))
    if len(text) > LONGEST or len(name) > LONGEST_NAME:
        raise UnusableQuestionError(text=lazy("Please use at most %(n)s characters.", n=LONGEST))
    if sitting.naming == Naming.NAMED and not name:
        raise UnusableQuestionError(text=lazy("Please give a name; the speakers wish to know it."))


def _check_waiting(session: Session, poll_id: int, person: Person) -> None:
    waiting = select(func.count()).where(
        AudienceQuestion.poll_id == poll_id,
        AudienceQuestion.asker == person.asker,
        AudienceQuestion.state == AskState.PENDING.value,
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise NotAllowedNowError(
            text=lazy(
                "%(n)s of your questions are waiting for a moderator. Please ask again once they "
                "have been read.",
                n=MOST_WAITING,
            )
        )
