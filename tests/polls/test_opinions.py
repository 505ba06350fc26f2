"""Opinion groups of a poll: worked out beside the pages, published in batches, recomputable."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import use_locale
from hanmadang.polls import jobs
from hanmadang.polls.domain import change_state, reveal
from hanmadang.polls.domain.opinions import claim
from hanmadang.polls.models import PollState, Question, ResultsShown
from hanmadang.polls.models_statements import OpinionResult
from hanmadang.polls.opinion.batches import in_steps
from hanmadang.polls.queries.opinions import Due, due
from hanmadang.polls.shapes import Settings
from hanmadang.polls.texts import HIDDEN
from tests.conftest import Browser
from tests.factories.polls import NOW, make_poll
from tests.factories.statements import STATEMENTS, A, cast_votes, make_statements, two_camps

Opener = Callable[[], Any]
SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "opinion-groups.py"


@pytest.fixture
def camps(write: Opener) -> tuple[int, str, int]:
    """An open poll with two camps of forty: poll, slug, question."""
    with write() as session:
        poll = make_statements(session)
        cast_votes(session, poll.questions[0], two_camps(80))
        return poll.id, poll.slug, poll.questions[0].id


def stored(read: Opener) -> OpinionResult:
    with read() as session:
        found: OpinionResult = session.scalars(select(OpinionResult)).one()
        session.expunge(found)
        return found


def close(write: Opener, poll_id: int) -> None:
    with write() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)


def test_groups_are_published_and_a_second_look_finds_nothing_to_do(
    app: Flask, camps: tuple[int, str, int], read: Opener
) -> None:
    jobs.refresh_opinions(app)
    found = stored(read)
    assert (found.version, found.people, found.final) == (1, 80, False)
    assert [group["name"] for group in found.shown["groups"]] == ["A", "B"]
    with read() as session:
        assert due(session) == []


def test_the_page_says_what_is_shared_and_what_divides(
    app: Flask, client: Browser, camps: tuple[int, str, int]
) -> None:
    jobs.refresh_opinions(app)
    page = client.get(f"/en/polls/{camps[1]}/opinions").text
    assert page.index("Cities should begin the exchange.") < page.index("What divides people")
    assert "Stability: " in page
    assert "Group A" in page
    assert "의견 집단" in client.get(f"/ko/polls/{camps[1]}/opinions").text


@pytest.mark.parametrize(
    "shown", [ResultsShown.CLOSED, ResultsShown.MODERATOR, ResultsShown.AFTER_VOTE]
)
def test_results_that_wait_wait_here_too(
    app: Flask, client: Browser, write: Opener, shown: ResultsShown
) -> None:
    with write() as session:
        poll = make_poll(session, replace(STATEMENTS, results_shown=shown))
        cast_votes(session, poll.questions[0], two_camps(80))
    jobs.refresh_opinions(app)
    for language, found in (("en", "What divides people</h2>"), ("ko", "의견이 갈리는 문장</h2>")):
        page = client.get(f"/{language}/polls/{poll.slug}/opinions").text
        with use_locale(language):
            assert str(HIDDEN[shown]) in page
        assert found not in page
    close(write, poll.id)
    jobs.refresh_opinions(app)
    assert "Stability: " in client.get(f"/en/polls/{poll.slug}/opinions").text


def test_the_moderators_word_and_ones_own_vote_show_them(
    app: Flask, client: Browser, write: Opener
) -> None:
    with write() as session:
        polls = [
            make_poll(session, replace(STATEMENTS, results_shown=shown))
            for shown in (ResultsShown.MODERATOR, ResultsShown.AFTER_VOTE)
        ]
        for poll in polls:
            cast_votes(session, poll.questions[0], two_camps(80))
        first, second = ((poll.id, poll.slug, poll.questions[0].id) for poll in polls)
        vote = 4 * polls[1].questions[0].options[0].id + A
    jobs.refresh_opinions(app)
    with write() as session:
        reveal(session, None, first[0], first[2], revealed=True)
    client.send(f"/en/polls/{second[1]}/statements/vote", {f"q{second[2]}": vote})
    for _id, slug, _question in (first, second):
        assert "Stability: " in client.get(f"/en/polls/{slug}/opinions").text


def test_before_the_first_result_the_page_says_why(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_statements(session)
        cast_votes(session, poll.questions[0], two_camps(29))
        slug = poll.slug
    assert "from 30 participants on" in client.get(f"/en/polls/{slug}/opinions").text


def test_without_a_pattern_the_page_says_why_there_are_no_groups(
    app: Flask, client: Browser, write: Opener
) -> None:
    with write() as session:
        poll = make_statements(session)
        cast_votes(session, poll.questions[0], [dict.fromkeys(range(12), A)] * 40)
        slug = poll.slug
    jobs.refresh_opinions(app)
    page = client.get(f"/en/polls/{slug}/opinions").text
    assert "There are opinions, but no groups." in page
    assert "Agree: 100.0% (40 of 40)" in page


# --- Batches ----------------------------------------------------------------------------------


def form(agree: int, rest: int, people: int = 80, size: int = 40) -> dict[str, Any]:
    """A published form with one statement and one group."""
    fact = {"statement": 1, "stance": "agree", "parts": [agree, rest]}
    group = {"name": "A", "size": size, "typical": []}
    lists = {"consensus": [fact], "across": [], "divided": []}
    return {"people": people, **lists, "groups": [group]}


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ((50, 20), [50, 20]),
        ((51, 20), [50, 20]),
        ((59, 29), [50, 20]),
        ((60, 21), [60, 20]),
        ((60, 30), [60, 30]),
        ((40, 20), [40, 20]),
    ],
    ids=["as before", "one more", "nine more", "ten, and one of the rest", "ten of both", "fewer"],
)
def test_each_count_stays_until_it_has_moved_by_ten(now: tuple[int, int], shown: list[int]) -> None:
    _before, ledger = in_steps(form(50, 20), {})
    after, _ledger = in_steps(form(*now), ledger)
    assert after["consensus"][0]["parts"] == shown


def test_small_steps_add_up_until_they_make_ten() -> None:
    ledger: dict[str, list[int]] = {}
    seen: list[tuple[int, int]] = []
    for more in range(0, 25, 4):
        after, ledger = in_steps(form(50 + more, 20, size=40 + more), ledger)
        seen.append((after["consensus"][0]["parts"][0], after["groups"][0]["size"]))
    assert seen == [(50, 40)] * 3 + [(62, 52)] * 3 + [(74, 64)]


def test_a_count_that_was_out_of_sight_is_still_compared() -> None:
    _first, ledger = in_steps(form(50, 20), {})
    _second, ledger = in_steps(form(60, 20) | {"consensus": []}, ledger)
    third, _ledger = in_steps(form(51, 20), ledger)
    assert third["consensus"][0]["parts"] == [50, 20]


def test_one_more_vote_publishes_nothing(
    app: Flask, camps: tuple[int, str, int], write: Opener, read: Opener
) -> None:
    jobs.refresh_opinions(app)
    with write() as session:
        cast_votes(session, session.get_one(Question, camps[2]), two_camps(1, 2))
    jobs.refresh_opinions(app)
    assert stored(read).version == 1


def counts(shown: dict[str, Any]) -> dict[str, list[int]]:
    """Every count of a published form, the map's aside, by a name."""
    return in_steps(shown, {})[1]


def test_after_ten_more_people_no_count_has_moved_by_less_than_ten(
    app: Flask, camps: tuple[int, str, int], write: Opener, read: Opener
) -> None:
    jobs.refresh_opinions(app)
    before = stored(read)
    with write() as session:
        cast_votes(session, session.get_one(Question, camps[2]), two_camps(10, 2))
    jobs.refresh_opinions(app)
    after = stored(read)
    assert (after.tried, after.version, after.people) == (90, 2, 90)
    earlier = counts(before.shown)
    moved = [
        abs(now - then)
        for name, parts in counts(after.shown).items()
        for now, then in zip(parts, earlier.get(name, parts), strict=True)
    ]
    assert all(step == 0 or step >= 10 for step in moved)


def letters(
    app: Flask, question_id: int, write: Opener, read: Opener, forget: Opener
) -> list[bool]:
    """Whether group A is the first camp: at first, and after each camp in turn has grown most."""
    found = []
    for people, first in ((0, 0.5), (200, 0.05), (800, 0.95)):
        with write() as session:
            forget()
            cast_votes(session, session.get_one(Question, question_id), two_camps(people, 2, first))
        jobs.refresh_opinions(app)
        group = stored(read).shown["groups"][0]
        places = {fact["statement"]: fact["stance"] == "agree" for fact in group["typical"]}
        (camp,) = {(id_ % 2 == 0) == agrees for id_, agrees in places.items()}
        found.append(camp)
    assert stored(read).version == 3
    return found


def test_letters_stay_whichever_camp_grows(
    app: Flask, camps: tuple[int, str, int], write: Opener, read: Opener
) -> None:
    assert len(set(letters(app, camps[2], write, read, lambda: None))) == 1


def test_the_twin_that_forgets_names_the_largest_group_a(
    app: Flask, camps: tuple[int, str, int], write: Opener, read: Opener
) -> None:
    def forget() -> None:
        db.session.execute(update(OpinionResult).values(memory={}))

    assert len(set(letters(app, camps[2], write, read, forget))) == 2


def test_of_two_processes_one_works_it_out(camps: tuple[int, str, int], write: Opener) -> None:
    one = Due(camps[2], final=False, answered=80, tried=0)
    with write() as session:
        assert claim(session, one)
    with write() as session:
        assert not claim(session, one)


# --- After the close --------------------------------------------------------------------------


def test_the_final_result_depends_on_the_votes_alone_and_remembers_nobody(
    app: Flask, client: Browser, camps: tuple[int, str, int], write: Opener, read: Opener
) -> None:
    jobs.refresh_opinions(app)
    close(write, camps[0])
    waiting = client.get(f"/en/polls/{camps[1]}/opinions").text
    assert "This is the final result" not in waiting
    jobs.refresh_opinions(app)
    found = stored(read)
    assert (found.final, found.memory, found.ledger) == (True, {}, {})
    assert "This is the final result" in client.get(f"/en/polls/{camps[1]}/opinions").text


def test_the_script_recomputes_the_page_from_the_open_rows(
    app: Flask, client: Browser, write: Opener, read: Opener, tmp_path: Path
) -> None:
    with write() as session:
        poll = make_statements(session)
        rows = two_camps(150)
        cast_votes(
            session,
            poll.questions[0],
            [{k: v for k, v in row.items() if k != n % 7} for n, row in enumerate(rows)],
        )
        poll_id, slug = poll.id, poll.slug
    close(write, poll_id)
    jobs.refresh_opinions(app)
    for name in ("statements", "votes"):
        (tmp_path / name).write_bytes(client.get(f"/polls/{slug}/{name}.csv").data)
    command = [sys.executable, str(SCRIPT), str(tmp_path / "statements"), str(tmp_path / "votes")]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert stored(read).shown["groups"]
    assert told == stored(read).shown


def test_open_rows_are_one_device_each_and_name_nobody(
    app: Flask, client: Browser, camps: tuple[int, str, int], write: Opener
) -> None:
    assert client.get(f"/polls/{camps[1]}/votes.csv").status_code == 404
    close(write, camps[0])
    assert client.get(f"/polls/{camps[1]}/votes.csv").status_code == 404
    jobs.refresh_opinions(app)
    sheet = client.get(f"/polls/{camps[1]}/votes.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert set(rows[0]) == {"participant", "statement", "vote"}
    assert {int(row["participant"]) for row in rows} == set(range(1, 81))
    assert {row["vote"] for row in rows} == {"agree", "disagree", "pass"}


@pytest.mark.parametrize(("people", "rows"), [(29, True), (80, False)], ids=["few", "not wanted"])
def test_no_rows_of_few_people_or_against_the_authors_word(
    app: Flask, client: Browser, write: Opener, people: int, rows: bool
) -> None:
    with write() as session:
        poll = make_statements(session, settings=Settings(rows=rows))
        cast_votes(session, poll.questions[0], two_camps(people))
        poll_id, slug = poll.id, poll.slug
    close(write, poll_id)
    jobs.refresh_opinions(app)
    for name in ("statements", "votes"):
        assert client.get(f"/polls/{slug}/{name}.csv").status_code == 404


def test_the_web_start_loads_no_numpy() -> None:
    code = (
        "import sys; sys.path.insert(0, 'platform');"
        "import hanmadang.polls.wiring; print('numpy' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=SCRIPT.parents[1],
    )  # fmt: skip
    assert told.stdout.strip() == "False"
