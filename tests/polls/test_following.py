"""Being told what comes of a poll: confirmed, tied to nothing, told once, stopped by one click."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import logins
from hanmadang.people.domain.privacy import erase
from hanmadang.people.models import Account
from hanmadang.people.privacy_registry import export_all
from hanmadang.polls.domain import following, outcomes
from hanmadang.polls.domain.outcomes import OutcomeDraft
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_outcomes import Follower, OutcomeState
from hanmadang.reminders.jobs.senders import Sender
from hanmadang.reminders.messages import Message
from hanmadang.reminders.models import OutboxMail
from hanmadang.reminders.outcomes import Outcome, Verdict
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
SignIn = Callable[..., Browser]
STAFF = Viewer(account_id=None, roles=frozenset({Role.ADMINISTRATOR}))
DONE = OutcomeDraft(
    OutcomeState.DONE, NOW.date(), Bilingual.of(ko="했습니다.", en="It is done."), Bilingual()
)


class Mailbox:
    """A transport that keeps what it is given."""

    def __init__(self, app: Flask) -> None:
        self.mails: list[EmailMessage] = []
        self._sender = Sender(app, self)

    def send(self, message: Message) -> Outcome:
        self.mails.append(message_from_bytes(message.content, policy=policy.default))
        return Outcome(Verdict.ACCEPTED, 250)

    def close(self) -> None:
        """Nothing is held."""

    def take(self) -> list[EmailMessage]:
        """Send what is due; the mails that left."""
        before = len(self.mails)
        self._sender.drain()
        return self.mails[before:]


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def link_in(mail: EmailMessage, ending: str = "") -> str:
    """The path of the mailed link."""
    found = re.search(
        rf"http://localhost(/\w\w/tell-me/[^/\s]+{ending})$", text_of(mail), re.MULTILINE
    )
    assert found
    return found[1]


@pytest.fixture
def advance() -> Iterator[Callable[[timedelta], None]]:
    """The clock stands shortly after the polls closed."""
    with clock.frozen(NOW + timedelta(hours=1)) as move:
        yield move


@pytest.fixture
def mailbox(app: Flask, advance: Any) -> Mailbox:
    return Mailbox(app)


@pytest.fixture
def poll(write: Opener, advance: Any) -> Poll:
    with write() as session:
        return make_poll(session, OPINION, state=PollState.CLOSED)


def ask(client: Browser, poll: Poll, email: str = "a@example.org", language: str = "en") -> Any:
    return client.send(f"/{language}/polls/{poll.slug}/follow", {"email": email})


def followers(read: Opener) -> list[tuple[str, str, bool]]:
    with read() as session:
        rows = session.scalars(select(Follower).order_by(Follower.key))
        return [(row.address, row.language, row.confirmed) for row in rows]


def put(write: Opener, poll: Poll, email: str, language: str = "en") -> None:
    """A confirmed follower."""
    with write() as session:
        login = logins.parse(email)
        following.follow(session, poll.id, login, language, is_proven=True, now=clock.now())


def publish(write: Opener, poll: Poll) -> int:
    with write() as session:
        return outcomes.publish_outcome(session, STAFF, poll.id, DONE, now=clock.now()).id


@pytest.mark.parametrize(
    ("language", "subject", "told", "words"),
    [
        ("ko", "설문 반영 소식을 보내 드릴까요?",
         "설문 반영 소식: 객석에 묻는 세 가지", "반영 완료"),
        ("en", "Shall we tell you what comes of it?",
         "What came of it: Three questions for the audience", "It is done."),
    ],
)  # fmt: skip
def test_from_asking_to_stopping(  # noqa: PLR0917  (fixtures are parameters)
    client: Browser, poll: Poll, mailbox: Mailbox, read: Opener, write: Opener,
    language: str, subject: str, told: str, words: str,
) -> None:  # fmt: skip
    assert ask(client, poll, language=language).status_code == 303
    assert followers(read) == [("a@example.org", language, False)]
    (first,) = mailbox.take()
    assert first["Subject"] == subject
    link = link_in(first)
    assert client.get(link).status_code == 200
    assert followers(read)[0][2] is False
    assert client.send(link).status_code == 303
    assert followers(read)[0][2] is True
    publish(write, poll)
    (news,) = mailbox.take()
    assert (news["Subject"], words in text_of(news)) == (told, True)
    stop = link_in(news, "/stop")
    assert client.get(stop).status_code == 200
    assert client.send(stop).status_code == 303
    assert followers(read) == []
    publish(write, poll)
    assert mailbox.take() == []


def test_who_does_not_confirm_is_told_nothing_and_forgotten(  # noqa: PLR0917
    client: Browser, poll: Poll, mailbox: Mailbox, read: Opener, write: Opener,
    advance: Callable[[timedelta], None],
) -> None:  # fmt: skip
    ask(client, poll)
    mailbox.take()
    publish(write, poll)
    assert mailbox.take() == []
    for days, left in ((6, 1), (2, 0)):
        advance(timedelta(days=days))
        with write() as session:
            following.forget_old(session, clock.now())
        assert len(followers(read)) == left


def test_addresses_go_a_year_after_the_close(
    client: Browser, poll: Poll, read: Opener, write: Opener, advance: Callable[[timedelta], None]
) -> None:
    put(write, poll, "a@example.org")
    for days, left in ((364, 1), (1, 0)):
        advance(timedelta(days=days))
        with write() as session:
            following.forget_old(session, clock.now())
        assert len(followers(read)) == left
    assert ask(client, poll).status_code == 404
    assert "tell-me" not in client.get(f"/en/polls/{poll.slug}/results").text


def test_mail_programs_stop_it_by_one_post_without_sign_in(
    app: Flask, poll: Poll, mailbox: Mailbox, read: Opener, write: Opener
) -> None:
    put(write, poll, "a@example.org")
    put(write, poll, "b@example.org")
    publish(write, poll)
    news = next(mail for mail in mailbox.take() if mail["To"] == "a@example.org")
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = news["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    stranger = app.test_client()
    for _ in range(2):
        answer = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 204
    assert [row[0] for row in followers(read)] == ["b@example.org"]
    assert stranger.get(address).status_code == 200
    assert stranger.post(address, data={"List-Unsubscribe": "Two"}).status_code == 422


def test_a_made_up_link_stops_nobody(
    client: Browser, poll: Poll, write: Opener, read: Opener
) -> None:
    put(write, poll, "a@example.org")
    with read() as session:
        seed = session.scalars(select(Follower.seed)).one()
    for token in (seed, f"{seed}.{'0' * 32}", "x"):
        for ending in ("", "/stop"):
            assert client.get(f"/en/tell-me/{token}{ending}").status_code == 404
        body = {"List-Unsubscribe": "One-Click"}
        assert client.post(f"/en/tell-me/{token}/stop", data=body).status_code == 404
    assert len(followers(read)) == 1


def test_the_link_that_confirms_does_not_stop(
    client: Browser, poll: Poll, mailbox: Mailbox
) -> None:
    ask(client, poll)
    (mail,) = mailbox.take()
    assert client.get(link_in(mail) + "/stop").status_code == 404


def test_everybody_is_told_once_however_often_it_is_tried(
    poll: Poll, mailbox: Mailbox, write: Opener
) -> None:
    for name in ("a", "b", "c"):
        put(write, poll, f"{name}@example.org")
    outcome_id = publish(write, poll)
    for _ in range(3):
        with write() as session:
            following.tell(session, poll.id, outcome_id, now=clock.now())
    assert sorted(str(mail["To"]) for mail in mailbox.take()) == [
        "a@example.org", "b@example.org", "c@example.org",
    ]  # fmt: skip
    with write() as session:
        following.tell(session, poll.id, outcome_id, now=clock.now())
    assert mailbox.take() == []


def test_a_mail_without_its_one_key_would_be_sent_again(
    poll: Poll, mailbox: Mailbox, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotaged twin."""
    put(write, poll, "a@example.org")
    outcome_id = publish(write, poll)
    honest, tries = following._news, iter(range(9))

    def keyless(*args: Any) -> Any:
        return replace(honest(*args), key=f"try-{next(tries)}")

    monkeypatch.setattr(following, "_news", keyless)
    with write() as session:
        following.tell(session, poll.id, outcome_id, now=clock.now())
    assert len(mailbox.take()) == 2


def test_nobody_is_told_of_what_was_not_published(
    poll: Poll, mailbox: Mailbox, write: Opener
) -> None:
    put(write, poll, "a@example.org")

    def fail() -> None:
        with write() as session:
            outcomes.publish_outcome(session, STAFF, poll.id, DONE, now=clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert mailbox.take() == []


def test_more_than_one_batch_is_told(poll: Poll, write: Opener, read: Opener) -> None:
    for number in range(230):
        put(write, poll, f"p{number}@example.org")
    publish(write, poll)
    with read() as session:
        told = select(OutboxMail.address).where(OutboxMail.kind == following.TOLD)
        assert len(set(session.scalars(told))) == 230


def test_the_answer_does_not_say_who_is_known(
    client: Browser, poll: Poll, write: Opener, mailbox: Mailbox
) -> None:
    put(write, poll, "known@example.org")
    answers = [ask(client, poll, f"{name}@example.org") for name in ("known", "new", "new")]
    pages = [client.get(f"/en/polls/{poll.slug}/results").text for _ in answers]
    assert {(each.status_code, each.location) for each in answers} == {
        (303, f"/en/polls/{poll.slug}/results")
    }
    assert "known@example.org" not in pages[0]
    assert [str(mail["To"]) for mail in mailbox.take()] == ["new@example.org"]


def test_two_ways_to_write_an_address_are_one_follower(
    client: Browser, poll: Poll, read: Opener
) -> None:
    for email in ("A.B@Example.org", "a.b@example.org"):
        assert ask(client, poll, email).status_code == 303
    assert len(followers(read)) == 1


def test_what_is_no_address_is_refused_with_the_form(client: Browser, poll: Poll) -> None:
    answer = ask(client, poll, "nobody")
    assert (answer.status_code, "name@example.org" in answer.text) == (422, True)


def test_signed_in_people_press_one_button(
    sign_in: SignIn, poll: Poll, mailbox: Mailbox, read: Opener
) -> None:
    person = sign_in(Role.CITIZEN, email="me@example.org", locale="ko")
    page = person.get(f"/en/polls/{poll.slug}/results").text
    assert 'type="email"' not in page
    answer = person.send(f"/en/polls/{poll.slug}/follow", {"email": "other@example.org"})
    assert answer.status_code == 303
    assert followers(read) == [("me@example.org", "ko", True)]
    assert mailbox.take() == []


def test_an_unproven_account_confirms_like_anybody(
    sign_in: SignIn, poll: Poll, mailbox: Mailbox, read: Opener
) -> None:
    person = sign_in(Role.CITIZEN, email="me@example.org", verified_at=None)
    person.send(f"/en/polls/{poll.slug}/follow")
    assert followers(read) == [("me@example.org", "ko", False)]
    assert len(mailbox.take()) == 1


def test_a_follower_is_an_address_and_nothing_else() -> None:
    assert set(Follower.__table__.columns.keys()) == {
        "seed", "poll_id", "address", "key", "language", "confirmed",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["results", "answered"])
@pytest.mark.parametrize(
    ("language", "words"), [("ko", "응답과 따로 보관하며"), ("en", "kept apart from all answers")]
)
def test_the_form_says_that_nothing_is_joined(  # noqa: PLR0917  (fixtures are parameters)
    client: Browser, write: Opener, advance: Any, path: str, language: str, words: str
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        name, option = f"q{poll.questions[0].id}", poll.questions[0].options[0].id
    client.send(f"/en/polls/{poll.slug}", {name: option})
    page = client.get(f"/{language}/polls/{poll.slug}/{path}").text
    assert words in page
    assert f'action="/{language}/polls/{poll.slug}/follow"' in page


def test_people_see_and_erase_what_they_asked_for(
    sign_in: SignIn, poll: Poll, write: Opener, read: Opener
) -> None:
    person = sign_in(Role.CITIZEN, email="me@example.org")
    put(write, poll, "me@example.org")
    put(write, poll, "other@example.org")
    publish(write, poll)
    number = person.account_id  # type: ignore[attr-defined]
    with read() as session:
        exported = export_all(session, number)["polls"]
    assert exported == [{"poll": poll.slug, "language": "en", "confirmed": True}]
    with write() as session:
        account = session.get_one(Account, number)
        erase(session, account, actor=Viewer(account_id=number), now=clock.now())
    assert [row[0] for row in followers(read)] == ["other@example.org"]
    with read() as session:
        kept = session.scalars(select(OutboxMail.address)).all()
    assert kept == ["other@example.org"]


def test_mails_to_who_stopped_meanwhile_do_not_leave(
    poll: Poll, mailbox: Mailbox, write: Opener
) -> None:
    put(write, poll, "a@example.org")
    publish(write, poll)
    with write() as session:
        session.execute(delete(Follower))
    assert mailbox.take() == []
