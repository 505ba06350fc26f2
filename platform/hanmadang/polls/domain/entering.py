"""Getting a ticket: by the hall's changing code, a one-time code, or a mail."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import keyed, same
from hanmadang.people import logins, tries
from hanmadang.polls import hall
from hanmadang.polls.domain.codes import holder_of_code
from hanmadang.polls.entry import holder_of, ticket_for
from hanmadang.polls.models import Assurance
from hanmadang.polls.queries.entry import EntryPoll
from hanmadang.reminders.domain import outbox

MAIL_KIND = "polls.entry"
MAIL_GOOD_FOR = timedelta(minutes=30)
_MAILS_PER_ADDRESS = 3
_MAC_LENGTH = 32


class StaleHallCodeError(DomainError):
    """Not on the screen now, or a moment ago (422)."""

    status = 422
    text = lazy(
        "This code is not on the screen now. It changes every half minute: please scan the picture "
        "in the hall, or type the digits it shows now."
    )


class MailLinkEndedError(DomainError):
    """The link of a mail is too old or not whole (422)."""

    status = 422
    text = lazy("This link works for 30 minutes only. Please ask for a new mail.")


def ticket_by_digits(poll: EntryPoll, typed: str, device: str, *, now: datetime) -> str:
    """For the digits on the hall's screen. Raises StaleHallCodeError."""
    digits = "".join(letter for letter in typed if letter.isalnum())
    return _hall_ticket(poll, device, is_fresh=hall.are_fresh_digits(poll.secret, digits, now))


def ticket_by_link(poll: EntryPoll, shown: str, device: str, *, now: datetime) -> str:
    """For the address in the hall's picture. Raises StaleHallCodeError."""
    return _hall_ticket(poll, device, is_fresh=hall.is_fresh_link(poll.secret, shown, now))


def _hall_ticket(poll: EntryPoll, device: str, *, is_fresh: bool) -> str:
    if poll.assurance is not Assurance.ROOM or not is_fresh:
        raise StaleHallCodeError
    return ticket_for(poll.secret, Assurance.ROOM, device)


def ticket_by_code(session: Session, poll: EntryPoll, typed: str) -> str:
    """For a one-time code. Raises domain.codes.UnknownCodeError."""
    holder = holder_of_code(session, poll.id, poll.secret, typed)
    return ticket_for(poll.secret, Assurance.CODES, holder)


def send_link(session: Session, poll: EntryPoll, email: str, locale: str, *, now: datetime) -> None:
    """Mail a link to this address, at most three times in a quarter of an hour.

    Only the outbox knows the address. Raises logins.UnusableEmailError, and tells nothing else:
    every address gets the same answer.
    """
    login = logins.parse(email)
    if not tries.try_charge(
        session, [tries.Counted("poll mail", f"{poll.id}/{login.key}", _MAILS_PER_ADDRESS)], now
    ):
        return
    holder = holder_of(poll.secret, Assurance.EMAIL, _one_person(login.key))
    until = now + MAIL_GOOD_FOR
    mail = outbox.Mail(
        kind=MAIL_KIND,
        subject=f"poll:{poll.id}",
        key=f"{holder}:{int(now.timestamp())}",
        due_at=now,
        not_after=until,
        payload={"poll_id": poll.id, "token": _token(poll.secret, holder, until)},
        priority=1,
        repeats=False,
    )
    outbox.enqueue(session, mail, outbox.Recipient(login.email, locale, None), now=now)


def _one_person(key: str) -> str:
    """Without what follows a plus sign: it reaches the same mailbox."""
    name, _at, domain = key.partition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def ticket_by_mail(poll: EntryPoll, token: str, *, now: datetime) -> str:
    """For the link of a mail. Raises MailLinkEndedError."""
    holder, _dot, rest = token.partition(".")
    minutes, _dot, mac = rest.partition(".")
    if poll.assurance is not Assurance.EMAIL or not minutes.isdecimal():
        raise MailLinkEndedError
    is_ours = same(mac, _mac(poll.secret, holder, minutes))
    if not is_ours or int(minutes) * 60 < now.timestamp():
        raise MailLinkEndedError
    return ticket_for(poll.secret, Assurance.EMAIL, holder)


def _token(secret: str, holder: str, until: datetime) -> str:
    minutes = str(int(until.timestamp()) // 60 + 1)
    return f"{holder}.{minutes}.{_mac(secret, holder, minutes)}"


def _mac(secret: str, holder: str, minutes: str) -> str:
    return keyed(secret, "mail", holder, minutes)[:_MAC_LENGTH]
