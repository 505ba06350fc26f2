"""Writing to learners: once to each, through the outbox, in their own language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hanmadang.courses.domain import run_letters
from hanmadang.courses.models import CourseMessage
from hanmadang.courses.queries.learners import Where, recipients
from hanmadang.courses.queries.teaching import RUNS, Held
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.people import tries
from hanmadang.reminders.domain import outbox

PLACES = ("name", "course", "unit", "link")
"""What can stand in braces in a message; anything else in braces stays as it was written."""
PER_SENDER = 6
"""Messages of one sender in a quarter of an hour."""
MOST_AT_ONCE = 20_000
_PLACE = re.compile(r"\{(" + "|".join(PLACES) + r")\}")


class NobodyToWriteToError(DomainError):
    """The filter holds nobody (422)."""

    status = 422
    text = lazy("Nobody is in this selection now, so there is nobody to write to.")


class EmptyMessageError(DomainError):
    """A language has a subject without a text, or the other way round (422)."""

    status = 422
    text = lazy("Write subject and text together, in one language at least.")


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """What is to be sent, and to whom."""

    subject: Bilingual
    body: Bilingual
    where: Where = Where.ALL
    only: tuple[int, ...] = ()
    """These people alone; empty for all of the selection."""

    def checked(self) -> "MessageDraft":
        """This draft; raises EmptyMessageError."""
        if not self.subject or set(self.subject.parts) != set(self.body.parts):
            raise EmptyMessageError
        return self


def charge(session: Session, actor: Viewer, *, now: datetime) -> bool:
    """Count one message of this sender; whether it is within the limit. Commit before sending."""
    return tries.try_charge(session, [tries.Counted("course message", actor.id, PER_SENDER)], now)


def send(
    session: Session, actor: Viewer, within: Held, draft: MessageDraft, *, now: datetime
) -> int:
    """Write to everybody of the selection; returns how many.

    `within` is what the actor may see (`teaching.held`). Raises EmptyMessageError,
    NobodyToWriteToError.
    """
    draft = draft.checked()
    people = audience(session, within, draft, now=now)
    if not people:
        raise NobodyToWriteToError
    is_run = within.kind == RUNS
    message = CourseMessage(
        run_id=within.id if is_run else None, cohort_id=None if is_run else within.id,
        sender_id=actor.id, subject=draft.subject, body=draft.body, recipients=len(people),
        sent_at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    run_letters.send_message(session, message, within.mail_subject, people, now=now)
    audit.record(
        session, actor, "course_message.sent", kind=f"course_{within.kind.removesuffix('s')}",
        id=within.id, detail=f"message {message.id}, {len(people)} people",
    )  # fmt: skip
    return len(people)


def audience(
    session: Session, within: Held, draft: MessageDraft, *, now: datetime
) -> Sequence[outbox.Recipient]:
    """Who would get it now."""
    found = recipients(session, within, draft.where, draft.only, now=now)
    return [outbox.Recipient(email, locale, id_) for id_, email, locale in found[:MOST_AT_ONCE]]


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its places filled in."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)
