"""What is left of an address once nobody wants it any more: nothing, the outbox included."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.domain.privacy import erase
from hanmadang.people.models import Account
from hanmadang.polls.domain import following
from hanmadang.polls.models import Assurance, Poll, PollState
from hanmadang.polls.models_outcomes import Follower
from hanmadang.reminders.models import OutboxMail
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, make_poll
from tests.polls.test_following import Mailbox, ask, link_in, publish, put

Opener = Callable[[], Any]
SignIn = Callable[..., Browser]


@pytest.fixture
def advance() -> Iterator[Callable[[timedelta], None]]:
    """The clock stands shortly after the poll closed."""
    with clock.frozen(NOW + timedelta(hours=1)) as move:
        yield move


@pytest.fixture
def mailbox(app: Flask) -> Mailbox:
    return Mailbox(app)


@pytest.fixture
def poll(write: Opener, advance: Any) -> Poll:
    with write() as session:
        return make_poll(session, OPINION, state=PollState.CLOSED)


def test_erasing_takes_the_mailed_ways_into_polls_away_too(
    client: Browser, sign_in: SignIn, write: Opener, read: Opener
) -> None:
    """They would tell for weeks in which polls this person wanted to take part."""
    number = sign_in(Role.CITIZEN, email="me@example.org").account_id  # type: ignore[attr-defined]
    with write() as session:
        slug = make_poll(session, OPINION, assurance=Assurance.EMAIL).slug
    for name in ("me", "ME", "other"):
        client.send(f"/en/polls/{slug}/enter", {"held": f"{name}@example.org"})
    with write() as session:
        account = session.get_one(Account, number)
        erase(session, account, actor=Viewer(account_id=number), now=clock.now())
    with read() as session:
        assert session.scalars(select(OutboxMail.address)).all() == ["other@example.org"]


def kept_of(read: Opener, email: str) -> list[str]:
    """The kinds of mails in whose rows this address stands, in whatever column."""
    with read() as session:
        rows = session.execute(select(OutboxMail.__table__)).all()
        return sorted(row.kind for row in rows if email in str(tuple(row)))


def test_who_stops_is_forgotten_by_the_outbox_too(
    client: Browser, poll: Poll, mailbox: Mailbox, read: Opener, write: Opener
) -> None:
    ask(client, poll)
    client.send(link_in(mailbox.take()[0]))
    put(write, poll, "b@example.org")
    publish(write, poll)
    news = next(mail for mail in mailbox.take() if mail["To"] == "a@example.org")
    publish(write, poll)
    assert kept_of(read, "a@example.org") == [following.CONFIRM, following.TOLD, following.TOLD]
    client.send(link_in(news, "/stop"))
    assert kept_of(read, "a@example.org") == []
    assert len(kept_of(read, "b@example.org")) == 2
    assert [mail["To"] for mail in mailbox.take()] == ["b@example.org"]


def test_mails_go_with_addresses_that_are_forgotten(  # noqa: PLR0917
    client: Browser, poll: Poll, mailbox: Mailbox, read: Opener, write: Opener,
    advance: Callable[[timedelta], None],
) -> None:  # fmt: skip
    """Never confirmed, or written while somebody pressed stop."""
    ask(client, poll)
    put(write, poll, "b@example.org")
    put(write, poll, "c@example.org")
    publish(write, poll)
    mailbox.take()
    with write() as session:
        session.execute(delete(Follower).where(Follower.key == "b@example.org"))
    advance(timedelta(days=8))
    with write() as session:
        following.forget_old(session, clock.now())
    for name, mails in (("a", []), ("b", []), ("c", [following.TOLD])):
        assert kept_of(read, f"{name}@example.org") == mails


def test_the_key_of_a_mail_to_a_stranger_does_not_say_the_address(
    client: Browser, poll: Poll, read: Opener
) -> None:
    ask(client, poll)
    with read() as session:
        assert "a@example" not in session.scalars(select(OutboxMail.dedupe_key)).one()
