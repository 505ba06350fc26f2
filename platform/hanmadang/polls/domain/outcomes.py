"""Saying what came of a poll: once written it is public, and everybody who asked is told once."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import ConflictError, DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.pointers import Pointer
from hanmadang.polls.domain import following, hooked
from hanmadang.polls.models import Poll
from hanmadang.polls.models_outcomes import Outcome, OutcomeState, Outlook
from hanmadang.polls.rules_outcomes import has_outcomes


class UnusableOutcomeError(DomainError):
    """What was written cannot stand there (422)."""

    status = 422
    text = lazy("Please write in a sentence what came of the poll.")


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """What the organizer wrote."""

    state: OutcomeState
    day: date
    text: Bilingual
    reason: Bilingual
    pointer: Pointer | None = None


def publish_outcome(
    session: Session, actor: Viewer, poll_id: int, draft: OutcomeDraft, *, now: datetime
) -> Outcome:
    """Write what came of a poll, and tell everybody who asked.

    Raises NotAllowedNowError for a draft, UnusableOutcomeError.
    """
    _check(draft)
    poll = session.scalars(select(Poll).where(Poll.id == poll_id).with_for_update()).first()
    if poll is None:
        raise NotFoundError
    if not has_outcomes(poll.state):
        raise NotAllowedNowError
    outcome = Outcome(poll_id=poll_id, created_at=now, version=1)
    _fill(outcome, draft)
    session.add(outcome)
    session.flush()
    audit.record(session, actor, "outcome.published", kind="outcome", id=outcome.id)
    following.tell(session, poll_id, outcome.id, now=now)
    hooked.announce_outcome(session, poll, outcome, now=now)
    return outcome


def change_outcome(
    session: Session, actor: Viewer, outcome_id: int, draft: OutcomeDraft, *, seen: int
) -> None:
    """Correct it; what it said before goes into the audit log. Nobody is told a second time.

    Raises ConflictError unless version `seen` still stands, UnusableOutcomeError.
    """
    _check(draft)
    taken = session.execute(
        update(Outcome)
        .where(Outcome.id == outcome_id, Outcome.version == seen)
        .values(version=seen + 1)
        .returning(Outcome.id),
        execution_options={"synchronize_session": False},
    ).first()
    if taken is None:
        raise ConflictError
    outcome = session.get_one(Outcome, outcome_id, populate_existing=True)
    before = _as_text(outcome)
    _fill(outcome, draft)
    session.flush()
    audit.record(
        session, actor, "outcome.changed", kind="outcome", id=outcome_id, detail=before
    )  # fmt: skip


def expect(session: Session, actor: Viewer, poll_id: int, day: date) -> None:
    """Say by when something will be written."""
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(Outlook).values(poll_id=poll_id, expected_on=day)
    session.execute(
        statement.on_conflict_do_update(index_elements=["poll_id"], set_={"expected_on": day})
    )
    audit.record(session, actor, "outcome.expected", kind="poll", id=poll_id, detail=str(day))


def _check(draft: OutcomeDraft) -> None:
    if not draft.text:
        raise UnusableOutcomeError
    if draft.state is OutcomeState.NOT_FOLLOWED and not draft.reason:
        raise UnusableOutcomeError(text=lazy("Please give the reason why it was not followed."))


def _fill(outcome: Outcome, draft: OutcomeDraft) -> None:
    outcome.state, outcome.happened_on = draft.state.value, draft.day
    outcome.text = draft.text
    outcome.reason = (
        draft.reason if draft.state is OutcomeState.NOT_FOLLOWED else Bilingual()
    )  # fmt: skip
    outcome.link = draft.pointer.path if draft.pointer else None
    outcome.link_title = draft.pointer.title if draft.pointer else None


def _as_text(outcome: Outcome) -> str:
    before = {
        "state": outcome.state,
        "day": str(outcome.happened_on),
        "text": outcome.text.to_json(),
        "reason": outcome.reason.to_json(),
        "link": outcome.link,
    }
    return json.dumps(before, ensure_ascii=False)
