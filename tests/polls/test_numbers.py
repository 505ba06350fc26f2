"""Numbers: typed, kept exactly, counted in bands that follow from the author's range."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import BallotSet, Refusal, Refused, cast_many, draft_of
from hanmadang.polls.models import Ballot, Poll, PollState, Question
from hanmadang.polls.ranges import MOST_BANDS, Range
from tests.conftest import Browser
from tests.factories.polls import MINUTES, make_poll
from tests.polls.test_desk import TYPED

Ask = Callable[..., Any]
Opener = Callable[[], Any]
ONE_TIME = re.compile(r'<input [^>]*type="hidden"[^>]*>|[?&]v=\w+|data-\w+="\d{10,}"')
"""Tokens and hashes in which any digits may stand."""
BANDS = ["0–20 minutes", "25–45 minutes", "50–70 minutes", "75–95 minutes", "100–120 minutes"]


def between(low: str, high: str, step: str) -> Range:
    return Range(Decimal(low), Decimal(high), Decimal(step))


def test_the_page_asks_for_a_number_with_its_unit(ask: Ask) -> None:
    one = ask(MINUTES)
    assert "A number from 0 to 120, in steps of 5." in one.page()
    assert ">minutes</span>" in one.page()
    korean = one.page(language="ko")
    assert "0에서 120까지의 수를 5 간격으로 적어 주세요." in korean
    assert f'<label class="field__label field__label--large" for="q{one.id}">' in korean
    assert f'aria-describedby="q{one.id}-hint q{one.id}-unit"' in korean


def test_the_exact_number_stays_in_the_ballot_and_the_band_is_counted(
    ask: Ask, read: Opener
) -> None:
    one = ask(MINUTES)
    assert one.type(" 35 ").status_code == 303
    assert one.counts() == [0, 1, 0, 0, 0]
    with read() as session:
        assert session.scalars(select(Ballot)).one().choices == [7]  # seven steps of five minutes
    assert "35 minutes</span>" in one.page("/answered")
    assert 'value="35"' in one.page()


def test_a_number_can_be_changed_and_taken_back(ask: Ask) -> None:
    one = ask(MINUTES)
    one.type("35")
    one.type("120")
    assert (one.counts(), one.answered()) == ([0, 0, 0, 0, 1], 1)
    one.type("")
    assert (one.counts(), one.answered()) == ([0, 0, 0, 0, 0], 0)


@pytest.mark.parametrize(
    "wrong", ["121", "-5", "7", "soon", "NaN", "1e9999", "1e-9", "٣٥", "9" * 40]
)
def test_what_is_no_number_of_the_range_is_refused_and_kept(ask: Ask, wrong: str) -> None:
    one = ask(MINUTES)
    answer = one.type(wrong)
    assert answer.status_code == 422
    assert answer.text.count("This is not a number the question takes.") == 2
    assert f'value="{wrong}"' in answer.text
    assert one.answered() == 0


def test_the_refusal_is_korean_on_the_korean_page(ask: Ask) -> None:
    answer = ask(MINUTES).type("7", language="ko")
    words = "이 질문에 적을 수 없는 값입니다. 0에서 120까지의 수를 5 간격으로 적어 주세요."
    assert answer.text.count(words) == 2


@pytest.mark.parametrize("place", [-1, 25, 10**12])
def test_the_counter_refuses_places_outside_without_any_form(write: Opener, place: int) -> None:
    with write() as session:
        question = make_poll(session, MINUTES).questions[0]
        sent = BallotSet(question.poll_id, "v", "key-1234", {question.id: (place,)})
        assert cast_many(session, [sent]) == [Refused(Refusal.UNREADABLE)]


def test_results_are_bands_with_the_median_and_the_quartiles(ask: Ask, write: Opener) -> None:
    one = ask(MINUTES)
    with write() as session:
        minutes = [0, 5, 20, 25, 45, 50, 100, 120]
        cast_many(
            session,
            [BallotSet(one.poll_id, str(m), f"key-{m:04}", {one.id: (m // 5,)}) for m in minutes],
        )
    assert one.counts() == [3, 2, 1, 0, 2]
    assert one.lines() == [
        "Median lies in: 25–45 minutes",
        "Lower quartile lies in: 0–20 minutes",
        "Upper quartile lies in: 50–70 minutes",
    ]
    assert one.lines(language="ko")[0] == "중앙값이 있는 구간: 25~45분"
    assert one.snapshot()["figures"] == {"lower": 0, "median": 1, "upper": 2}
    assert [row["count"] for row in one.snapshot()["options"]] == [3, 2, 1, 0, 2]


def test_no_page_and_no_snapshot_shows_anything_finer_than_a_band(
    ask: Ask, client: Browser
) -> None:
    one = ask(MINUTES)
    one.type("35")
    other = client.application.test_client()
    for path in ("results", "screen"):
        page = other.get(f"/en/polls/{one.slug}/{path}").text.replace(one.slug, "")
        assert "35" not in ONE_TIME.sub("", page)
    assert all(label in one.page("/results") for label in BANDS)


def test_what_the_author_wrote_comes_back(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, MINUTES, state=PollState.DRAFT)
        assert draft_of(session, poll.id).questions == (MINUTES,)


@pytest.mark.parametrize(
    ("low", "high", "step", "sound"),
    [
        ("0", "10", "1", True), ("-5", "5", "0.5", True), ("0", "10", "3", False),
        ("5", "5", "1", False), ("9", "1", "1", False), ("0", "1", "0", False),
        ("0", "1", "0.001", False), ("0", "1000000", "1", False), ("0", "9999999999", "1", False),
    ],
)  # fmt: skip
def test_a_range_is_whole_steps_from_end_to_end(
    low: str, high: str, step: str, sound: bool
) -> None:
    assert between(low, high, step).is_sound() is sound


def test_bands_are_round_and_single_where_they_can_be() -> None:
    labels = [label.get("en") for label in between("1", "100", "1").band_labels()]
    assert labels[:2] == ["1–10", "11–20"]
    assert labels[-1] == "91–100"
    assert [label.get("ko") for label in between("0", "1", "0.5").band_labels()] == [
        "0.0", "0.5", "1.0",
    ]  # fmt: skip


@given(st.integers(-50, 50), st.integers(1, 3000), st.sampled_from(["1", "0.5", "0.25", "10"]))
def test_every_number_stands_in_the_band_whose_label_holds_it(
    low: int, steps: int, step: str
) -> None:
    high = Decimal(low) + steps * Decimal(step)
    found = Range(Decimal(low), high, Decimal(step))
    assert found.is_sound()
    assert 2 <= found.bands <= MOST_BANDS
    firsts = [band * found.width for band in range(found.bands)]
    for place in {0, steps // 2, steps, *firsts, *(first - 1 for first in firsts[1:])}:
        band = found.band_of(place)
        assert firsts[band] <= place
        assert band == found.bands - 1 or place < firsts[band + 1]
        assert found.place_of(found.written(place)) == place


def test_a_desk_writes_a_number_question(sign_in: Any, read: Opener) -> None:
    fields = {"type": "number", "low": "0", "high": "1,000", "step": "10", "unit_ko": "원"}
    typed = TYPED | {f"questions-0-{name}": value for name, value in fields.items()}
    organizer = sign_in(Role.ORGANIZER)
    assert organizer.send("/ko/desk/polls/new", typed).status_code == 303
    with read() as session:
        question = session.scalars(select(Question)).one()
        assert question.options[0].label.get("ko") == "0~90원"
        poll_id = session.scalars(select(Poll.id)).one()
    form = organizer.get(f"/ko/desk/polls/{poll_id}/edit").text
    assert 'value="1000"' in form
    bad = organizer.send("/ko/desk/polls/new", typed | {"questions-0-step": "7"})
    assert bad.text.count("간격으로 나누어떨어져야 합니다") == 2
