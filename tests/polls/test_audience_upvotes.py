"""Up-votes on audience questions: one a device, taken back, never one's own."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from hanmadang.kernel.idempotency import IdempotencyKey
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import AudienceQuestion, Upvote
from hanmadang.polls.rules_audience import person_of
from tests.conftest import Browser
from tests.factories.audience import put_question
from tests.factories.polls import NOW
from tests.polls.test_audience import ask

Opener = Callable[[], Any]


def vote(browser: Browser, poll: Poll, question: int, to: str = "on", **data: str) -> Any:
    """Tap the up-vote."""
    path = f"/en/polls/{poll.slug}/questions/{question}/upvote"
    return browser.send(path, {"to": to} | data)


def counted(read: Opener) -> list[int]:
    with read() as session:
        return list(session.scalars(select(AudienceQuestion.upvotes)))


def test_an_upvote_is_one_tap_and_another_takes_it_back(
    client: Browser, poll: Poll, write: Opener, read: Opener
) -> None:
    with write() as session:
        question = put_question(session, poll).id
    answer = vote(client, poll, question)
    assert answer.location == f"/en/polls/{poll.slug}/questions#question-{question}"
    assert 'aria-pressed="true"' in client.get(f"/en/polls/{poll.slug}/questions").text
    vote(client, poll, question)
    assert counted(read) == [1]
    vote(client, poll, question, "off", sort="new")
    assert counted(read) == [0]


def test_the_order_stays_after_an_upvote(client: Browser, poll: Poll, write: Opener) -> None:
    with write() as session:
        question = put_question(session, poll).id
    assert "?sort=new#" in vote(client, poll, question, sort="new").location


def test_the_own_question_has_no_button_and_is_refused_with_words(
    client: Browser, poll: Poll, read: Opener
) -> None:
    ask(client, poll)
    with read() as session:
        question = session.scalar(select(AudienceQuestion.id))
    page = f"/en/polls/{poll.slug}/questions"
    assert "/upvote" not in client.get(page).text
    vote(client, poll, question)
    assert "You asked this question yourself." in client.get(page).text
    assert counted(read) == [0]


def test_an_upvote_for_what_is_not_public_is_not_found(
    client: Browser, poll: Poll, reviewed: Poll, write: Opener
) -> None:
    with write() as session:
        waiting = put_question(session, reviewed).id
    assert vote(client, reviewed, waiting).status_code == 404
    assert vote(client, poll, waiting).status_code == 404


def test_an_upvote_needs_a_token(client: Browser, poll: Poll, write: Opener, read: Opener) -> None:
    with write() as session:
        question = put_question(session, poll).id
    answer = client.post(f"/en/polls/{poll.slug}/questions/{question}/upvote", data={"to": "on"})
    assert answer.status_code in {400, 403}
    assert counted(read) == [0]


def test_after_the_close_nothing_stored_leads_from_a_device_to_what_it_did(
    client: Browser, poll: Poll, write: Opener, read: Opener
) -> None:
    with write() as session:
        other = put_question(session, poll, "Other?").id
    ask(client, poll, "Mine?")
    vote(client, poll, other)
    device = client.get_cookie("hm_device")
    assert device
    person = person_of(poll.secret, device.value)
    with write() as session:
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    with read() as session:
        stored = [
            *session.scalars(select(Upvote.device)),
            *session.scalars(select(AudienceQuestion.asker)),
            *session.scalars(select(IdempotencyKey.scope)),
            *session.scalars(select(IdempotencyKey.request_hash)),
        ]
        assert not {person.asker, person.voter} & set(stored)
        assert "Mine?" not in " ".join(stored)
