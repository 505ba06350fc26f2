"""Moments keep the wall clock people agreed on, across every trick of the zones."""

from datetime import UTC, datetime, timedelta

import pytest

from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment


def test_moment_keeps_wall_clock_zone_and_instant() -> None:
    moment = Moment.at(datetime(2026, 11, 30, 19, 30), "Asia/Seoul")
    assert moment.instant == datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
    assert (moment.local, moment.zone) == (datetime(2026, 11, 30, 19, 30), "Asia/Seoul")


def test_day_before_is_the_same_wall_clock_over_a_spring_change() -> None:
    concert = Moment.at(datetime(2027, 3, 28, 19, 0), "Europe/Berlin")  # clocks go forward that day
    assert concert.days_before(1) == datetime(2027, 3, 27, 18, 0, tzinfo=UTC)
    assert concert.elapsed_before(timedelta(days=1)) == datetime(2027, 3, 27, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("America/New_York", datetime(2027, 3, 14, 2, 30), datetime(2027, 3, 14, 7, 0)),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 0, 0), datetime(2018, 11, 4, 3, 0)),
        ("Asia/Pyongyang", datetime(2018, 5, 4, 23, 45), datetime(2018, 5, 4, 15, 0)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), datetime(2026, 10, 3, 15, 30)),
        ("Pacific/Apia", datetime(2011, 12, 30, 12, 0), datetime(2011, 12, 30, 10, 0)),
    ],
)
def test_wall_clock_inside_a_gap_is_the_first_instant_after_it(
    zone: str, wall: datetime, expected: datetime
) -> None:
    assert Moment.at(wall, zone).instant == expected.replace(tzinfo=UTC)


def test_wall_clock_that_comes_twice_is_the_first_pass() -> None:
    moment = Moment.at(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")
    assert moment.instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_frozen_clock_moves_only_when_told() -> None:
    start = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    with clock.frozen(start) as advance:
        assert clock.now() == start
        advance(timedelta(hours=3))
        assert clock.now() == start + timedelta(hours=3)
    assert clock.now() != start + timedelta(hours=3)


def test_today_depends_on_the_zone() -> None:
    with clock.frozen(datetime(2026, 11, 21, 18, 0, tzinfo=UTC)):
        assert clock.today("Asia/Seoul").day == 22
        assert clock.today("Europe/Berlin").day == 21
