"""Telling a little about oneself: under a consent of its own, coarse, and gone with the poll."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.polls.domain import change_state, duplicate_poll, lifecycle, profiles
from hanmadang.polls.models import Ballot, Poll, PollState
from hanmadang.polls.models_profile import FirstRelease, ProfileAsk, StoredProfile
from hanmadang.polls.profiles import Attribute, cell_of, profile_of
from hanmadang.polls.queries.profiles import ask_of
from tests.conftest import Browser
from tests.factories.people import make_account
from tests.factories.polls import INTEREST, NOW, OPINION, make_poll
from tests.factories.profiles import WOMEN, close, come, make_asking

Opener = Callable[[], Any]
CONSENT = {"consent": "y"}


@pytest.fixture
def poll(write: Opener) -> Poll:
    """An open poll that asks for sex and age."""
    with write() as session:
        return make_asking(session, questions=(OPINION, INTEREST))


@pytest.fixture
def answered(client: Browser, poll: Poll) -> Poll:
    """The same, answered by this browser."""
    question = poll.questions[0]
    client.send(f"/en/polls/{poll.slug}", {f"q{question.id}": str(question.options[0].id)})
    return poll


def about(poll: Poll, language: str = "en") -> str:
    return f"/{language}/polls/{poll.slug}/about-you"


def told(read: Opener) -> list[str]:
    with read() as session:
        return list(session.scalars(select(StoredProfile.cell)))


def test_the_thanks_page_leads_there(client: Browser, answered: Poll) -> None:
    assert about(answered) in client.get(f"/en/polls/{answered.slug}/answered").text


def test_a_poll_that_asks_nothing_has_no_such_page(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
    assert client.get(about(poll)).status_code == 404
    assert client.get(f"/en/polls/{poll.slug}/tables").status_code == 404


def test_who_has_not_answered_is_sent_to_the_questions(client: Browser, poll: Poll) -> None:
    assert client.get(about(poll)).location == f"/en/polls/{poll.slug}"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Prefer not to say"), ("ko", "밝히지 않음")],
)
def test_everything_is_left_open_and_unticked(
    client: Browser, answered: Poll, language: str, words: str
) -> None:
    page = client.get(about(answered, language)).text
    assert page.count(f'<option selected value="">{words}') == 1
    assert 'name="consent"' in page
    assert re.findall(r'<input[^>]*name="consent"[^>]*checked', page) == []
    assert 'name="zone"' not in page


def test_what_is_told_is_kept_under_the_ballots_key(
    client: Browser, read: Opener, answered: Poll
) -> None:
    reply = client.send(about(answered), {"sex": "female", "age": "30s", **CONSENT})
    assert reply.location == f"/en/polls/{answered.slug}/answered"
    with read() as session:
        [row] = session.scalars(select(StoredProfile))
        [voter] = session.scalars(select(Ballot.voter_key))
        assert (row.voter_key, row.cell) == (voter, "female|30s||")
        assert {column.name for column in StoredProfile.__table__.columns} == {
            "poll_id", "voter_key", "cell",
        }  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("en", "Please tick this box"), ("ko", "표시해")])
def test_without_consent_nothing_is_kept(
    client: Browser, read: Opener, answered: Poll, language: str, words: str
) -> None:
    reply = client.send(about(answered, language), {"sex": "female", "age": ""})
    assert reply.status_code == 422
    assert words in reply.text
    assert told(read) == []


def test_consent_to_nothing_keeps_nothing(client: Browser, read: Opener, answered: Poll) -> None:
    assert client.send(about(answered), CONSENT).status_code == 303
    assert told(read) == []


def test_it_can_be_changed_and_removed(client: Browser, read: Opener, answered: Poll) -> None:
    client.send(about(answered), {"sex": "female", "age": "30s", **CONSENT})
    client.send(about(answered), {"sex": "", "age": "40s", **CONSENT})
    assert told(read) == ["|40s||"]
    page = client.get(about(answered)).text
    assert '<option selected value="40s">' in page
    client.send(about(answered), {"remove": "1"})
    assert told(read) == []


def test_a_level_that_does_not_exist_is_refused(
    client: Browser, read: Opener, answered: Poll
) -> None:
    for sent in ({"sex": "female|x"}, {"age": "36"}):
        assert client.send(about(answered), {**sent, **CONSENT}).status_code == 422
    client.send(about(answered), {"zone": "downtown", **CONSENT})
    assert told(read) == []


def test_the_answers_count_without_it(client: Browser, read: Opener, answered: Poll) -> None:
    with read() as session:
        assert session.get_one(Poll, answered.id).questions[0].answered == 1


@pytest.mark.parametrize("state", [PollState.PAUSED, PollState.CLOSED])
def test_nothing_more_is_kept_when_the_poll_takes_no_answers(
    client: Browser, write: Opener, read: Opener, answered: Poll, state: PollState
) -> None:
    with write() as session:
        change_state(session, None, answered.id, state, now=NOW)
    client.send(about(answered), {"sex": "female", **CONSENT})
    assert told(read) == []


def test_a_stranger_cannot_tell_for_a_key(write: Opener, poll: Poll) -> None:
    with write() as session, pytest.raises(NotAllowedNowError):
        profiles.tell(session, poll.id, "somebody", WOMEN)


def test_closing_writes_the_cells_onto_renamed_ballots(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_asking(session)
        come(session, poll, (WOMEN, (2, 1, 0)), ({}, (0, 0, 1)))
        before = set(session.scalars(select(Ballot.voter_key)))
        close(session, poll)
    with read() as session:
        assert told(read) == []
        ballots = session.scalars(select(Ballot)).all()
        options = [option.id for option in session.get_one(Poll, poll.id).questions[0].options]
        assert sorted((each.cell, *each.choices) for each in ballots) == sorted(
            [("", options[2]), *[("female|||", options[0])] * 2, ("female|||", options[1])]
        )
        assert before & {each.voter_key for each in ballots} == set()


def test_a_close_that_forgets_to_forget_is_found(
    app: Flask, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotaged twin: profiles that outlive their poll are what fsck looks for."""
    monkeypatch.setattr(lifecycle, "forget_all", lambda _session, _poll_id: None)
    with write() as session:
        poll = make_asking(session)
        come(session, poll, (WOMEN, (1,)))
        close(session, poll)
    with app.app_context():
        found = differences(db.session())
    assert found == [f"profiles: poll {poll.slug} is closed and still keeps profiles"]
    with write() as session:
        profiles.forget_all(session, poll.id)


def test_what_a_poll_asks_is_frozen_once_it_has_opened(write: Opener, poll: Poll) -> None:
    with write() as session:
        profiles.ask_for(session, None, poll.id, (Attribute.AGE, Attribute.SEX), FirstRelease.CLOSE)
        with pytest.raises(NotAllowedNowError):
            profiles.ask_for(session, None, poll.id, (Attribute.SEX,), FirstRelease.CLOSE)


def test_a_duplicate_asks_for_the_same(write: Opener, poll: Poll) -> None:
    with write() as session:
        actor = Viewer(make_account(session, Role.ORGANIZER).id)
        copy = duplicate_poll(session, actor, poll.id, now=NOW)
        assert ask_of(session, copy.id).attributes == (Attribute.SEX, Attribute.AGE)


def test_the_desk_chooses_what_to_ask(sign_in: Any, write: Opener, read: Opener) -> None:
    desk = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_poll(session, OPINION, state=PollState.DRAFT)
        session.get_one(Poll, poll.id).author_id = desk.account_id
    url = f"/en/desk/polls/{poll.id}/profile"
    wanted = {"attributes": ["age", "zone"], "first": "1000", "margins": ""}
    assert desk.send(url, wanted).status_code == 303
    with read() as session:
        ask = session.get_one(ProfileAsk, poll.id)
        assert (ask.attributes, ask.first_release) == (["age", "zone"], "1000")
    assert desk.send(url, {"attributes": ["blood"], "first": "1000"}).status_code == 422


def test_a_cell_reads_as_it_was_written() -> None:
    profile = {Attribute.AGE: "20s", Attribute.COUNTRY: "europe"}
    assert profile_of(cell_of(profile)) == profile
    assert profile_of("") == {}
