"""When a poll was answered: bursts are flagged and nothing is left out; no slice is small."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.permissions import Role
from hanmadang.polls.bursts import Burst, bursts_of
from hanmadang.polls.checks_pace import times as check_times
from hanmadang.polls.domain import cast_many, change_state
from hanmadang.polls.domain.stage import Tap, perform
from hanmadang.polls.models import Ballot, Mode, Poll, PollState
from hanmadang.polls.models_pace import Pace, Times
from hanmadang.polls.staging import Act
from hanmadang.polls.times import Slice, hours_of, minute_of, slices_of, step_of
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, ballot, cast, counts, make_poll

Opener = Callable[[], Any]
SCRIPT = Path(__file__).parents[2] / "docs" / "recompute-results.py"


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def crowd(session: Session, poll: Poll, *arrivals: tuple[int, int]) -> None:
    """So many people answer for the first time, so many minutes after the opening."""
    for minutes, people in arrivals:
        ballots = [ballot(poll.questions[0], n % 3) for n in range(people)]
        cast_many(session, ballots, now=after(minutes))


def close(session: Session, poll: Poll, minutes: int = 300) -> None:
    change_state(session, None, poll.id, PollState.CLOSED, now=after(minutes))


# The rule


def test_a_minute_far_above_the_pace_before_it_is_a_burst() -> None:
    assert bursts_of({100: 2, 110: 40, 111: 35, 130: 31}, ()) == [
        Burst(110, 112, 75),
        Burst(130, 131, 31),
    ]


def test_few_people_are_no_burst_however_quiet_it_was() -> None:
    assert bursts_of({100: 29}, ()) == []


def test_a_busy_poll_needs_more_for_a_burst() -> None:
    usual = dict.fromkeys(range(60), 10)
    assert bursts_of(usual | {60: 50}, ()) == []
    assert bursts_of(usual | {60: 51}, ()) == [Burst(60, 61, 51)]


@pytest.mark.parametrize(("minute", "is_burst"), [(50, 0), (52, 0), (53, 1)])
def test_a_hall_that_was_just_asked_is_no_burst(minute: int, is_burst: int) -> None:
    assert len(bursts_of({minute: 400}, {50})) == is_burst


def test_a_lasting_rush_becomes_the_usual_pace() -> None:
    (burst,) = bursts_of(dict.fromkeys(range(60), 40), ())
    assert (burst.start, burst.end) == (0, 15)


# Slices


@pytest.mark.parametrize(
    ("took", "step"),
    [(0, 10), (179, 10), (180, 60), (3 * 1440, 1440), (60 * 1440, 7 * 1440)],
)
def test_the_longer_a_poll_ran_the_wider_the_slices(took: int, step: int) -> None:
    assert step_of({1000: 1, 1000 + took: 1}) == step


def test_slices_are_merged_until_each_holds_ten() -> None:
    people = {0: 12, 10: 4, 20: 5, 30: 1, 40: 30, 50: 3}
    assert slices_of(people, 10, 0) == [Slice(0, 10, 12), Slice(10, 40, 10), Slice(40, 60, 33)]


def test_quiet_stretches_join_the_slice_that_ends_them() -> None:
    assert slices_of({0: 10, 95: 10}, 10, 0) == [Slice(0, 10, 10), Slice(10, 100, 10)]


def test_fewer_than_ten_give_no_slice() -> None:
    assert slices_of({0: 9}, 10, 0) == slices_of({}, 10, 0) == []


def test_days_are_those_of_the_house() -> None:
    """15:00 UTC is midnight in Korea."""
    assert slices_of({900: 10, 899: 10}, 1440, 540) == [
        Slice(-540, 900, 10),
        Slice(900, 2340, 10),
    ]
    assert hours_of([900, 930, 965], 540) == [(900, 2), (960, 1)]


# What is kept


def paces(session: Session) -> list[tuple[int, int, bool]]:
    rows = session.execute(select(Pace.minute, Pace.people, Pace.asked).order_by(Pace.minute))
    return [(minute - minute_of(NOW), people, asked) for minute, people, asked in rows]


def test_only_first_answers_are_counted_and_nobody_is_named(write: Opener, read: Opener) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        sent = [ballot(question, 0, voter=voter) for voter in "ab"]
        cast_many(session, sent, now=after(3))
        cast_many(session, [ballot(question, 1, voter="a")], now=after(4))
        cast_many(session, [sent[1], ballot(question)], now=after(5))
    with read() as session:
        assert paces(session) == [(0, 0, True), (3, 2, False)]
    assert set(Pace.__table__.columns.keys()) == {"poll_id", "minute", "people", "asked"}


def test_a_newcomer_costs_one_statement_and_a_change_none(
    write: Opener, count_queries: Opener
) -> None:
    with write() as session:
        question = make_poll(session, OPINION).questions[0]
        cast(session, ballot(question, 0, voter="a"))
    for places, paced in (((0,), 1), ((0, 1), 1), ((), 0)):
        with write() as session, count_queries() as statements:
            newcomers = [ballot(question, place) for place in places]
            cast(session, *newcomers, ballot(question, 1 + len(places) % 2, voter="a"))
        assert sum("poll_pace" in each for each in statements) == paced


def test_a_question_put_to_the_room_is_remembered(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
        second = Tap(Act.GO, poll.questions[1].id)
        perform(session, None, poll.id, second, seen=0, now=after(7))
        perform(session, None, poll.id, Tap(Act.HOLD), seen=1, now=after(9))
        change_state(session, None, poll.id, PollState.PAUSED, now=after(11))
        perform(session, None, poll.id, second, seen=2, now=after(12))
        change_state(session, None, poll.id, PollState.OPEN, now=after(14))
    with read() as session:
        assert paces(session) == [(0, 0, True), (7, 0, True), (14, 0, True)]


def test_closing_keeps_slices_and_hours_and_forgets_the_minutes(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (1, 40), (25, 4), (31, 7), (62, 45))
        close(session, poll)
    with read() as session:
        kept = session.get_one(Times, poll.id)
        start = minute_of(NOW)
        assert (kept.people, kept.step) == (96, 10)
        assert [[a - start, b - start, n] for a, b, n in kept.slices] == [
            [0, 10, 40], [10, 40, 11], [40, 70, 45],
        ]  # fmt: skip
        assert [[hour - start, count] for hour, count in kept.bursts] == [[30, 1]]
        assert session.scalars(select(Pace)).all() == []


def test_nothing_is_left_out_for_a_burst(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (60, 300))
        close(session, poll)
    with read() as session:
        assert counts(session.get_one(Poll, poll.id).questions[0]) == [100, 100, 100]
        assert len(session.get_one(Times, poll.id).bursts) == 1


def test_a_secret_poll_keeps_no_time_at_all(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, mode=Mode.SECRET)
        crowd(session, poll, (1, 40))
        change_state(session, None, poll.id, PollState.PAUSED, now=after(2))
        change_state(session, None, poll.id, PollState.OPEN, now=after(3))
        assert session.scalars(select(Pace)).all() == []
        close(session, poll)
    with read() as session:
        assert session.scalars(select(Times)).all() == []


def test_a_poll_that_ran_before_minutes_were_counted_tells_none(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        session.execute(update(Pace).values(asked=False))
        crowd(session, poll, (5, 40))
        close(session, poll)
    with read() as session:
        assert session.scalars(select(Times)).all() == []


# The self-check


def faults(read: Opener) -> list[str]:
    with read() as session:
        return list(check_times(session))


def test_the_check_finds_somebody_counted_twice(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (5, 2))
        session.execute(update(Pace).where(Pace.people > 0).values(people=3))
    assert faults(read) == [f"poll {poll.slug} counts 3 by the minute, 2 answered"]
    with write() as session:
        session.execute(update(Pace).where(Pace.people > 0).values(people=2))
    assert faults(read) == []


def test_the_check_finds_a_small_slice(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (5, 20))
        close(session, poll)
        kept = session.get_one(Times, poll.id)
        whole, (start, end, _people) = kept.slices, kept.slices[0]
        kept.slices = [[start, start + 5, 9], [start + 5, end, 10]]
    assert faults(read) == [
        f"poll {poll.slug}: a slice holds fewer than ten people",
        f"poll {poll.slug}: its slices do not add up",
    ]
    with write() as session:
        session.get_one(Times, poll.id).slices = whole


# Pages and files


@pytest.fixture
def evening(write: Opener) -> Poll:
    """A closed poll, opened at 7:30 pm in Seoul, with one burst at 8:32 pm."""
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (1, 40), (25, 4), (31, 7), (62, 45))
        close(session, poll)
        return poll


def cells(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<tr><th scope="row">([^<]*)</th><td class="num">(\d+)</td></tr>', page)


@pytest.mark.parametrize(
    ("language", "rows", "words"),
    [
        (
            "ko",
            ["11월 20일 (금) 오후 7:30~오후 7:40", "11월 20일 (금) 오후 7:40~오후 8:10"],
            ["대한민국 시간", "1번 있었", "11월 20일 (금) 오후 8:00~오후 9:00", "제외한 응답은 없"],
        ),
        (
            "en",
            ["Fri, 20 Nov, 7:30 pm–7:40 pm", "Fri, 20 Nov, 7:40 pm–8:10 pm"],
            ["Korea", "Once, many more", "Fri, 20 Nov, 8:00 pm–9:00 pm", "no answer was left out"],
        ),
    ],
)  # fmt: skip
def test_the_results_page_tells_when(
    client: Browser, evening: Poll, language: str, rows: list[str], words: list[str]
) -> None:
    page = client.get(f"/{language}/polls/{evening.slug}/results").text
    assert cells(page)[-3:-1] == [(rows[0], "40"), (rows[1], "11")]
    assert [word for word in words if word not in page] == []
    assert "8:32" not in page


def test_a_running_poll_tells_no_times(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (60, 300))
    page = client.get(f"/en/polls/{poll.slug}/results").text
    assert "When people answered" not in page
    assert client.get(f"/polls/{poll.slug}/times.csv").status_code == 404
    assert client.get(f"/polls/{poll.slug}/bursts.csv").status_code == 404


def test_too_few_people_are_told_as_that(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (5, 9))
        close(session, poll)
    page = client.get(f"/en/polls/{poll.slug}/results").text
    assert "Fewer than ten people answered, so the times are not shown." in page
    assert cells(page) == []


def test_a_secret_poll_has_no_times_to_tell(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, mode=Mode.SECRET)
        crowd(session, poll, (60, 40))
        close(session, poll)
    assert "When people answered" not in client.get(f"/en/polls/{poll.slug}/results").text
    assert client.get(f"/polls/{poll.slug}/times.csv").status_code == 404
    assert "times.csv" not in client.get(f"/en/polls/{poll.slug}/data").text


def sheet(client: Browser, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))


def test_the_open_data_carries_slices_and_flags(client: Browser, evening: Poll) -> None:
    slices = sheet(client, f"/polls/{evening.slug}/times.csv")
    assert slices[:2] == [
        ["from", "until", "people"],
        ["2026-11-20T10:30:00+00:00", "2026-11-20T10:40:00+00:00", "40"],
    ]
    assert sheet(client, f"/polls/{evening.slug}/bursts.csv") == [
        ["hour", "bursts"],
        ["2026-11-20T11:00:00+00:00", "1"],
    ]
    told = json.loads(client.get(f"/polls/{evening.slug}/codebook.json").data)["times"]
    assert (told["people"], told["step_minutes"], len(told["slices"])) == (96, 10, 3)
    assert told["bursts"] == [{"hour": "2026-11-20T11:00:00+00:00", "bursts": 1}]
    page = client.get(f"/en/polls/{evening.slug}/data").text
    assert all(f"<code>{name}</code>" in page for name in ("times.csv", "bursts.csv", "until"))


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", "오후 8:32~오후 8:33: 45명"), ("en", "8:32 pm–8:33 pm: 45 people")],
)
def test_moderators_of_a_running_poll_see_minutes(
    sign_in: Callable[..., Browser], write: Opener, language: str, words: str
) -> None:
    moderator = desk_of(sign_in)
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (62, 45))
    assert words in moderator.get(f"/{language}/desk/polls/{poll.id}").text


def test_moderators_of_a_closed_poll_see_the_hour(
    sign_in: Callable[..., Browser], evening: Poll
) -> None:
    page = desk_of(sign_in).get(f"/en/desk/polls/{evening.id}").text
    assert "8:00 pm–9:00 pm" in page
    assert "8:32" not in page


def desk_of(sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(Role.ORGANIZER)


def test_no_stored_row_joins_a_time_and_an_answer(write: Opener, read: Opener) -> None:
    """Ballots of one minute and of another cannot be told apart, open or closed."""
    with write() as session:
        poll = make_poll(session, OPINION)
        crowd(session, poll, (1, 12), (40, 12))
        close(session, poll)
    with read() as session:
        rows: Iterable[Ballot] = session.scalars(select(Ballot))
        assert {(row.rev, row.idem, row.cell) for row in rows} == {(1, "", "")}


@pytest.mark.parametrize(("said", "status"), [("40", 0), ("41", 1)], ids=["right", "twin"])
def test_a_stranger_adds_the_slices_up(
    client: Browser, evening: Poll, tmp_path: Path, said: str, status: int
) -> None:
    results, codebook = tmp_path / "results.csv", tmp_path / "codebook.json"
    results.write_bytes(client.get(f"/polls/{evening.slug}/results.csv").data)
    book = client.get(f"/polls/{evening.slug}/codebook.json").text
    codebook.write_text(book.replace('"people": 40', f'"people": {said}'), encoding="utf-8")
    words = [sys.executable, "-S", str(SCRIPT), str(results), str(codebook)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == status
    assert f"times: {96 + status} people in 3 slices" in done.stdout
