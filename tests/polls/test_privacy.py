"""What a stored ballot is, column by column: nothing that could name anybody."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from hanmadang.polls.domain import change_state
from hanmadang.polls.entry import Visitor, voter_of
from hanmadang.polls.models import Assurance, Ballot, Poll, PollState
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]


def test_a_ballot_has_no_column_for_a_person_a_time_or_an_order() -> None:
    table = Ballot.__table__
    assert {column.name for column in table.columns} == {
        "question_id", "voter_key", "choices", "rev", "idem", "cell",
    }  # fmt: skip
    assert {key.target_fullname for key in table.foreign_keys} == {"poll_question.id"}
    assert [column.name for column in inspect(Ballot).primary_key] == ["question_id", "voter_key"]


def test_sqlite_keeps_no_row_number_for_ballots(read: Opener) -> None:
    with read() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("PostgreSQL has no row numbers")
        made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'poll_ballot'"))
        assert "WITHOUT ROWID" in made


def test_one_device_has_unrelated_names_in_two_polls(
    client: Browser, write: Opener, read: Opener
) -> None:
    with write() as session:
        polls = [make_poll(session, OPINION) for _ in range(2)]
        asked = [(p.slug, f"q{p.questions[0].id}", p.questions[0].options[0].id) for p in polls]
    for slug, field, option in asked:
        client.send(f"/en/polls/{slug}", {field: option})
    with read() as session:
        assert len({row.voter_key for row in session.scalars(select(Ballot))}) == 2


def test_after_the_close_a_device_finds_its_ballot_no_more(
    client: Browser, write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        poll_id, slug, secret = poll.id, poll.slug, str(poll.secret)
        field, option = f"q{poll.questions[0].id}", poll.questions[0].options[0].id
    client.send(f"/en/polls/{slug}", {field: option})
    with write() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)
    cookie = client.get_cookie("hm_device")
    assert cookie is not None
    with read() as session:
        (row,) = session.scalars(select(Ballot)).all()
        assert row.voter_key != voter_of(secret, Assurance.LINK, Visitor(cookie.value))
    assert "bars__row--mine" not in client.get(f"/en/polls/{slug}/results").text


def test_the_database_refuses_a_closed_poll_with_a_secret(write: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION, state=PollState.CLOSED).id
    with write() as session:
        session.get_one(Poll, poll_id).secret = "kept"
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_no_page_shows_the_secret(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        slug, code, secret = poll.slug, poll.code, str(poll.secret)
    for path in (f"/en/polls/{slug}", f"/en/polls/{slug}/results", f"/live/{code}.json"):
        assert secret not in client.get(path).text
