"""Booking from the page: one press, two presses, the waiting list, giving back, signing in."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.events import domain
from hanmadang.events.models import Event, Registration
from hanmadang.kernel.ids import new_key
from hanmadang.people.models import Account
from hanmadang.reminders.models import OutboxMail
from tests.conftest import Browser
from tests.factories.events import (
    ADMIN,
    NOW,
    book_all,
    evening,
    make_citizens,
    make_event,
    viewer_of,
)


@pytest.fixture
def songs(write: Any) -> int:
    """A concert with one seat."""
    with write() as session:
        return make_event(session, evening(capacity=1), slug="songs").id


def states(read: Any) -> list[str]:
    with read() as session:
        return list(session.scalars(select(Registration.state).order_by(Registration.id)))


def said(browser: Browser, url: str = "/ko/events/songs") -> str:
    return browser.get(url).text


def test_booking_leads_back_to_the_event_and_says_so(songs: int, sign_in: Any, read: Any) -> None:
    me = sign_in()
    response = me.send("/ko/events/songs/book")
    assert (response.status_code, response.location) == (303, "/ko/events/songs")
    html = said(me)
    assert "예약되었습니다. 확인 메일을 보내 드립니다." in html
    assert "예약 취소하기" in html
    assert states(read) == ["confirmed"]


def test_the_mails_speak_the_language_of_the_page(songs: int, sign_in: Any, read: Any) -> None:
    sign_in(locale="ko").send("/en/events/songs/book")
    with read() as session:
        assert set(session.scalars(select(OutboxMail.locale))) == {"en"}


def test_a_full_event_leads_to_the_waiting_list(songs: int, sign_in: Any, read: Any) -> None:
    sign_in().send("/ko/events/songs/book")
    me = sign_in()
    me.send("/en/events/songs/book")
    html = said(me, "/en/events/songs")
    assert "You are first in line on the waiting list." in html
    assert "Leave the waiting list" in html
    assert states(read) == ["confirmed", "waitlisted"]


def test_a_double_click_is_one_booking_and_one_answer(songs: int, sign_in: Any, read: Any) -> None:
    me, key = sign_in(), new_key()
    answers = [me.send("/ko/events/songs/book", {"idempotency_key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert states(read) == ["confirmed"]


def test_another_key_is_still_one_booking(songs: int, sign_in: Any, read: Any) -> None:
    me = sign_in()
    for _ in range(3):
        me.send("/ko/events/songs/book")
    assert states(read) == ["confirmed"]


def test_giving_back_and_booking_again(songs: int, sign_in: Any, read: Any) -> None:
    me = sign_in()
    me.send("/ko/events/songs/book")
    response = me.send("/ko/events/songs/cancel")
    assert (response.status_code, response.location) == (303, "/ko/events/songs")
    assert "예약을 취소했습니다" in said(me)
    me.send("/ko/events/songs/book")
    assert states(read) == ["cancelled_by_user", "confirmed"]


def test_giving_back_twice_changes_nothing(songs: int, sign_in: Any, read: Any) -> None:
    me = sign_in()
    me.send("/ko/events/songs/book")
    for _ in range(2):
        assert me.send("/ko/events/songs/cancel").status_code == 303
    assert states(read) == ["cancelled_by_user"]


def test_nobody_gives_back_for_somebody_else(songs: int, sign_in: Any, read: Any) -> None:
    sign_in().send("/ko/events/songs/book")
    sign_in().send("/ko/events/songs/cancel")
    assert states(read) == ["confirmed"]


def test_a_closed_event_says_why_not(songs: int, write: Any, sign_in: Any, read: Any) -> None:
    with write() as session:
        domain.cancel(session, session.get_one(Event, songs), actor=ADMIN, now=NOW)
    me = sign_in()
    assert me.send("/ko/events/songs/book").status_code == 303
    assert "지금은 예약을 받지 않습니다." in said(me)
    assert states(read) == []


@pytest.mark.parametrize("action", ["book", "cancel"])
def test_an_unknown_event_is_not_found(sign_in: Any, action: str) -> None:
    assert sign_in().send(f"/ko/events/nowhere/{action}").status_code == 404


def test_a_draft_cannot_even_be_tried(write: Any, sign_in: Any) -> None:
    with write() as session:
        make_event(session, published=False, slug="secret")
    assert sign_in().send("/ko/events/secret/book").status_code == 404


def test_a_visitor_is_led_to_sign_in_and_back(songs: int, client: Browser) -> None:
    html = client.get("/ko/events/songs").text
    assert "next=/ko/events/songs" in html.replace("%2F", "/")
    assert "idempotency_key" not in html


def test_a_visitors_form_leads_to_sign_in(songs: int, client: Browser, read: Any) -> None:
    response = client.send("/ko/events/songs/book")
    assert response.status_code == 303
    assert "sign" in response.location
    assert states(read) == []


@pytest.mark.parametrize("action", ["book", "cancel"])
def test_a_forged_form_does_nothing(songs: int, sign_in: Any, read: Any, action: str) -> None:
    response = sign_in().send(f"/ko/events/songs/{action}", {"csrf_token": "forged"})
    assert response.status_code == 400
    assert states(read) == []


def test_a_form_without_a_key_does_nothing(songs: int, sign_in: Any, read: Any) -> None:
    assert sign_in().send("/ko/events/songs/book", {"idempotency_key": ""}).status_code == 400
    assert states(read) == []


def test_my_bookings_in_both_languages(songs: int, sign_in: Any) -> None:
    me = sign_in()
    me.send("/ko/events/songs/book")
    assert "예약 확정" in said(me, "/ko/my/bookings")
    assert "Seat confirmed" in said(me, "/en/my/bookings")


def test_my_bookings_are_mine(songs: int, write: Any, sign_in: Any) -> None:
    with write() as session:
        book_all(session, session.get_one(Event, songs), make_citizens(session, 1))
    html = said(sign_in(), "/en/my/bookings")
    assert "You have not booked anything yet" in html
    assert "Songs of the North" not in html


def test_what_was_is_kept_without_a_button(songs: int, sign_in: Any, pass_time: Any) -> None:
    me = sign_in()
    me.send("/ko/events/songs/book")
    pass_time(timedelta(days=10))
    html = said(me, "/en/my/bookings")
    assert "Songs of the North" in html
    assert "Give my seat back" not in html


def test_visitors_have_no_bookings(client: Browser) -> None:
    assert client.get("/ko/my/bookings").status_code == 303


@pytest.mark.parametrize("bookings", [1, 3])
def test_my_bookings_cost_two_statements_however_many(
    write: Any, sign_in: Any, count_queries: Any, bookings: int
) -> None:
    me = sign_in()
    with write() as session:
        account = session.get_one(Account, me.account_id)
        for _ in range(bookings):
            book_all(session, make_event(session), [viewer_of(account)])
    with count_queries() as statements:
        said(me, "/ko/my/bookings")
    assert len(statements) == 2


def test_a_page_of_a_person_is_never_stored(songs: int, sign_in: Any, read: Any) -> None:
    me = sign_in()
    me.send("/ko/events/songs/book")
    assert me.get("/ko/events/songs").headers["Cache-Control"] == "private, no-store"
    with read() as session:
        assert session.scalar(select(func.count(Registration.id))) == 1
