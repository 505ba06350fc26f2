"""What a visitor sees, in Korean and in English, and what nobody but organizers may see."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from hanmadang.events import domain
from hanmadang.events.models import ClosedHoliday, MondayRule
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Role
from tests.conftest import Browser
from tests.factories.events import (
    ADMIN,
    NOW,
    START,
    book_all,
    evening,
    exhibition,
    make_citizens,
    make_event,
    make_topic,
)


def page(client: Browser, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.text


def test_the_list_in_korean(write: Any, client: Browser) -> None:
    with write() as session:
        make_event(session, slug="songs")
    html = page(client, "/ko/events")
    for text in (
        "행사 1건",
        "북녘 노래와 남녘 노래",
        "오후 7:30",
        "접수 중",
        "전체 10석 중 10석 남음",
    ):
        assert text in html
    assert 'href="/ko/events/songs"' in html


def test_the_list_in_english(write: Any, client: Browser) -> None:
    with write() as session:
        make_event(session, slug="songs")
    html = page(client, "/en/events")
    for text in ("1 event", "Songs of the North and South", "7:30 pm", "10 seats left of 10"):
        assert text in html


def test_the_list_offers_itself_as_a_calendar(client: Browser) -> None:
    html = page(client, "/en/events?kind=forum")
    assert 'href="webcal://localhost/en/events.ics?kind=forum"' in html
    assert 'href="/en/events.ics?kind=forum"' in html


def test_chips_keep_the_other_filters(client: Browser) -> None:
    html = page(client, "/en/events?q=peace&when=past")
    assert "/en/events?kind=concert&amp;when=past&amp;q=peace" in html


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("/ko/events", "아직 예정된 행사가 없습니다"),
        ("/ko/events?when=today", "오늘 열리는 행사가 없습니다"),
        ("/ko/events?when=past", "아직 지난 행사가 없습니다"),
        ("/ko/events?q=통일", "조건에 맞는 행사가 없습니다"),
        ("/en/events?q=unity", "No event fits"),
    ],
)
def test_an_empty_list_says_what_to_do_next(client: Browser, url: str, text: str) -> None:
    assert text in page(client, url)


def test_what_was_searched_for_is_shown_safely(client: Browser) -> None:
    html = page(client, '/en/events?q="><script>alert(1)</script>')
    assert "<script>alert" not in html


def test_a_page_beyond_the_end_leads_back(client: Browser) -> None:
    response = client.get("/en/events?page=9&kind=forum")
    assert (response.status_code, response.location) == (303, "/en/events?kind=forum")


@pytest.mark.parametrize("number", ["0", "-1", "x", ""])
def test_a_strange_page_number_is_the_first_page(client: Browser, number: str) -> None:
    assert client.get(f"/en/events?page={number}").status_code == 200


def test_pages_beyond_twenty_four(write: Any, client: Browser) -> None:
    with write() as session:
        for _ in range(25):
            make_event(session)
    html = page(client, "/en/events?q=songs")
    assert "25 events" in html
    assert "/en/events?q=songs&amp;page=2" in html
    assert page(client, "/en/events?page=2").count("card--event") == 1


@pytest.mark.parametrize("events", [1, 3])
def test_the_list_page_costs_three_statements_however_long(
    write: Any, client: Browser, count_queries: Any, events: int
) -> None:
    with write() as session:
        make_topic(session)
        for _ in range(events):
            make_event(session, exhibition())
    with count_queries() as statements:
        page(client, "/ko/events")
    assert len(statements) == 3


def test_an_events_page_states_every_fact(write: Any, client: Browser) -> None:
    with write() as session:
        make_topic(session)
        fields = evening(
            topics=("culture",), wheelchair=True, sign_language=True, languages=("ko", "en"),
            audience=Bilingual.of(ko="누구나", en="Everyone"),
        )  # fmt: skip
        make_event(session, fields, slug="songs")
    html = page(client, "/ko/events/songs")
    for text in (
        "2026년 11월 30일 (월) 오후 7:30 ~ 오후 9:00", "한마당문화회관", "시청로 12", "무료",
        "02-000-0001", "휠체어 이용 가능", "수어 통역 제공", "한국어, 영어", "누구나", "문화",
        "<strong>함께</strong>", "전체 10석 중 10석 남음", "예약하기",
    ):  # fmt: skip
        assert text in html
    assert 'hreflang="en" href="http://localhost/en/events/songs"' in html
    assert 'href="/ko/events/songs.ics"' in html


def test_a_missing_translation_is_shown_with_a_badge(write: Any, client: Browser) -> None:
    with write() as session:
        make_event(session, evening(title=Bilingual.of(ko="작은 음악회")), slug="small")
    html = page(client, "/en/events/small")
    assert '<span lang="ko">작은 음악회</span>' in html
    assert "Korean only" in html


def test_an_exhibition_says_when_it_is_open(write: Any, client: Browser, pass_time: Any) -> None:
    with write() as session:
        fields = exhibition(monday_rule=MondayRule.CLOSED, closed_holidays=(ClosedHoliday.SEOLLAL,))
        make_event(session, fields, slug="days")
    html = page(client, "/en/events/days")
    assert "Open now" in html
    assert "10:00 am to 6:00 pm (last entry 5:30 pm)" in html
    assert "Seollal (three days)" in html
    assert "no booking needed" in html
    pass_time(timedelta(days=1, hours=8))  # Sunday evening
    assert "Next open: Tue, 24 November 2026" in page(client, "/en/events/days")
    assert "다음 개관: 2026년 11월 24일 (화) 오전 10:00" in page(client, "/ko/events/days")


@pytest.mark.parametrize("suffix", ["", ".ics"])
@pytest.mark.parametrize("roles", [(), (Role.CITIZEN,), (Role.REVIEWER,), (Role.ORGANIZER,)])
def test_a_draft_does_not_exist_for_others(
    write: Any, client: Browser, sign_in: Any, roles: tuple[Role, ...], suffix: str
) -> None:
    with write() as session:
        make_event(session, evening(title=Bilingual.of(ko="비밀")), published=False, slug="secret")
    response = (sign_in(*roles) if roles else client).get(f"/ko/events/secret{suffix}")
    assert response.status_code == 404
    assert "비밀" not in response.text


def test_a_draft_is_shown_to_those_who_edit_it(write: Any, sign_in: Any) -> None:
    with write() as session:
        make_event(session, published=False, slug="secret")
    assert "공개하기 전까지는" in sign_in(Role.ADMINISTRATOR).get("/ko/events/secret").text


OPENS = Moment.at(datetime(2026, 11, 23, 9), "Asia/Seoul")


@pytest.mark.parametrize(
    ("changes", "passed", "korean", "english"),
    [
        ({"registration_opens": OPENS}, timedelta(), "접수 예정", "Booking opens soon"),
        ({}, timedelta(), "접수 중", "Booking open"),
        ({"registration_closes": OPENS}, timedelta(days=3), "접수 종료", "Booking closed"),
        ({}, timedelta(days=30), "종료", "Over"),
    ],
)
def test_the_state_words(  # noqa: PLR0917
    write: Any, client: Browser, pass_time: Any, changes: dict[str, Any], passed: timedelta,
    korean: str, english: str,
) -> None:  # fmt: skip
    with write() as session:
        make_event(session, evening(**changes), slug="songs")
    pass_time(passed)
    assert korean in page(client, "/ko/events/songs")
    assert english in page(client, "/en/events/songs")


def test_a_full_event_offers_the_waiting_list(write: Any, client: Browser) -> None:
    with write() as session:
        event = make_event(session, evening(capacity=1), slug="songs")
        book_all(session, event, make_citizens(session, 1))
    html = page(client, "/ko/events/songs")
    for text in ("만석", "전체 1석 모두 예약됨", "대기 신청하기"):
        assert text in html


def test_a_cancelled_event_keeps_its_page_and_says_so(write: Any, client: Browser) -> None:
    with write() as session:
        domain.cancel(session, make_event(session, slug="songs"), actor=ADMIN, now=NOW)
    html = page(client, "/ko/events/songs")
    assert "취소된 행사입니다" in html
    assert "예약하기" not in html


def test_no_page_shows_who_booked(write: Any, client: Browser, sign_in: Any) -> None:
    with write() as session:
        event = make_event(session, slug="songs")
        people = make_citizens(session, 2)
        book_all(session, event, people)
    for browser in (client, sign_in()):
        html = page(browser, "/en/events/songs")
        assert not any(person.name in html for person in people)


def test_the_start_is_the_last_call(write: Any, client: Browser, pass_time: Any) -> None:
    with write() as session:
        make_event(session, slug="songs")
    pass_time(START.instant - NOW)
    assert "Booking has closed" in page(client, "/en/events/songs")
