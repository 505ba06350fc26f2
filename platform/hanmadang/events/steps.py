"""The only two functions that change a state here: of an event, of a registration."""

from sqlalchemy.orm import Session

from hanmadang.events.models import Event, EventState, Registration, RegistrationState
from hanmadang.kernel import audit
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.states import Machine

EVENTS = Machine(
    {
        EventState.DRAFT: frozenset({EventState.PUBLISHED}),
        EventState.PUBLISHED: frozenset({EventState.CANCELLED}),
    }
)
REGISTRATIONS = Machine(
    {
        RegistrationState.WAITLISTED: frozenset(
            {
                RegistrationState.CONFIRMED,
                RegistrationState.CANCELLED_BY_USER,
                RegistrationState.CANCELLED_BY_ORGANIZER,
            }
        ),
        RegistrationState.CONFIRMED: frozenset(
            {RegistrationState.CANCELLED_BY_USER, RegistrationState.CANCELLED_BY_ORGANIZER}
        ),
    }
)


def move_event(session: Session, event: Event, to: EventState, actor: Viewer | None) -> None:
    """Take an event to another state. Raises NotAllowedNowError for a step not in the table."""
    event.state = EVENTS.check(EventState(event.state), to).value
    audit.record(session, actor, f"event.{to.value}", kind="event", id=event.id)


def move_registration(
    session: Session, registration: Registration, to: RegistrationState, actor: Viewer | None
) -> None:
    """Take a registration to another state, off the waiting list where it stood on it.

    Raises NotAllowedNowError for a step not in the table.
    """
    registration.state = REGISTRATIONS.check(RegistrationState(registration.state), to).value
    registration.position = None
    note_registration(session, registration, actor)


def note_registration(session: Session, registration: Registration, actor: Viewer | None) -> None:
    """Write down the state a registration has just reached."""
    audit.record(
        session, actor, f"registration.{registration.state}", kind="registration",
        id=registration.id, subject_id=registration.account_id,
    )  # fmt: skip
