"""Typed answers through the short way, on paper, in the author's form and in open data."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from hanmadang.kernel.ids import keyed
from hanmadang.kernel.permissions import NOBODY, Role
from hanmadang.polls.domain import change_state
from hanmadang.polls.domain.codes import cast_from_paper, issue
from hanmadang.polls.entry import Visitor
from hanmadang.polls.forms.answers import sent_ballot
from hanmadang.polls.models import Assurance, Poll, PollState, Question, QuestionType
from hanmadang.polls.queries import open_poll
from hanmadang.polls.shapes import Settings
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, ballot, cast, make_poll
from tests.factories.words import AT_ONCE, CLOUD, TEXT, typed, words

Opener = Callable[[], Any]
SCRIPT = Path(__file__).parents[2] / "docs" / "recompute-results.py"


def test_the_short_way_reads_what_was_typed(app: Flask, write: Opener) -> None:
    ours = keyed(str(app.secret_key), "form", "device")
    with write() as session:
        poll = make_poll(session, OPINION, CLOUD, TEXT)
        chosen, cloud, text = poll.questions
        fields = MultiDict(
            [
                ("csrf_token", ours),
                ("idempotency_key", "k" * 20),
                (f"q{chosen.id}", str(chosen.options[0].id)),
                (f"q{cloud.id}", "Bridge"),
                (f"q{cloud.id}", ""),
                (f"q{cloud.id}", "Song"),
                (f"q{text.id}", ""),
            ]
        )
        known = open_poll(session, poll.slug)
        assert known is not None
        sent = sent_ballot(fields, known, Visitor("device"))
        assert sent is not None
        assert sent.texts == {cloud.id: ("Bridge", "", "Song"), text.id: ("",)}
        cast(session, sent)
        assert words(session, cloud.id) == {"Bridge": (1, "pending"), "Song": (1, "pending")}


@pytest.mark.parametrize("size", [1, 3, 30])
def test_known_words_cost_two_statements_more(
    write: Opener, count_queries: Opener, size: int
) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        cast(session, typed(question, "Bridge"))
        ballots = [typed(question, "Bridge") for _ in range(size)]
    with write() as session, count_queries() as statements:
        cast(session, *ballots)
    assert len(statements) == 8


def test_a_poll_with_words_costs_nothing_more_where_nobody_typed(
    write: Opener, count_queries: Opener
) -> None:
    with write() as session:
        question = make_poll(session, OPINION, CLOUD).questions[0]
        sent = ballot(question, 0)
    with write() as session, count_queries() as statements:
        cast(session, sent)
    assert len(statements) == 8


def test_a_ballot_on_paper_may_hold_words(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, CLOUD, assurance=Assurance.CODES)
        [code] = issue(session, None, poll, 1, key="k" * 20)
        question_id = poll.questions[0].id
        texts = {question_id: ("Bridge",)}
        refused = cast_from_paper(session, NOBODY, poll, code, {}, key="p" * 20, texts=texts)
        assert refused is None
        assert words(session, question_id) == {"Bridge": (1, "pending")}


def test_an_author_asks_for_words(sign_in: Any, read: Opener) -> None:
    author: Browser = sign_in(Role.ORGANIZER)
    data = {
        "title_en": "Words", "questions-0-kind": "opinion", "questions-0-type": "cloud",
        "questions-0-most_words": "2", "questions-0-at_once": "y",
        "questions-0-results_shown": "live", "questions-0-text_en": "Which words?",
    }  # fmt: skip
    assert author.send("/en/desk/polls/new", data).status_code == 303
    with read() as session:
        poll = session.scalars(select(Poll)).one()
        [question] = session.scalars(select(Question)).all()
        assert (question.type, question.max_choices) == (QuestionType.CLOUD.value, 2)
        assert (Settings.of(question.settings).at_once, question.options) == (True, [])
    page = author.get(f"/en/desk/polls/{poll.id}/edit").text
    assert '<option selected value="2">2</option>' in page
    assert (
        f"/en/desk/polls/{poll.id}/words/{question.id}"
        in author.get(f"/en/desk/polls/{poll.id}").text
    )


def test_a_stranger_recomputes_the_shares(client: Browser, write: Opener, tmp_path: Path) -> None:
    with write() as session:
        poll = make_poll(session, replace(CLOUD, settings=AT_ONCE), TEXT)
        question, unread = poll.questions
        sent = [("평화를", "평화의"), ("평화",), ("Song",)]
        cast(session, *(typed(question, *texts) for texts in sent), typed(unread, "Nobody reads"))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    paths = [tmp_path / "results.csv", tmp_path / "codebook.json"]
    for path in paths:
        path.write_bytes(client.get(f"/polls/{poll.slug}/{path.name}").get_data())
    command = [sys.executable, "-I", str(SCRIPT), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "question 1 option 1 share: 100.0",
        "question 1 option 2 share: 33.3",
        "PASS: 0 faults",
    ]
