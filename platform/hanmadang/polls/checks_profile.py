"""Self-check of what people told: gone from closed polls, coarse, and in no table too small."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Ballot, Poll, PollState, Question
from hanmadang.polls.models_profile import (
    Audience,
    ProfileAsk,
    Release,
    ReleaseHeld,
    StoredProfile,
)
from hanmadang.polls.profiles import is_known, profile_of
from hanmadang.polls.survey.thresholds import SMALLEST_CELL, SMALLEST_STAFF_CELL

_SMALLEST = {Audience.PUBLIC: SMALLEST_CELL, Audience.STAFF: SMALLEST_STAFF_CELL}


def profiles(session: Session) -> Iterator[str]:
    """Profiles end with their poll, hold only what was asked; no released figure is too small."""
    closed = Poll.state == PollState.CLOSED.value
    left = select(Poll.slug).join(StoredProfile, StoredProfile.poll_id == Poll.id).where(closed)
    for slug in session.scalars(left.distinct()):
        yield f"poll {slug} is closed and still keeps profiles"
    yield from _early(session, ~closed)
    yield from _cells(session)
    yield from _releases(session)


def _early(session: Session, running: Any) -> Iterator[str]:
    early = (
        select(Poll.slug)
        .join(Question, Question.poll_id == Poll.id)
        .join(Ballot, Ballot.question_id == Question.id)
        .where(running, Ballot.cell != "")
    )
    for slug in session.scalars(early.distinct()):
        yield f"poll {slug} is not closed and has cells on its ballots"


def _cells(session: Session) -> Iterator[str]:
    told = select(StoredProfile.poll_id, StoredProfile.cell).distinct()
    carried = (
        select(Question.poll_id, Ballot.cell)
        .join(Question, Question.id == Ballot.question_id)
        .where(Ballot.cell != "")
        .distinct()
    )
    asked = {
        poll_id: set(attributes)
        for poll_id, attributes in session.execute(
            select(ProfileAsk.poll_id, ProfileAsk.attributes)
        )
    }
    found: set[tuple[int, str]] = {
        (poll_id, cell) for rows in (told, carried) for poll_id, cell in session.execute(rows)
    }
    for poll_id, cell in sorted(found):
        profile = profile_of(cell)
        if not is_known(profile) or not {*profile} <= asked.get(poll_id, set()):
            yield f"poll {poll_id} keeps {cell}, which it did not ask for"


def _releases(session: Session) -> Iterator[str]:
    for release in session.scalars(select(Release)):
        smallest = _SMALLEST[Audience(release.audience)]
        if any(figure < smallest for figure in _figures(release.shown)):
            yield f"question {release.question_id}: a released figure is under {smallest}"
    held = (
        select(ReleaseHeld.question_id)
        .join(
            Release,
            (Release.question_id == ReleaseHeld.question_id)
            & (Release.audience == ReleaseHeld.audience),
        )
        .where(Release.final.is_(True))
    )
    for question_id in session.scalars(held):
        yield f"question {question_id}: its tables are final and true counts are still held"


def _figures(shown: Mapping[str, Any]) -> Iterator[int]:
    for table in shown["tables"]:
        for row in table["rows"]:
            yield from (cell["count"] for cell in row["cells"] if "count" in cell)
            if row["n"] is not None:
                yield row["n"]
