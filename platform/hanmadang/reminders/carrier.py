"""Carries what the room of people posts: it stands below the outbox and cannot know it.

Letters about one's own account leave first, and are not sent a second time when it is uncertain
whether the first arrived: their links work once, and another can be asked for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.people import post
from hanmadang.reminders.composers import Composer, Letter, Reader, composer
from hanmadang.reminders.domain import outbox

_FIRST = 1


def register() -> None:
    """Become the carrier, and the composer of each kind of letter that people write."""
    post.carried_by(carry)
    for kind, writer in post.writers.items():
        composer(kind)(_as_composer(writer))


def carry(session: Session, letter: post.Posted, now: datetime) -> None:
    """Put the letter into the outbox, in the sender's transaction."""
    mail = outbox.Mail(
        kind=letter.kind,
        subject=letter.subject,
        key=letter.key,
        due_at=now,
        not_after=letter.not_after,
        payload=letter.payload,
        priority=_FIRST,
        repeats=False,
    )
    to = outbox.Recipient(letter.address, letter.locale, letter.account_id)
    outbox.enqueue(session, mail, to, now=now)


def _as_composer(writer: post.Writer) -> Composer:
    def compose(payload: Mapping[str, Any], _to: Reader) -> Letter | None:
        written = writer(payload)
        return Letter(written.subject, written.text, secret=True) if written else None

    return compose
