"""The day after: one mail to each who took part, that their poll brought a lesson."""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.models import LESSONS, DemandSuggestion, SuggestionState
from hanmadang.curricula.queries.taking import Participant, participants
from hanmadang.kernel.clock import Moment, zone
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.domain.outbox import Mail, Recipient

LETTER = "curricula.follow_up"
MORNING, EVENING = time(9), time(20)
"""Between these hours of the reader's own clock the mail may leave."""
FOR_LATECOMERS = timedelta(days=7)
"""How long those who bring their answers later are still told."""


def remind(session: Session, suggestion: DemandSuggestion, *, now: datetime) -> None:
    """Put tomorrow's mail into the outbox for everybody who took part; again changes nothing."""
    outbox.enqueue_all(
        session,
        (
            (_mail(suggestion, who, now), Recipient(who.email, who.locale, who.account_id))
            for who in participants(session, suggestion.poll_id)
        ),
        now=now,
    )


def remind_latecomers(session: Session, *, now: datetime) -> None:
    """The same for every decision of the last days, for those who came since."""
    for suggestion in session.scalars(
        select(DemandSuggestion).where(
            DemandSuggestion.state == SuggestionState.ACCEPTED.value,
            DemandSuggestion.reply.in_([reply.value for reply in LESSONS]),
            DemandSuggestion.decided_at > now - FOR_LATECOMERS,
        )
    ):
        remind(session, suggestion, now=now)


def take_back(session: Session, suggestion: DemandSuggestion) -> None:
    """Cancel what has not left."""
    outbox.cancel(session, suggestion.mail_subject)


def _mail(suggestion: DemandSuggestion, who: Participant, now: datetime) -> Mail:
    tomorrow = now.astimezone(zone(who.zone)).date() + timedelta(days=1)
    due = Moment.at(datetime.combine(tomorrow, MORNING), who.zone).instant
    decided = suggestion.decided_at.isoformat() if suggestion.decided_at else ""
    return Mail(
        kind=LETTER,
        subject=suggestion.mail_subject,
        key=f"next-day:{decided}",
        due_at=due,
        not_after=Moment.at(datetime.combine(tomorrow, EVENING), who.zone).instant,
        payload={"suggestion_id": suggestion.id, "decided_at": decided},
    )
