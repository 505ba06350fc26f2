"""votes.csv of a closed poll: made once, passed on in parts, never held whole."""

import gzip
import random
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, delete, func, insert, select, update

from hanmadang.kernel.db import db
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.ids import new_key
from hanmadang.polls import jobs
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Ballot, Option, PollState, Question, Tally
from hanmadang.polls.models_statements import OpinionResult, OpinionVotes
from hanmadang.polls.opinion.rows import PEOPLE
from hanmadang.polls.views import votes as view
from tests.conftest import Browser
from tests.factories.polls import NOW
from tests.factories.statements import make_statements

Opener = Callable[[], Any]
MANY, MEGABYTE = 9_000, 1024 * 1024


def closed(session: Any, people: int) -> str:
    """A closed poll with so many ballots."""
    poll = make_statements(session)
    question, chance = poll.questions[0], random.Random(1)
    ids = [option.id for option in question.options]
    said = [[4 * id_ + chance.randint(1, 3) for id_ in ids] for _ in range(people)]
    rows = [
        {"question_id": question.id, "voter_key": new_key(), "choices": each, "rev": 1, "idem": ""}
        for each in said
    ]
    table = Ballot.__table__
    assert isinstance(table, Table)
    session.execute(insert(table), rows)
    for id_ in ids:
        found = [sum(4 * id_ + stance in each for each in said) for stance in (1, 2, 3)]
        named = dict(zip(("agree", "disagree", "passed"), found, strict=True))
        session.execute(update(Tally).where(Tally.option_id == id_).values(count=people, **named))
    session.execute(update(Question).where(Question.id == question.id).values(answered=people))
    change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    return str(poll.slug)


@pytest.fixture
def slug(app: Flask, write: Opener) -> str:
    """Thousands of people, the job done."""
    with write() as session:
        made = closed(session, MANY)
    jobs.refresh_opinions(app)
    return made


@contextmanager
def most_memory() -> Iterator[Callable[[], int]]:
    """How many bytes this process held at most, beyond those it began with."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    try:
        yield lambda: tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_the_file_is_whole_in_parts_of_a_thousand_people(
    client: Browser, slug: str, read: Opener
) -> None:
    text = client.get(f"/polls/{slug}/votes.csv").text
    lines = text.removeprefix("\ufeff").splitlines()
    assert lines[0] == '"participant","statement","vote"'
    assert len(lines) == 1 + 12 * MANY
    assert [int(line.partition(",")[0]) for line in lines[1::12]] == list(range(1, MANY + 1))
    with read() as session:
        assert session.scalar(select(func.max(OpinionVotes.part))) == -(-MANY // PEOPLE)


def test_browsers_get_it_as_it_is_stored(client: Browser, slug: str, read: Opener) -> None:
    packed = client.get(f"/polls/{slug}/votes.csv", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(f"/polls/{slug}/votes.csv")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    with read() as session:
        stored = session.scalars(select(OpinionVotes.body).order_by(OpinionVotes.part))
        assert b"".join(stored) == packed.data


def test_who_has_it_is_told_so_after_one_small_query(
    client: Browser, slug: str, count_queries: Opener
) -> None:
    etag = client.get(f"/polls/{slug}/votes.csv").headers["ETag"]
    with count_queries() as statements:
        again = client.get(f"/polls/{slug}/votes.csv", headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert len(statements) == 1
    other = client.get(f"/polls/{slug}/votes.csv", headers={"If-None-Match": 'W/"other"'})
    assert other.status_code == 200


def test_what_is_too_long_is_sent_compressed_or_not_at_all(
    client: Browser, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_PLAIN", 1000)
    refused = client.get(f"/polls/{slug}/votes.csv")
    assert refused.status_code == 406
    assert "gzip으로만" in refused.text
    assert "as gzip only" in refused.text
    packed = client.get(f"/polls/{slug}/votes.csv", headers={"Accept-Encoding": "gzip"})
    assert packed.status_code == 200


def pages(client: Browser, slug: str, count_queries: Opener) -> list[list[str]]:
    """What the two pages ask the database."""
    found = []
    for path in (f"/en/polls/{slug}/opinions", f"/polls/{slug}/statements.csv"):
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        found.append(list(statements))
    return found


def test_the_pages_ask_the_same_few_things_of_few_and_of_thousands(
    app: Flask, client: Browser, slug: str, write: Opener, count_queries: Opener
) -> None:
    with write() as session:
        few = closed(session, 60)
    jobs.refresh_opinions(app)
    many, small = pages(client, slug, count_queries), pages(client, few, count_queries)
    assert [len(each) for each in many] == [len(each) for each in small] == [3, 3]
    assert not any("poll_ballot" in statement for asked in many for statement in asked)


def test_sending_holds_one_part_at_a_time(client: Browser, slug: str) -> None:
    client.get(f"/en/polls/{slug}/opinions")
    with most_memory() as held:
        reply = client.get(f"/polls/{slug}/votes.csv", buffered=False)
        length = sum(len(part) for part in reply.response)
        client.get(f"/en/polls/{slug}/opinions")
        assert held() < 1.5 * MEGABYTE < length


def test_making_it_holds_little_here(app: Flask, write: Opener) -> None:
    with write() as session:
        closed(session, MANY)
    with most_memory() as held:
        jobs.refresh_opinions(app)
        assert held() < MEGABYTE


def test_a_result_from_before_files_gets_its_file_and_stays(
    app: Flask, client: Browser, slug: str, write: Opener, read: Opener
) -> None:
    before = client.get(f"/polls/{slug}/votes.csv").data
    with write() as session:
        session.execute(delete(OpinionVotes))
        session.execute(update(OpinionResult).values(votes=None))
    assert client.get(f"/polls/{slug}/votes.csv").status_code == 404
    assert "votes.csv" not in client.get(f"/en/polls/{slug}/opinions").text
    jobs.refresh_opinions(app)
    assert client.get(f"/polls/{slug}/votes.csv").data == before
    with read() as session:
        assert session.scalars(select(OpinionResult.version)).one() == 1


def test_hidden_statements_are_not_in_the_files(app: Flask, client: Browser, write: Opener) -> None:
    with write() as session:
        slug = closed(session, 60)
        hidden = session.scalars(select(func.max(Option.id))).one()
        session.execute(update(Option).where(Option.id == hidden).values(hidden=True))
    jobs.refresh_opinions(app)
    assert f",{hidden}," not in client.get(f"/polls/{slug}/votes.csv").text
    assert f"\n{hidden}," not in client.get(f"/polls/{slug}/statements.csv").text


def test_a_file_that_was_touched_is_found(app: Flask, slug: str, write: Opener) -> None:
    """The sabotaged twin of the check."""
    with app.app_context():
        assert not [each for each in differences(db.session()) if "file of votes" in each]
    with write() as session:
        session.execute(delete(OpinionVotes).where(OpinionVotes.part == 2))
    with app.app_context():
        found = [each for each in differences(db.session()) if "file of votes" in each]
    assert len(found) == 1
    with write() as session:
        session.execute(delete(OpinionVotes))
        session.execute(update(OpinionResult).values(votes=""))
