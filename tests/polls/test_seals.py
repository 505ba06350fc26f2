"""The seal of a closed poll: anybody can recompute it, and it tells nobody who answered what."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from hanmadang.kernel.db import db, transaction
from hanmadang.polls import merkle
from hanmadang.polls.checks import seals
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState, Receipt, Seal
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, ballot, cast, make_poll

Opener = Callable[[], Any]
Given = tuple[str, list[str]]


@pytest.fixture
def closed(write: Opener) -> Given:
    """A closed poll of 40 people: its slug and their receipts."""
    with write() as session:
        poll = make_poll(session, OPINION)
        question = poll.questions[0]
        given = cast(session, *(ballot(question, n % 2, voter=f"v{n}") for n in range(40)))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        return poll.slug, [str(getattr(result, "receipt", "")) for result in given]


def test_the_tree_is_that_of_the_standard() -> None:
    def leaf(text: bytes) -> bytes:
        return hashlib.sha256(b"\x00" + text).digest()

    left = hashlib.sha256(b"\x01" + leaf(b"a") + leaf(b"b")).digest()
    assert merkle.root([]) == hashlib.sha256(b"").hexdigest()
    assert merkle.root(["a"]) == leaf(b"a").hex()
    whole = hashlib.sha256(b"\x01" + left + leaf(b"c")).hexdigest()
    assert merkle.root(["a", "b", "c"]) == whole


def test_every_counted_receipt_is_sealed(closed: Given, read: Opener) -> None:
    with read() as session:
        kept = session.scalars(select(Receipt.receipt).order_by(Receipt.receipt)).all()
        made = session.scalars(select(Seal)).one()
        assert list(kept) == sorted(closed[1])
        assert (made.receipts, made.root) == (40, merkle.root(kept))


def test_only_the_last_receipt_of_changed_answers_is_sealed(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
        first = cast(session, ballot(poll.questions[1], 0, voter="v"))[0]
        last = cast(session, ballot(poll.questions[1], 1, voter="v"))[0]
        cast(session, ballot(poll.questions[1], 0, voter="w"), ballot(poll.questions[1], voter="w"))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    with read() as session:
        kept = session.scalars(select(Receipt.receipt)).all()
        assert kept == [getattr(last, "receipt", "")]
        assert getattr(first, "receipt", "") not in kept


def test_a_receipt_has_no_column_for_a_ballot_a_time_or_an_order() -> None:
    assert set(Receipt.__table__.columns.keys()) == {"poll_id", "receipt"}
    assert [column.name for column in Receipt.__table__.primary_key] == ["poll_id", "receipt"]


@pytest.mark.parametrize(
    ("language", "counted", "missing"),
    [
        ("ko", "이 응답은 집계되었습니다.", "이 번호는 목록에 없습니다"),
        ("en", "These answers were counted.", "This receipt is not among them"),
    ],
)
def test_a_receipt_can_be_looked_up(
    client: Browser, closed: Given, language: str, counted: str, missing: str
) -> None:
    slug, receipts = closed
    page = f"/{language}/polls/{slug}/results"
    assert counted in client.get(page, query_string={"receipt": f" {receipts[7].upper()} "}).text
    assert missing in client.get(page, query_string={"receipt": "0" * 20}).text
    plain = client.get(page).text
    assert counted not in plain
    assert missing not in plain


def test_an_open_poll_has_no_record(client: Browser, write: Opener) -> None:
    with write() as session:
        slug = make_poll(session, OPINION).slug
    assert client.get(f"/polls/{slug}/record.json").status_code == 404


def verify(root: Path, record: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The script for everybody, without our package in sight."""
    command = [sys.executable, "-I", str(root / "docs" / "verify-poll.py"), str(record), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=record.parent)


@pytest.fixture
def record(client: Browser, closed: Given, tmp_path: Path) -> Path:
    """The file as somebody downloaded it."""
    path = tmp_path / "record.json"
    path.write_bytes(client.get(f"/polls/{closed[0]}/record.json").data)
    return path


def test_a_stranger_recomputes_the_record(root: Path, record: Path, closed: Given) -> None:
    done = verify(root, record, closed[1][3])
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        f"receipt {closed[1][3]}: counted",
    )


def test_a_receipt_that_was_not_counted_is_told(root: Path, record: Path) -> None:
    done = verify(root, record, "f" * 20)
    assert done.returncode == 1
    assert "NOT COUNTED" in done.stdout


@pytest.mark.parametrize("tamper", ["drop", "double", "swell", "small"])
def test_a_changed_record_does_not_pass(root: Path, record: Path, tamper: str) -> None:
    told = json.loads(record.read_text(encoding="utf-8"))
    rows = told["questions"][0]["rows"]
    match tamper:
        case "drop":
            told["receipts"].pop()
        case "double":
            told["receipts"].insert(0, told["receipts"][0])
        case "swell":
            rows[0]["count"] += 1
        case "small":
            rows[0]["count"], rows[1]["count"] = 9, told["questions"][0]["answered"] - 9
    record.write_text(json.dumps(told), encoding="utf-8")
    done = verify(root, record)
    assert done.returncode == 1
    assert "FAULT" in done.stdout


def test_the_self_check_sees_a_receipt_that_is_gone(closed: Given, app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            one = session.scalars(select(Receipt.receipt)).first()
            session.execute(delete(Receipt).where(Receipt.receipt == one))
        assert list(seals(db.session())) == [
            f"poll {closed[0]}: the receipts are not those of its seal"
        ]
        with transaction() as session:  # as it was, for the check after every test
            poll_id = session.scalars(select(Poll.id)).one()
            session.add(Receipt(poll_id=poll_id, receipt=str(one)))


def test_a_root_that_was_changed_is_seen(closed: Given, app: Flask) -> None:
    with app.app_context():
        before = db.session().scalars(select(Seal.root)).one()
        with transaction() as session:
            session.execute(update(Seal).values(root="0" * 64))
        assert list(seals(db.session())) == [
            f"poll {closed[0]}: the receipts are not those of its seal"
        ]
        with transaction() as session:
            session.execute(update(Seal).values(root=before))
