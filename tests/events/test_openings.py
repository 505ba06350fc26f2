"""Exhibitions know when they are open: weekdays, Mondays, Korean holidays, last days."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from hanmadang.events import public_holidays
from hanmadang.events.models import ClosedHoliday, MondayRule
from hanmadang.events.openings import Hours, Opening, Season, whole_days
from hanmadang.kernel.clock import Moment

TUE_SUN = Hours(frozenset(range(1, 7)), time(10), time(18))


def season(**changes: Any) -> Season:
    values: dict[str, Any] = {
        "first_day": date(2027, 1, 5),
        "last_day": date(2027, 3, 31),
        "zone": "Asia/Seoul",
        "hours": (TUE_SUN,),
    }
    return Season(**(values | changes))


def seoul(day: date, hour: int, minute: int = 0) -> datetime:
    return Moment.at(datetime.combine(day, time(hour, minute)), "Asia/Seoul").instant


WEDNESDAY, MONDAY = date(2027, 1, 6), date(2027, 1, 11)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(9, 59, None), (10, 0, TUE_SUN), (17, 59, TUE_SUN), (18, 0, None)],
)
def test_doors_open_with_the_first_minute_and_close_with_the_last(
    hour: int, minute: int, expected: Hours | None
) -> None:
    assert season().open_at(seoul(WEDNESDAY, hour, minute)) == expected


def test_a_weekday_without_hours_is_closed() -> None:
    assert season().hours_on(MONDAY) is None


def test_days_outside_the_season_are_closed() -> None:
    assert season().hours_on(date(2027, 1, 3)) is None
    assert season().hours_on(date(2027, 4, 1)) is None


def test_the_next_opening_is_later_today_before_the_doors_open() -> None:
    assert season().next_opening(seoul(WEDNESDAY, 8)) == Opening(WEDNESDAY, TUE_SUN)


def test_the_next_opening_after_sunday_evening_skips_monday() -> None:
    assert season().next_opening(seoul(date(2027, 1, 10), 20)) == Opening(
        date(2027, 1, 12), TUE_SUN
    )


def test_the_next_opening_before_the_season_is_its_first_day() -> None:
    assert season().next_opening(datetime(2026, 12, 1, tzinfo=UTC)) == Opening(
        date(2027, 1, 5), TUE_SUN
    )


def test_there_is_no_next_opening_after_the_last_day() -> None:
    assert season().next_opening(seoul(date(2027, 3, 31), 18)) is None


def test_today_follows_the_clock_of_the_place_not_of_the_reader() -> None:
    berlin = season(zone="Europe/Berlin")
    just_open = datetime(2027, 1, 6, 9, 30, tzinfo=UTC)
    assert (berlin.open_at(just_open), season().open_at(just_open)) == (TUE_SUN, None)


def test_seollal_2027_closes_its_three_days_but_not_the_substitute() -> None:
    closed = season(closed_holidays=frozenset({"seollal"}))
    days = [date(2027, 2, 5) + timedelta(days=n) for n in range(6)]
    assert [d.day for d in days if closed.hours_on(d)] == [5, 9, 10]


def test_every_public_holiday_closes_the_substitute_too() -> None:
    closed = season(closed_holidays=frozenset({"every"}))
    assert closed.hours_on(date(2027, 2, 9)) is None


def test_the_first_of_march_stays_open_unless_listed() -> None:
    daily = Hours(frozenset(range(7)), time(10), time(18))
    assert season(hours=(daily,)).hours_on(date(2027, 3, 1)) == daily


def test_a_closed_monday_wins_over_the_table() -> None:
    daily = Hours(frozenset(range(7)), time(10), time(18))
    assert season(hours=(daily,), monday_rule=MondayRule.CLOSED).hours_on(MONDAY) is None


def test_a_moving_monday_opens_on_a_holiday_and_rests_the_next_day() -> None:
    moving = season(monday_rule=MondayRule.MOVES)
    assert moving.hours_on(date(2027, 3, 1)) == TUE_SUN  # a Monday, Independence Movement Day
    assert moving.hours_on(date(2027, 3, 2)) is None
    assert moving.hours_on(date(2027, 3, 3)) == TUE_SUN
    assert moving.hours_on(date(2027, 3, 8)) is None


def test_a_moving_monday_within_a_long_holiday_rests_on_the_first_working_day() -> None:
    moving = season(monday_rule=MondayRule.MOVES)
    days = [date(2027, 2, 8) + timedelta(days=n) for n in range(4)]
    assert [bool(moving.hours_on(d)) for d in days] == [True, True, False, True]


def test_different_weekdays_may_have_different_hours() -> None:
    late = Hours(frozenset({4}), time(12), time(21), time(20, 30))
    mixed = season(hours=(Hours(frozenset({1, 2, 3, 5, 6}), time(10), time(18)), late))
    assert mixed.hours_on(date(2027, 1, 8)) == late


def test_hours_are_stored_as_bits_and_read_back() -> None:
    assert TUE_SUN.mask == 0b1111110
    assert Hours.stored(TUE_SUN.mask, time(10), time(18), None) == TUE_SUN


def test_whole_days_run_from_midnight_to_midnight_of_the_place() -> None:
    assert whole_days(date(2026, 11, 10), date(2026, 11, 11), "Asia/Seoul") == (
        datetime(2026, 11, 9, 15, tzinfo=UTC),
        datetime(2026, 11, 11, 15, tzinfo=UTC),
    )


def test_openings_of_2027s_first_two_weeks_equal_a_hand_list() -> None:
    found = [o.day.day for o in season(last_day=date(2027, 1, 17)).openings()]
    assert found == [5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17]


def test_named_holidays_of_korea() -> None:
    assert public_holidays.named(date(2027, 1, 1)) == {ClosedHoliday.NEW_YEAR, ClosedHoliday.EVERY}
    assert public_holidays.named(date(2026, 9, 25)) == {ClosedHoliday.CHUSEOK, ClosedHoliday.EVERY}
    assert public_holidays.named(date(2027, 3, 1)) == {ClosedHoliday.EVERY}
    assert public_holidays.named(date(2027, 1, 4)) == frozenset()
