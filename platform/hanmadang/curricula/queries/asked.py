"""What the audience of a poll asks about. No question is read, and nobody's name for one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events.models import Event, EventTopic
from hanmadang.kernel.vocabulary import Competency
from hanmadang.polls.models import Question
from hanmadang.polls.models_audience import Sitting


def topics_asked_about(session: Session, poll_id: int) -> tuple[str, ...]:
    """The topics of the event at which it is asked; without one, of what the poll asks to know."""
    of_event = session.scalars(
        select(EventTopic.topic_code)
        .join(Event, Event.id == EventTopic.event_id)
        .join(Sitting, Sitting.event_slug == Event.slug)
        .where(Sitting.poll_id == poll_id)
    ).all()
    if of_event:
        return tuple(sorted(of_event))
    return tuple(
        session.scalars(
            select(Competency.topic_code)
            .join(Question, Question.competency_code == Competency.code)
            .where(Question.poll_id == poll_id)
            .distinct()
            .order_by(Competency.topic_code)
        )
    )
