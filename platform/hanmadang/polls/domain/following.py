"""Asking to be told what comes of a poll, and being told.

Nothing here is audited, as nothing about ballots is: an entry would keep the time at which an
address appeared. The one row a poll and address can have makes asking twice the same as once.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, exists, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.ids import new_key
from hanmadang.people.logins import Login
from hanmadang.polls.models import Poll
from hanmadang.polls.models_outcomes import Follower, Outcome
from hanmadang.polls.rules_outcomes import FOLLOWED_FOR
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.domain.outbox import Mail, Recipient
from hanmadang.reminders.models import OutboxMail

CONFIRM = "polls.follow"
TOLD = "polls.outcome"
CONFIRM_WITHIN = timedelta(days=7)
_NEWS_LASTS = timedelta(days=7)
_LATER = 9
"""News leaves after codes and confirmations."""
_SEED = OutboxMail.payload["seed"].as_string()
_QUIETLY = {"synchronize_session": False}


def follow(  # noqa: PLR0913  (each is a fact about the asking)
    session: Session,
    poll_id: int,
    login: Login,
    language: str,
    *,
    is_proven: bool,
    now: datetime,
) -> None:
    """Take an address; unless its owner asks and is signed in, a mail asks for confirmation.

    Asking again for a confirmed address changes nothing and sends nothing.
    """
    row = {
        "seed": new_key(), "poll_id": poll_id, "address": login.email, "key": login.key,
        "language": language, "confirmed": is_proven,
    }  # fmt: skip
    statement = (sqlite if is_sqlite() else postgresql).insert(Follower).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["poll_id", "key"],
            set_={"confirmed": is_proven, "language": language, "address": login.email},
            where=Follower.confirmed.is_(False),
        )
    )
    waiting = session.scalars(
        select(Follower)
        .where(Follower.poll_id == poll_id, Follower.key == login.key)
        .execution_options(populate_existing=True)
    ).one()
    if not waiting.confirmed:
        _ask_to_confirm(session, waiting, now)


def _ask_to_confirm(session: Session, waiting: Follower, now: datetime) -> None:
    mail = Mail(
        kind=CONFIRM,
        subject=subject_of(waiting.seed),
        key=f"{now:%Y-%m-%dT%H}",  # however often somebody asks: one mail an hour
        due_at=now,
        not_after=now + CONFIRM_WITHIN,
        payload={"seed": waiting.seed},
        repeats=False,
    )
    outbox.enqueue(session, mail, Recipient(waiting.address, waiting.language), now=now)


def confirm(session: Session, seed: str) -> bool:
    """The address's owner wants it; False when the row is gone."""
    wanted = update(Follower).where(Follower.seed == seed).values(confirmed=True)
    return session.execute(wanted.returning(Follower.seed)).first() is not None


def stop(session: Session, seed: str) -> None:
    """Tell nothing more, and forget the mails with the address. Twice is as good as once."""
    gone = delete(Follower).where(Follower.seed == seed).returning(Follower.poll_id)
    poll_id = session.scalar(gone, execution_options=_QUIETLY)
    told = select(literal(_outcome("")) + cast(Outcome.id, String)).where(
        Outcome.poll_id == poll_id
    )
    session.execute(
        delete(OutboxMail).where(
            or_(OutboxMail.subject == subject_of(seed), OutboxMail.subject.in_(told)), seed == _SEED
        ),
        execution_options=_QUIETLY,
    )


def tell(session: Session, poll_id: int, outcome_id: int, *, now: datetime) -> None:
    """One mail to each confirmed follower, however often this runs."""
    followers = session.execute(
        select(Follower.seed, Follower.address, Follower.language).where(
            Follower.poll_id == poll_id, Follower.confirmed
        )
    )
    outbox.enqueue_all(
        session,
        (
            (_news(outcome_id, seed, now), Recipient(address, language))
            for seed, address, language in followers
        ),
        now=now,
    )


def _news(outcome_id: int, seed: str, now: datetime) -> Mail:
    return Mail(
        kind=TOLD,
        subject=_outcome(outcome_id),
        key="published",
        due_at=now,
        not_after=now + _NEWS_LASTS,
        payload={"outcome_id": outcome_id, "seed": seed},
        priority=_LATER,
    )


def forget_old(session: Session, now: datetime) -> None:
    """Drop addresses that were never confirmed, and those of polls that closed long ago.

    Their mails go with them, and any that were written while somebody stopped them.
    """
    asked = exists().where(
        OutboxMail.kind == CONFIRM,
        OutboxMail.subject == literal(subject_of("")) + cast(Follower.seed, String),
        OutboxMail.not_after > now,
    )
    long_ago = select(Poll.id).where(Poll.closed_at <= now - FOLLOWED_FOR)
    for old in (
        (Follower.confirmed.is_(False), ~asked),
        (Follower.poll_id.in_(long_ago),),
    ):
        session.execute(delete(Follower).where(*old), execution_options=_QUIETLY)
    nobodys = ~exists().where(Follower.seed == _SEED)
    session.execute(
        delete(OutboxMail).where(OutboxMail.kind.in_((CONFIRM, TOLD)), nobodys),
        execution_options=_QUIETLY,
    )


def subject_of(seed: str) -> str:
    """How the outbox names a follower."""
    return f"follower:{seed}"


def _outcome(outcome_id: object) -> str:
    return f"outcome:{outcome_id}"
