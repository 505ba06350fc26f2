"""The attack of `proofs.unlinkable`, small: it finds nothing, and each thing that is broken."""

import json
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hanmadang.kernel.ids import new_key
from hanmadang.polls import sheets
from hanmadang.polls.domain import change_state, secret_casting, secret_closing
from hanmadang.polls.models import Mode, PollState
from hanmadang.polls.shapes import Answer
from proofs.linking import Trace, Try, by_order, by_traces
from proofs.unlinkable import attack
from tests.factories.polls import NOW, OPINION, ballot, cast, make_poll

Opener = Callable[[], Any]
VOTERS = 90


def links(tries: list[Try]) -> set[str]:
    return {each.name for each in tries if each.links}


@pytest.mark.slow
def test_no_attack_links_a_voter_of_a_secret_poll(tmp_path: Path) -> None:
    tries = attack(tmp_path, Mode.SECRET, VOTERS, random.Random(7))
    assert {re.split("[,:]", each.name)[0] for each in tries} == {
        "traces of each vote", "trace", "order of names", "order of rows", "place in the log",
        "place in the file",
    }  # fmt: skip
    assert links(tries) == set()


@pytest.mark.slow
def test_the_twin_whose_counters_move_is_caught(tmp_path: Path) -> None:
    tries = attack(tmp_path, Mode.EDITABLE, VOTERS, random.Random(7))
    assert "traces of each vote" in links(tries)


@pytest.mark.slow
def test_the_twin_without_padding_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bare(answers: Mapping[int, Answer], _room: int) -> bytes:
        return json.dumps({str(each): list(answers[each]) for each in answers}).encode()

    monkeypatch.setattr(sheets, "written", bare)
    found = links(attack(tmp_path, Mode.SECRET, VOTERS, random.Random(7)))
    assert "trace: poll_envelope sealed length" in found


@pytest.mark.slow
def test_the_twin_that_names_envelopes_and_ballots_in_turn_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (secret_casting, secret_closing):
        turn = iter(range(10_000))
        monkeypatch.setattr(module, "new_key", lambda turn=turn: f"{next(turn):022}")
    found = links(attack(tmp_path, Mode.SECRET, VOTERS, random.Random(7)))
    assert {"order of names", "order of rows"} <= found


@pytest.mark.parametrize("at_once", [1, 7])
def test_rows_lie_in_no_order_that_tells_and_belong_to_one_transaction(
    write: Opener, read: Opener, at_once: int
) -> None:
    chance = random.Random(7)
    answers = [turn % 3 for turn in range(VOTERS)]
    chance.shuffle(answers)
    with write() as session:
        poll = make_poll(session, OPINION, mode=Mode.SECRET)
        question = poll.questions[0]
        places = {option.id: place for place, option in enumerate(question.options)}
        batches = [answers[start : start + at_once] for start in range(0, VOTERS, at_once)]
    for batch in batches:
        with write() as session:
            cast(session, *(ballot(question, each, voter=new_key()) for each in batch))
    with write() as session:
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    with read() as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        order, made = ("voter_key", "1") if is_sqlite else ("ctid", "xmin::text")
        statement = f"SELECT choices, {made} FROM poll_ballot ORDER BY {order}"  # noqa: S608
        rows = session.execute(text(statement)).all()
    stored = [json.loads(c) if isinstance(c, str) else c for c, _made in rows]
    assert len({made for _choices, made in rows}) == 1
    assert links(by_order(order, [places[each[0]] for each in stored], answers)) == set()


def test_the_attack_itself_finds_a_trace_that_goes_with_an_answer() -> None:
    answers = [0, 1] * 40
    random.Random(3).shuffle(answers)
    telling: list[set[Trace]] = [
        {("table", "column", answer), ("turn", turn)} for turn, answer in enumerate(answers)
    ]
    silent: list[set[Trace]] = [{("turn", turn)} for turn, _answer in enumerate(answers)]
    assert by_traces(telling, answers).links
    assert not by_traces(silent, answers).links


def test_the_attack_itself_finds_the_order_of_voting() -> None:
    answers = [0, 1, 2] * 30
    random.Random(3).shuffle(answers)
    assert links(by_order("rows", answers, answers)) == {"rows"}
    assert links(by_order("rows", answers[::-1], answers)) == {"rows, backwards"}
