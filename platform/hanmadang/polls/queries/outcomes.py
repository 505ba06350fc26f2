"""What came of polls, as pages, letters and programs read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.people.models import Institution
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_outcomes import Follower, Outcome, OutcomeState, Outlook


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """One thing that came of a poll."""

    id: int
    state: OutcomeState
    day: date
    text: Bilingual
    reason: Bilingual
    link: str | None
    link_title: Bilingual | None
    version: int
    slug: str
    title: Bilingual
    """Of the poll."""
    institution: Bilingual | None


def _outcomes() -> Any:
    chosen: Any = (  # more columns than typed selects know
        select(
            Outcome.id, Outcome.state, Outcome.happened_on, Outcome.text, Outcome.reason,
            Outcome.link, Outcome.link_title, Outcome.version, Poll.slug, Poll.title,
            Institution.name,
        )
        .join(Poll, Poll.id == Outcome.poll_id)
        .join(Institution, Institution.id == Poll.institution_id, isouter=True)
        .where(Poll.state != PollState.DRAFT.value)
        .order_by(Outcome.happened_on.desc(), Outcome.id.desc())
    )  # fmt: skip
    return chosen


def _read(session: Session, statement: Select[Any]) -> list[OutcomePage]:
    rows = (tuple(row) for row in session.execute(statement))
    return [OutcomePage(id_, OutcomeState(state), *rest) for id_, state, *rest in rows]


def outcomes_of(session: Session, poll_id: int) -> Sequence[OutcomePage]:
    """What came of one poll, the newest first."""
    return _read(session, _outcomes().where(Poll.id == poll_id))


def all_outcomes(session: Session, limit: int, skip: int = 0) -> Sequence[OutcomePage]:
    """What came of all polls, the newest first."""
    return _read(session, _outcomes().limit(limit).offset(skip))


def outcome_page(session: Session, outcome_id: int) -> OutcomePage | None:
    """One of them."""
    return next(iter(_read(session, _outcomes().where(Outcome.id == outcome_id))), None)


def expected_on(session: Session, poll_id: int) -> date | None:
    """By when the organizers mean to write something."""
    return session.scalar(select(Outlook.expected_on).where(Outlook.poll_id == poll_id))


def count_followers(session: Session, poll_id: int) -> int:
    """How many would be told."""
    of_poll = (Follower.poll_id == poll_id, Follower.confirmed)
    return session.scalar(select(func.count()).select_from(Follower).where(*of_poll)) or 0


def follower(session: Session, seed: str) -> Follower | None:
    """Who asked under that seed, unless they stopped."""
    return session.get(Follower, seed)
