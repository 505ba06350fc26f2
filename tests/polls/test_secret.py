"""Secret polls: sealed until the close, final, counted all at once."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Role
from hanmadang.polls import sheets
from hanmadang.polls.checks import secret_polls
from hanmadang.polls.domain import (
    Accepted,
    BallotSet,
    Refusal,
    Refused,
    cast_many,
)
from hanmadang.polls.domain.secret_casting import purpose_of
from hanmadang.polls.models import Ballot, Mode, Poll, Question, Receipt, Seal
from hanmadang.polls.models_secret import Box, Envelope, Participation
from hanmadang.polls.queries.shapes import shapes_of
from tests.conftest import Browser
from tests.factories.polls import (
    BETWEEN,
    KNOWLEDGE,
    MINUTES,
    OPINION,
    POINTS,
    RANKED,
    TWO_OR_THREE,
    ballot,
    cast,
    counts,
    make_poll,
)
from tests.factories.secret import Hall, close, open_hall, rows, send

Opener = Callable[[], Any]


@pytest.fixture
def hall(write: Opener) -> Hall:
    return open_hall(write)


def test_a_participation_and_an_envelope_share_no_column() -> None:
    assert set(Participation.__table__.columns.keys()) == {"poll_id", "voter_key", "idem"}
    assert set(Envelope.__table__.columns.keys()) == {"poll_id", "name", "sealed"}


def test_sqlite_keeps_no_row_number_for_either(read: Opener) -> None:
    with read() as session:
        if session.get_bind().dialect.name != "sqlite":
            return
        for table in ("poll_participation", "poll_envelope", "poll_code"):
            made = text("SELECT sql FROM sqlite_master WHERE name = :name")
            assert "WITHOUT ROWID" in session.scalar(made, {"name": table})


def test_while_open_only_the_number_of_people_moves(
    client: Browser, hall: Hall, write: Opener, read: Opener
) -> None:
    with write() as session:
        for place in (0, 0, 1):
            assert isinstance(send(session, hall, place), Accepted)
    with read() as session:
        question = session.get_one(Question, hall.question)
        assert (counts(question), question.answered, rows(session, Ballot)) == ([0, 0, 0], 0, 0)
        assert session.get_one(Box, hall.poll_id).participants == 3
    shown = client.get(f"/live/{hall.code}.json").get_json()["questions"][0]
    assert shown == {"id": hall.question, "answered": 3, "options": []}


def test_closing_counts_every_envelope_and_leaves_nothing_else(
    hall: Hall, write: Opener, read: Opener
) -> None:
    with write() as session:
        given = [send(session, hall, place) for place in (0, 0, 1, 2, 0)]
    close(write, hall.poll_id)
    with read() as session:
        question = session.get_one(Question, hall.question)
        assert (counts(question), question.answered, rows(session, Ballot)) == ([3, 1, 1], 5, 5)
        assert [rows(session, each) for each in (Box, Participation, Envelope)] == [0, 0, 0]
        assert set(session.scalars(select(Receipt.receipt))) == {each.receipt for each in given}
        assert session.scalars(select(Seal.receipts)).one() == 5
        assert session.get_one(Poll, hall.poll_id).secret is None


def test_a_second_sending_is_refused_and_the_same_one_is_acknowledged(
    hall: Hall, write: Opener, read: Opener
) -> None:
    with write() as session:
        first = send(session, hall, 0, voter="v", key="one-key-")
        again = send(session, hall, 0, voter="v", key="one-key-")
        other = send(session, hall, 1, voter="v", key="other-key")
        assert (again.receipt, again.repeated) == (first.receipt, True)
        assert other == Refused(Refusal.ALREADY)
    close(write, hall.poll_id)
    with read() as session:
        assert counts(session.get_one(Question, hall.question)) == [1, 0, 0]


def test_twice_in_one_batch_is_still_one_envelope(hall: Hall, write: Opener) -> None:
    with write() as session:
        question = session.get_one(Question, hall.question)
        twins = [ballot(question, 0, voter="v", key="the-key-")] * 2
        late = ballot(question, 1, voter="v", key="late-key")
        results = cast_many(session, [*twins, late])
        assert [type(each) for each in results] == [Accepted, Accepted, Refused]
        assert rows(session, Envelope) == 1


def test_open_and_secret_polls_share_a_batch(hall: Hall, write: Opener, read: Opener) -> None:
    with write() as session:
        other = make_poll(session, OPINION).questions[0]
        secret = session.get_one(Question, hall.question)
        cast(session, ballot(other, 0), ballot(secret, 1), ballot(other, 2))
        assert rows(session, Ballot) == 2
        assert session.get_one(Box, hall.poll_id).participants == 1


def test_an_answer_that_does_not_fit_is_refused_before_it_is_sealed(
    hall: Hall, write: Opener
) -> None:
    with write() as session:
        many = BallotSet(hall.poll_id, "v", "key-key-", {hall.question: frozenset(hall.options)})
        none: BallotSet = BallotSet(hall.poll_id, "v", "key-key-", {hall.question: frozenset()})
        assert cast_many(session, [many]) == [Refused(Refusal.TOO_MANY)]
        assert cast_many(session, [none]) == [Refused(Refusal.EMPTY)]
        assert rows(session, Participation) == 0


def test_every_type_of_answer_fits_and_all_envelopes_have_one_length(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        asked = (OPINION, TWO_OR_THREE, BETWEEN, MINUTES, RANKED, POINTS)
        poll = make_poll(session, *asked, mode=Mode.SECRET)
        first, several, scale, number, ranked, points = poll.questions
        ids = [[option.id for option in each.options] for each in poll.questions]
        whole = {
            first.id: [ids[0][0]],
            several.id: ids[1][:3],
            scale.id: [ids[2][4]],
            number.id: [24],
            ranked.id: ids[4][::-1],
            points.id: [ids[5][0]] * 7 + [ids[5][2]] * 3,
        }
        short = {first.id: [ids[0][2]]}
        sent = [BallotSet(poll.id, v, "key-key-", s) for v, s in (("v", whole), ("w", short))]
        assert all(isinstance(each, Accepted) for each in cast_many(session, sent))
        lengths = {len(each) for each in session.scalars(select(Envelope.sealed))}
        assert len(lengths) == 1
    close(write, poll.id)
    with read() as session:
        held = select(Ballot.question_id, Ballot.choices)
        stored = {(question, tuple(choices)) for question, choices in session.execute(held)}
        expected = {(q, tuple(a)) for sheet in (whole, short) for q, a in sheet.items()}
        assert stored == expected


def test_answers_of_one_person_to_two_questions_get_unrelated_names(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, KNOWLEDGE, mode=Mode.SECRET)
        answers = {each.id: [each.options[0].id] for each in poll.questions}
        cast(session, BallotSet(poll.id, "v", "key-key-", answers))
    close(write, poll.id)
    with read() as session:
        assert len(set(session.scalars(select(Ballot.voter_key)))) == 2


def test_a_sheet_that_is_too_long_is_no_ballot(hall: Hall, app: Flask) -> None:
    with app.app_context():
        room = sheets.room_for(shapes_of(db.session().connection(), hall.poll_id).values())
    with pytest.raises(ValueError, match="does not fit"):
        sheets.written({hall.question: tuple(range(1000, 1200))}, room)


# The page


@pytest.mark.parametrize(
    ("language", "warned", "done", "refused"),
    [
        ("ko", "처음 보내신 응답이 확정됩니다", "봉인되었습니다", "이미 참여하셨습니다"),
        ("en", "your first answers are final", "Your answers are sealed", "already taken part"),
    ],
)
def test_the_page_warns_acknowledges_and_refuses(
    *, client: Browser, hall: Hall, language: str, warned: str, done: str, refused: str
) -> None:
    url = f"/{language}/polls/{hall.slug}"
    assert warned in client.get(url).text
    assert client.send(url, hall.sheet(1)).status_code == 303
    assert done in client.get(f"{url}/answered").text
    second = client.send(url, hall.sheet(0))
    assert (second.status_code, refused in second.text) == (409, True)


def test_the_page_never_shows_what_was_sent(client: Browser, hall: Hall) -> None:
    url = f"/en/polls/{hall.slug}"
    client.send(url, hall.sheet(1))
    assert not re.search(r'checked[^>]*name="q|name="q[^>]*checked', client.get(url).text)
    assert "What you answered" not in client.get(f"{url}/answered").text


def test_a_form_sent_again_gets_the_same_thanks(client: Browser, hall: Hall, read: Opener) -> None:
    sent = hall.sheet(1) | {"idempotency_key": "sent-twice-key"}
    for _ in range(2):
        assert client.send(f"/en/polls/{hall.slug}", sent).status_code == 303
    with read() as session:
        assert rows(session, Envelope) == 1


def test_the_receipt_on_the_page_is_sealed_at_the_close(
    client: Browser, hall: Hall, write: Opener
) -> None:
    client.send(f"/en/polls/{hall.slug}", hall.sheet(1))
    page = client.get(f"/en/polls/{hall.slug}/answered").text
    receipt = page.split('<code class="receipt">')[1].split("<")[0]
    close(write, hall.poll_id)
    results = client.get(f"/en/polls/{hall.slug}/results", query_string={"receipt": receipt})
    assert "These answers were counted." in results.text


def test_the_desk_sees_no_count_before_the_close(
    hall: Hall, sign_in: Any, client: Browser, write: Opener
) -> None:
    client.send(f"/en/polls/{hall.slug}", hall.sheet(1))
    desk = sign_in(Role.ADMINISTRATOR)
    before = desk.get(f"/en/desk/polls/{hall.poll_id}").text
    assert ("Answers: 1" in before, 'class="bars__row' in before) == (True, False)
    close(write, hall.poll_id)
    assert "bars__row" in desk.get(f"/en/desk/polls/{hall.poll_id}").text


def test_a_secret_poll_shows_its_results_at_the_close_whatever_was_asked(
    hall: Hall, read: Opener
) -> None:
    with read() as session:
        assert session.get_one(Question, hall.question).results_shown == "closed"


def test_a_duplicate_is_secret_too_and_has_a_key_of_its_own(hall: Hall, sign_in: Any) -> None:
    desk = sign_in(Role.ADMINISTRATOR)
    made = desk.send(f"/en/desk/polls/{hall.poll_id}/duplicate").location
    page = desk.get(made).text
    assert '<option selected value="secret">' in page


# What is written elsewhere


def test_audit_and_log_hold_nothing_per_voter(
    client: Browser, hall: Hall, read: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    with read() as session:
        before = rows(session, AuditEntry)
    with caplog.at_level(logging.INFO):
        client.send(f"/en/polls/{hall.slug}", hall.sheet(1))
    assert caplog.records == []
    with read() as session:
        assert rows(session, AuditEntry) == before


def test_an_error_in_the_log_quotes_no_ballot(app: Flask, hall: Hall) -> None:
    with app.app_context(), pytest.raises(Exception, match=r"no such|does not exist") as raised:
        db.session().execute(text("SELECT :choice FROM nowhere"), {"choice": "a canary"})
    assert "canary" not in str(raised.value)


def test_the_self_check_sees_a_box_that_miscounts(app: Flask, hall: Hall, write: Opener) -> None:
    with write() as session:
        send(session, hall, 0)
        session.get_one(Box, hall.poll_id).participants = 2
        session.flush()
        assert list(secret_polls(session)) == [f"poll {hall.slug} counts 2 people, its rows (1, 1)"]
        session.get_one(Box, hall.poll_id).participants = 1


def test_the_purpose_binds_an_envelope_to_its_poll() -> None:
    assert purpose_of(1) != purpose_of(11)
