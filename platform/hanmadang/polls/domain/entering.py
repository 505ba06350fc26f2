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
_MAILS_PER_POLL, _MAILS_PER_MAILBOX = 3, 6
_ASKINGS_PER_DEVICE, _ASKINGS_PER_NETWORK = 6, 60
"""In a quarter of an hour; a school or a company shares one network."""
WRONG_DIGITS = 200
"""In a quarter of an hour, from everywhere; a full hall mistypes fewer. That many guesses hit with
a chance of 1 in 600, as eight codes are good at a time."""
_MAC_LENGTH = 32


class StaleHallCodeError(DomainError):
    """Not on the screen now, or a moment ago (422)."""

    status = 422
    text = lazy(
        "This code is not on the screen now. It changes every half minute: please scan the picture "
        "in the hall, or type all the digits it shows now."
    )


class MailLinkEndedError(DomainError):
    """The link of a mail is too old or not whole (422)."""

    status = 422
    text = lazy("This link works for 30 minutes only. Please ask for a new mail.")


def ticket_by_digits(
    session: Session, poll: EntryPoll, typed: str, device: str, *, now: datetime
) -> str:
    """For the digits on the hall's screen. Raises StaleHallCodeError."""
    digits = "".join(letter for letter in typed if letter.isalnum())
    is_fresh = hall.are_fresh_digits(poll.secret, digits, now)
    if len(digits) < digits_wanted(session, poll.id, now):
        is_fresh = False
    return _hall_ticket(poll, device, is_fresh=is_fresh)


def digits_wanted(session: Session, poll_id: int, now: datetime) -> int:
    """How many digits the hall's screen shows: more while somebody guesses them."""
    is_guessed = tries.is_used_up(session, _wrong_digits(poll_id), now)
    return hall.LONG_DIGITS if is_guessed else hall.DIGITS


def note_wrong_digits(session: Session, poll_id: int, now: datetime) -> None:
    """Count a wrong try, from wherever it came.

    After it was judged, not before: right digits then cost a hall no write, and the tries that are
    judged meanwhile are as many as the house answers at a time.
    """
    tries.try_charge(session, [_wrong_digits(poll_id)], now)


def _wrong_digits(poll_id: int) -> tries.Counted:
    return tries.Counted("hall digits", poll_id, WRONG_DIGITS)


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


def may_ask(session: Session, device: str, network: str, now: datetime) -> bool:
    """Count one asking for a mail; whether this device and network may ask once more.

    Whoever may not is told: it says nothing of any mailbox. There is no limit for a whole poll:
    with it anybody could keep everybody out.
    """
    counted = [
        tries.Counted("poll-mail-device", device, _ASKINGS_PER_DEVICE),
        tries.Counted("poll-mail-network", network, _ASKINGS_PER_NETWORK),
    ]
    return tries.try_charge(session, counted, now)


def send_link(
    session: Session, poll: EntryPoll, login: logins.Login, locale: str, *, now: datetime
) -> None:
    """Mail a link to this address, unless its mailbox got enough in this quarter of an hour.

    Only the outbox knows the address. Nothing is told: every address gets the same answer.
    """
    mails = [
        tries.Counted("poll mail", f"{poll.id}/{login.mailbox}", _MAILS_PER_POLL),
        tries.Counted("mailbox", login.mailbox, _MAILS_PER_MAILBOX),
    ]
    if not tries.try_charge(session, mails, now):
        return
    holder = holder_of(poll.secret, Assurance.EMAIL, login.mailbox)
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
