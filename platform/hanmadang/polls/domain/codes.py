"""One-time codes of a poll: made, recognised, and used for ballots on paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit, codes
from hanmadang.kernel.errors import DomainError, NotAllowedNowError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import keyed
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.casting import Accepted, Answers, BallotSet, cast_many
from hanmadang.polls.entry import holder_of, voter_of_holder
from hanmadang.polls.models import Assurance, Poll
from hanmadang.polls.models_codes import Code
from hanmadang.polls.shapes import Refusal

MOST_AT_ONCE = 500
MOST = 20_000


class UnknownCodeError(DomainError):
    """Nobody was given this code (422)."""

    status = 422
    text = lazy("Nobody was given this code for this poll. Please compare it with your slip.")


class MistypedCodeError(UnknownCodeError):
    """No code can look like this (422)."""

    text = lazy(
        "A code has ten letters and digits, and this one holds a slip of the pen. Please compare "
        "it with your slip."
    )


class UsedCodeError(UnknownCodeError):
    """The code has answered, so a ballot on paper would count twice (422)."""

    text = lazy("This code has answered already. Nothing was counted a second time.")


class TooManyCodesError(DomainError):
    """A poll holds only so many (422)."""

    status = 422
    text = lazy("A poll can have at most %(n)s codes.", n=MOST)


def issue(
    session: Session, actor: Viewer | None, poll: Poll, number: int, *, key: str
) -> Sequence[str]:
    """New codes, which are never shown again unless the same request comes again.

    The poll's row is locked: closing deletes every code there is, so none may come after it.
    Raises NotAllowedNowError for a poll that is closed or of another level, TooManyCodesError.
    """
    poll = _locked(session, poll)
    secret = _secret(poll)
    batch = keyed(secret, "batch", key)
    known = session.execute(select(Code.holder, Code.batch).where(Code.poll_id == poll.id)).all()
    mine = {row.holder for row in known if row.batch == batch}
    others = {row.holder for row in known} - mine
    found: dict[str, str] = {}
    drawn = 0
    while len(found) < (len(mine) or min(number, MOST_AT_ONCE)):
        code = codes.made(secret, batch, drawn)
        drawn += 1
        holder = holder_of(secret, Assurance.CODES, code)
        if holder not in others:
            found[holder] = code
    if not mine:
        _keep(session, actor, poll, batch, sorted(found))
    return list(found.values())


def _locked(session: Session, poll: Poll) -> Poll:
    """The poll as it stands now, whatever was read of it before."""
    locked = select(Poll).where(Poll.id == poll.id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()


def _keep(
    session: Session, actor: Viewer | None, poll: Poll, batch: str, holders: Sequence[str]
) -> None:
    if count(session, poll.id) + len(holders) > MOST:
        raise TooManyCodesError
    rows: list[dict[str, Any]] = [
        {"poll_id": poll.id, "holder": holder, "batch": batch} for holder in holders
    ]
    session.execute(insert(Code), rows)
    detail = f"{len(holders)} codes"
    audit.record(session, actor, "poll.codes_issued", kind="poll", id=poll.id, detail=detail)


def count(session: Session, poll_id: int) -> int:
    """How many codes were given out."""
    counted = select(func.count()).select_from(Code).where(Code.poll_id == poll_id)
    return session.scalar(counted) or 0


def holder_of_code(session: Session, poll_id: int, secret: str, typed: str) -> str:
    """Who holds this code. Raises MistypedCodeError and UnknownCodeError."""
    code = codes.tidy(typed)
    if not codes.is_sound(code):
        raise MistypedCodeError
    holder = holder_of(secret, Assurance.CODES, code)
    if session.get(Code, (poll_id, holder)) is None:
        raise UnknownCodeError
    return holder


def cast_from_paper(  # noqa: PLR0913  (who, where, which code, which answers)
    session: Session,
    actor: Viewer,
    poll: Poll,
    typed: str,
    answers: Answers,
    *,
    key: str,
    texts: Mapping[int, Sequence[str]] | None = None,
) -> Refusal | None:
    """Count a ballot on paper under a code that has not answered; the reason where it is refused.

    The audit log says that it happened, with neither code nor answers.
    """
    secret = _secret(poll)
    holder = holder_of_code(session, poll.id, secret, typed)
    voter = voter_of_holder(secret, holder)
    ballot = BallotSet(poll.id, voter, key, answers, first_only=True, texts=texts or {})
    result = cast_many(session, [ballot])[0]
    if not isinstance(result, Accepted):
        if result.reason is Refusal.ALREADY:
            raise UsedCodeError
        return result.reason
    if not result.repeated:
        audit.record(session, actor, "poll.paper_ballot", kind="poll", id=poll.id)
    return None


def forget(session: Session, poll_id: int) -> None:
    """The poll has closed: its codes recognise nobody any more."""
    session.execute(delete(Code).where(Code.poll_id == poll_id))


def _secret(poll: Poll) -> str:
    if poll.secret is None or poll.assurance != Assurance.CODES:
        raise NotAllowedNowError
    return poll.secret
