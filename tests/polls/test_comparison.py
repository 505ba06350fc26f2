"""Two waves of one poll side by side: the same questions only, with the interval of each change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hanmadang.kernel.permissions import NOBODY
from hanmadang.polls.domain import QuestionDraft, change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.queries import poll_page
from hanmadang.polls.queries.comparison import Apart, Compared, compare, in_order
from hanmadang.polls.survey.intervals import change, wilson
from tests.conftest import Browser
from tests.factories import polls
from tests.factories.polls import NOW, ballot, cast, make_poll

Opener = Callable[[], Any]
OTHER = polls.both("통일이 꼭 필요할까요?", "Is reunification really needed?")
TITLES = {"first": polls.both("첫 번째", "First"), "second": polls.both("두 번째", "Second")}


def wave(
    session: Any, name: str, *shares: int, asked: QuestionDraft = polls.OPINION, day: int = 0
) -> Poll:
    """A closed poll whose options were chosen that often."""
    poll = make_poll(session, asked, title=TITLES[name])
    question = poll.questions[0]
    cast(session, *(ballot(question, place) for place, n in enumerate(shares) for _ in range(n)))
    change_state(session, None, poll.id, PollState.CLOSED, now=NOW + timedelta(days=day))
    return poll


def compared(read: Opener) -> Compared:
    with read() as session:
        pages = [poll_page(session, NOBODY, slug) for slug in ("second", "first")]
        before, after = in_order(*filter(None, pages))
        assert (before.slug, after.slug) == ("first", "second")
        return compare(before, after)[0]


def test_newcombes_example_comes_out() -> None:
    """56 of 70 and 48 of 80: Newcombe 1998, table II (a), method 10: 0.0524 to 0.3339."""
    found = change(wilson(48 / 80, 80), wilson(56 / 70, 70))
    assert (round(found.change, 4), round(found.low, 4), round(found.high, 4)) == (
        0.2, 0.0524, 0.3339,
    )  # fmt: skip
    assert found.is_clear


def test_the_same_question_is_compared_option_by_option(write: Opener, read: Opener) -> None:
    with write() as session:
        wave(session, "first", 20, 30, 10)
        wave(session, "second", 60, 30, 10, day=7)
    found = compared(read)
    assert [round(side.before.share, 3) for side in found.sides] == [0.333, 0.5, 0.167]
    assert [round(side.after.share, 3) for side in found.sides] == [0.6, 0.3, 0.1]
    assert [side.change.is_clear for side in found.sides] == [True, True, False]


@pytest.mark.parametrize(
    ("asked", "shares", "apart"),
    [
        (
            replace(polls.OPINION, text=polls.both("통일이 꼭 필요할까요?", "Is it really?")),
            (40, 20, 0),
            Apart.NOT_ASKED,
        ),
        (replace(polls.OPINION, options=polls.OPINION.options[:2]), (40, 20), Apart.NOT_ASKED),
        (polls.OPINION, (19, 10, 0), Apart.FEW),
    ],
    ids=["other words", "other options", "too few"],
)
def test_what_differs_is_not_compared_and_says_why(
    write: Opener, read: Opener, asked: QuestionDraft, shares: tuple[int, ...], apart: Apart
) -> None:
    with write() as session:
        wave(session, "first", 20, 30, 10)
        wave(session, "second", *shares, asked=asked, day=7)
    found = compared(read)
    assert (found.apart, found.sides) == (apart, ())


def test_the_page_offers_the_other_wave_and_shows_the_change(
    client: Browser, write: Opener
) -> None:
    with write() as session:
        wave(session, "first", 20, 30, 10)
        wave(session, "second", 60, 30, 10, day=7)
    page = client.get("/en/polls/first/compare").text
    assert 'value="second"' in page
    shown = client.get("/en/polls/first/compare?with=second").text
    assert "+26.7" in shown
    assert "33.3" in shown
    korean = client.get("/ko/polls/second/compare?with=first").text
    assert "+26.7" in korean
    assert "표본조사가 아닙니다" in korean


def test_a_running_poll_is_not_compared(client: Browser, write: Opener) -> None:
    with write() as session:
        wave(session, "first", 20, 30, 10)
        running = make_poll(session, polls.OPINION, title=TITLES["second"])
    assert client.get(f"/en/polls/{running.slug}/compare").status_code == 404
    assert client.get(f"/en/polls/first/compare?with={running.slug}").status_code == 404
    assert "No other poll asked these questions" in client.get("/en/polls/first/compare").text
