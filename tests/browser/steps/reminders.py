"""Step 7: the reminder arrives once, whatever happens to the scheduler."""

import subprocess
from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy import select

from hanmadang.events.domain import notices
from hanmadang.people.models import Account
from hanmadang.reminders.models import Heartbeat, MailState, OutboxMail
from tests.browser.journey import Journey, Way, eventually
from tests.browser.steps.concerts import title
from tests.support.browser import PHONE
from tests.support.smtp import Fault

TOO_EARLY = timedelta(hours=1)
DUE = timedelta(hours=2, minutes=2)
REFUSED_FOR_NOW = 451
LATER = DUE + timedelta(minutes=45)
"""By then leases have ended and pauses after a refusal are over."""


def reminder_arrives_once(walk: Journey) -> None:
    """Not early, in the citizen's language, with the calendar entry, and not twice."""
    guests = [walk.address("visitor"), walk.address("citizen")]
    if walk.way == Way(walk.language, PHONE):  # once for each language
        _through_kills_and_a_refusal(walk, guests)
    with walk.city.scheduler(LATER):
        eventually(lambda: _states(walk) == {MailState.SENT.value})
    for guest in guests:
        (mail,) = _reminders(walk, guest)
        _is_right(walk, mail)


def _through_kills_and_a_refusal(walk: Journey, guests: list[str]) -> None:
    """kill -9 before the reminder is due, after a refusal, and after it was sent."""
    with walk.city.scheduler(TOO_EARLY) as scheduler:
        eventually(lambda: all(_confirmations(walk, each) for each in guests))
        assert not any(_reminders(walk, each) for each in guests)
        _kill(scheduler)
    walk.city.sink.fail(Fault.GREYLIST)
    with walk.city.scheduler(DUE) as scheduler:
        eventually(lambda: all(row.last_code == REFUSED_FOR_NOW for row in _rows(walk)))
        _kill(scheduler)
    walk.city.sink.heal()
    with walk.city.scheduler(LATER) as scheduler:
        eventually(lambda: _states(walk) == {MailState.SENT.value})
        _kill(scheduler)
    with walk.city.scheduler(LATER):
        _ticks(walk)


def _is_right(walk: Journey, mail: EmailMessage) -> None:
    """In the reader's language, with the concert and a calendar entry for it."""
    body = mail.get_body(("plain",))
    assert body is not None
    assert title(walk) in str(mail["Subject"]) + body.get_content()
    ((_name, content),) = [
        (part.get_filename(), part.get_content())
        for part in mail.iter_attachments()
        if part.get_content_type() == "text/calendar"
    ]
    text = content.decode() if isinstance(content, bytes) else content
    assert "BEGIN:VEVENT" in text


def _kill(scheduler: "subprocess.Popen[bytes]") -> None:
    scheduler.kill()
    scheduler.wait()


def _ticks(walk: Journey) -> None:
    """Wait for the restarted scheduler to have looked at the outbox."""
    before = _beat(walk)
    eventually(lambda: _beat(walk) != before)


def _beat(walk: Journey) -> object:
    with walk.city.records() as records:
        return records.scalar(select(Heartbeat.at).where(Heartbeat.name == "scheduler"))


def _confirmations(walk: Journey, address: str) -> list[EmailMessage]:
    return _of_kind(walk, address, notices.CONFIRMATION)


def _reminders(walk: Journey, address: str) -> list[EmailMessage]:
    return _of_kind(walk, address, notices.REMINDER)


def _of_kind(walk: Journey, address: str, kind: str) -> list[EmailMessage]:
    """Every copy that arrived; copies of one mail share its Message-ID."""
    with walk.city.records() as records:
        wanted = (OutboxMail.address == address, OutboxMail.kind == kind)
        ids = set(records.scalars(select(OutboxMail.message_id).where(*wanted)))
    return [mail for mail in walk.city.mails(address) if str(mail["Message-ID"]) in ids]


def _rows(walk: Journey) -> list[OutboxMail]:
    with walk.city.records() as records:
        guests = select(Account.id).where(Account.login.like(f"%-{walk.way}@example.org"))
        wanted = (OutboxMail.kind == notices.REMINDER, OutboxMail.account_id.in_(guests))
        found = list(records.scalars(select(OutboxMail).where(*wanted)))
        records.expunge_all()
        return found


def _states(walk: Journey) -> set[str]:
    return {row.state for row in _rows(walk)}
