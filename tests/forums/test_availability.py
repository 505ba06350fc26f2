"""Painting half days on one's own clock: Ulaanbaatar, Berlin as clocks change, New York."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums.domain.experts import paint, save_profile
from hanmadang.forums.models import AvailabilityBlock, Block, ExpertProfile
from hanmadang.forums.queries import experts, forums, talks
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import NOBODY
from tests.factories.events import viewer_of
from tests.factories.forums import (
    CLOSES,
    NOW,
    STARTS,
    make_call,
    make_confirmed,
    make_expert,
    make_forum,
    place,
    profile_fields,
)
from tests.factories.people import make_account
from tests.forums.conftest import Enter

DAY = date(2026, 12, 20)


def profile_of(session: Any, viewer: Any) -> ExpertProfile:
    found = experts.profile_of(session, viewer.id)
    assert found is not None
    return found


def spans(session: Any) -> list[tuple[datetime, datetime]]:
    rows = session.execute(
        select(AvailabilityBlock.starts_at, AvailabilityBlock.ends_at).order_by(
            AvailabilityBlock.starts_at
        )
    )
    return [(row.starts_at, row.ends_at) for row in rows]


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Ulaanbaatar", 22), ("Europe/Berlin", 5), ("America/New_York", 11)]
)
def test_a_morning_is_the_experts_morning(write: Any, zone: str, hour: int) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session, zone=zone)
        paint(session, call.id, [(DAY, Block.MORNING)], actor=expert, now=NOW)
        ((starts, ends),) = spans(session)
        assert (starts.astimezone(UTC).hour, ends - starts) == (hour, timedelta(hours=6))


def test_a_night_without_one_of_its_hours_is_shorter(write: Any) -> None:
    """Berlin loses the hour after two o'clock on 28 March 2027."""
    with write() as session:
        starts = Moment.at(datetime(2027, 3, 28, 14), "Asia/Seoul")
        call = make_call(session, make_forum(session, starts))
        expert = make_expert(session)
        paint(session, call.id, [(date(2027, 3, 28), Block.NIGHT)], actor=expert, now=NOW)
        ((begins, ends),) = spans(session)
        assert (begins, ends) == (
            datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 4, tzinfo=UTC),
        )  # fmt: skip


def test_the_blocks_of_that_day_still_leave_no_gap(write: Any) -> None:
    with write() as session:
        starts = Moment.at(datetime(2027, 3, 28, 14), "Asia/Seoul")
        call = make_call(session, make_forum(session, starts))
        expert = make_expert(session)
        day = date(2027, 3, 28)
        paint(session, call.id, [(day, block) for block in Block], actor=expert, now=NOW)
        found = spans(session)
        assert [one[1] for one in found[:-1]] == [two[0] for two in found[1:]]
        assert found[-1][1] - found[0][0] == timedelta(hours=23)


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Asia/Seoul", [date(2026, 12, 20)]),
        ("Asia/Ulaanbaatar", [date(2026, 12, 19), date(2026, 12, 20)]),
        ("America/New_York", [date(2026, 12, 19), date(2026, 12, 20)]),
        ("Pacific/Auckland", [date(2026, 12, 20), date(2026, 12, 21)]),
    ],
)
def test_the_table_shows_the_experts_days_of_the_forum(
    write: Any, zone: str, days: list[date]
) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session, zone=zone)
        forum = forums.by_call(session, call.id, NOBODY)
        table = experts.to_paint(session, profile_of(session, expert), forum)
        assert [row[0].day for row in table] == days


def test_the_table_marks_when_the_forum_takes_place(write: Any) -> None:
    """14:00 to 18:00 in Seoul is 6:00 to 10:00 in Berlin."""
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        forum = forums.by_call(session, call.id, NOBODY)
        table = experts.to_paint(session, profile_of(session, expert), forum)
        during = [cell.value for row in table for cell in row if cell.during]
        assert during == ["2026-12-20.morning"]


def test_what_was_painted_shows_again_on_another_clock(write: Any) -> None:
    """A Berlin morning (14:00 to 20:00 in Seoul) covers no half day of Seoul whole."""
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        halves = [(DAY, Block.NIGHT), (DAY, Block.MORNING)]
        paint(session, call.id, halves, actor=expert, now=NOW)
        save_profile(session, profile_fields(zone="Asia/Seoul"), actor=expert, now=NOW)
        forum = forums.by_call(session, call.id, NOBODY)
        table = experts.to_paint(session, profile_of(session, expert), forum)
        painted = [cell.value for row in table for cell in row if cell.painted]
        assert painted == ["2026-12-20.afternoon"]


def test_painting_again_replaces(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        paint(session, call.id, [(DAY, Block.MORNING)], actor=expert, now=NOW)
        paint(session, call.id, [(DAY, Block.EVENING)] * 2, actor=expert, now=NOW)
        blocks = session.scalars(select(AvailabilityBlock.block)).all()
        assert blocks == ["evening"]


def test_painting_nothing_means_never(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        confirmed = make_confirmed(session, call, expert)
        place(session, call, confirmed)
        assert talks.plan(session, call.event_id)[0].away is False
        paint(session, call.id, [], actor=expert, now=NOW)
        assert talks.plan(session, call.event_id)[0].away is True


@pytest.mark.parametrize(
    ("block", "away"), [(Block.NIGHT, True), (Block.MORNING, False), (Block.AFTERNOON, True)]
)
def test_a_talk_outside_what_was_painted_is_warned_of(write: Any, block: Block, away: bool) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        paint(session, call.id, [(DAY, block)], actor=expert, now=NOW)
        place(session, call, make_confirmed(session, call, expert))
        assert [each.away for each in talks.plan(session, call.event_id)] == [away]


def test_two_half_days_that_touch_cover_what_lies_across() -> None:
    noon = STARTS.instant
    six = timedelta(hours=6)
    free = [(noon - six, noon), (noon, noon + six)]
    hour = timedelta(hours=1)
    assert talks.covered(free, noon - hour, noon + hour) is True
    assert talks.covered(free[:1], noon - hour, noon + hour) is False
    assert talks.covered([], noon, noon + hour) is False


def test_whoever_did_not_register_paints_nothing(write: Any) -> None:
    with write() as session:
        call, citizen = make_call(session), viewer_of(make_account(session))
        with pytest.raises(NotFoundError):
            paint(session, call.id, [], actor=citizen, now=NOW)


def test_the_page_takes_what_it_offered_and_nothing_else(
    write: Any, read: Any, enter: Enter
) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
    halves = ["2026-12-20.morning", "2031-01-01.morning", "2026-12-20.noon", "x"]
    answer = enter(expert).send(f"/en/my/availability/{call.id}", {"half": halves})
    assert answer.status_code == 303
    with read() as session:
        assert session.scalar(select(func.count()).select_from(AvailabilityBlock)) == 1


def test_the_deadline_is_told_on_the_experts_own_clock(write: Any, enter: Enter) -> None:
    with write() as session:
        call = make_call(session, make_forum(session, slug="berlin"))
        expert = make_expert(session)
        assert call.closes == CLOSES
    page = enter(expert).get("/en/forums/berlin/propose").text
    assert "Fri, 11 December 2026, 6:00 pm (Korean Time)" in page
    assert "Fri, 11 December 2026, 10:00 am (Central European Time)" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Visit https://evil.example"),
        ("name", "<b>Anja</b>"),
        ("affiliation", "www.evil.example"),
        ("affiliation", "[link](x)"),
        ("country", "XX"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("zone", ""),
    ],
)
def test_an_unusable_profile_is_refused(field: str, value: str) -> None:
    with pytest.raises(InvalidFieldError) as error:
        profile_fields(**{field: value})
    assert error.value.field == field
