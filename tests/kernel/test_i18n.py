"""Dates, counts and messages read as each language writes them."""

from datetime import date, datetime, time

import pytest
from flask import Flask

from hanmadang.kernel import i18n
from hanmadang.kernel.clock import Moment


def test_korean_times_say_ohjeon_and_ohu() -> None:
    assert i18n.format_clock(time(9, 5), "ko") == "오전 9:05"
    assert i18n.format_clock(time(19, 30), "ko") == "오후 7:30"
    assert i18n.format_clock(time(12, 0), "ko") == "오후 12:00"


def test_english_times() -> None:
    assert i18n.format_clock(time(19, 30), "en") == "7:30 pm"


def test_days() -> None:
    assert i18n.format_day(date(2026, 11, 30), "day", "ko") == "2026년 11월 30일 (월)"
    assert i18n.format_day(date(2026, 11, 30), "day", "en") == "Mon, 30 November 2026"


def test_moments_are_shown_on_the_clocks_of_their_place() -> None:
    moment = Moment.at(datetime(2026, 11, 30, 19, 30), "Asia/Seoul")
    assert i18n.format_moment(moment, "ko") == "2026년 11월 30일 (월) 오후 7:30"
    assert i18n.format_moment(moment, "en") == "Mon, 30 November 2026, 7:30 pm"


def test_zone_names() -> None:
    assert i18n.zone_label("Asia/Seoul", "ko") == "대한민국 시간"
    assert "Korean" in i18n.zone_label("Asia/Seoul", "en")


def test_particle_in_a_korean_message_fits_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    class Catalogue:
        def gettext(self, _message: str) -> str:
            return "%(title)s{을/를} 취소할까요?"

    monkeypatch.setitem(i18n._catalogues, "ko", Catalogue())
    assert i18n.translate("ko", "Cancel %(title)s?", title="포럼") == "포럼을 취소할까요?"
    assert i18n.translate("ko", "Cancel %(title)s?", title="전시") == "전시를 취소할까요?"
    assert i18n.translate("ko", "Cancel %(title)s?", title="100%") == "100%를 취소할까요?"


def test_values_with_braces_or_percent_are_left_alone() -> None:
    assert i18n.translate("en", "Hello %(name)s", name="{을/를} 50%") == "Hello {을/를} 50%"


def test_page_texts_escape_their_values(house: Flask) -> None:
    say = i18n.page_texts("en")["_"]
    assert say("Hello %(name)s", name="<b>") == "Hello &lt;b&gt;"


def test_plural_follows_the_language() -> None:
    assert i18n.translate_count("en", "%(n)s seat", "%(n)s seats", 1) == "1 seat"
    assert i18n.translate_count("en", "%(n)s seat", "%(n)s seats", 1200) == "1,200 seats"


def test_lazy_text_speaks_the_language_of_the_moment_it_is_shown() -> None:
    text = i18n.lazy("Please fill this in.")
    with i18n.use_locale("en"):
        assert str(text) == "Please fill this in."


def test_countries_are_sorted_by_their_names() -> None:
    names = [name for _code, name in i18n.country_names("ko")]
    assert names == sorted(names)
    assert ("MN", "Mongolia") in i18n.country_names("en")
