"""Lists, cards and what other rooms may ask; each at a known price in statements."""

import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events import domain, queries
from hanmadang.events.models import Registration, RegistrationState
from hanmadang.events.queries.listing import Filters, page_of
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import NOBODY
from tests.factories.events import (
    ADMIN,
    NOW,
    book_all,
    evening,
    exhibition,
    make_citizens,
    make_event,
    make_topic,
)


def day(number: int) -> Moment:
    return Moment.at(datetime(2026, 12, number, 19), "Asia/Seoul")


def named(title: str, **changes: Any) -> dict[str, Any]:
    return {"title": Bilingual.of(ko=title, en=f"{title} (en)"), **changes}


def found(session: Session, now: datetime = NOW, **asked: str) -> list[str]:
    """Korean titles of the first page of a list."""
    listing = page_of(session, Filters.asked(asked), 1, now)
    return [row.title.get("ko") for row in listing.rows]


def test_next_comes_first_and_what_runs_stands_where_it_ends(write: Any) -> None:
    with write() as session:
        make_event(session, evening(day(20), **named("늦은")))
        make_event(session, exhibition(**named("전시"), last_day=date(2026, 12, 10)))
        make_event(session, evening(day(1), **named("이른")))
        assert found(session) == ["이른", "전시", "늦은"]


def test_the_past_runs_backwards(write: Any) -> None:
    with write() as session:
        make_event(session, evening(day(1), **named("먼저")))
        make_event(session, evening(day(2), **named("나중")))
        later = NOW + timedelta(days=60)
        assert found(session, later) == []
        assert found(session, later, when="past") == ["나중", "먼저"]


def test_drafts_never_match(write: Any) -> None:
    with write() as session:
        make_event(session, published=False)
        for when in ("upcoming", "today", "past"):
            assert found(session, when=when) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "exhibition"}, ["하루"]),
        ({"kind": "concert"}, ["노래"]),
        ({"topic": "culture"}, ["노래"]),
        ({"q": "하루"}, ["하루"]),
        ({"q": "하ㄹ"}, ["하루"]),  # a syllable still being typed
        ({"q": "노래 (EN)"}, ["노래"]),
        ({"q": "노래 하루"}, []),
        ({"q": "100%"}, []),
        ({"kind": "party"}, ["노래", "하루"]),
    ],
)
def test_filters(write: Any, asked: dict[str, Any], expected: list[str]) -> None:
    with write() as session:
        make_topic(session)
        make_event(session, evening(**named("노래", topics=("culture",))))
        make_event(session, exhibition(**named("하루")))
        assert found(session, **asked) == expected


def test_search_finds_hangul_however_it_is_composed(write: Any) -> None:
    with write() as session:
        make_event(session, evening(**named("통일 음악회")))
        assert found(session, q=unicodedata.normalize("NFD", "통일")) == ["통일 음악회"]


def test_open_today_asks_the_doors(write: Any) -> None:
    saturday, monday = NOW, NOW + timedelta(days=2)
    with write() as session:
        make_event(session, exhibition(**named("전시")))
        make_event(
            session,
            evening(Moment.from_instant(NOW + timedelta(hours=3), "Asia/Seoul"), **named("오늘")),
        )
        make_event(session, evening(**named("다음")))
        assert found(session, saturday, when="today") == ["오늘", "전시"]
        assert found(session, monday, when="today") == []


def test_twenty_four_on_a_page(write: Any) -> None:
    with write() as session:
        for number in range(25):
            make_event(session, evening(**named(f"행사 {number}")))
        first = page_of(session, Filters(), 1, NOW)
        second = page_of(session, Filters(), 2, NOW)
        assert (len(first.rows), len(second.rows), first.total, first.pages) == (24, 1, 25, 2)


def test_an_address_leaves_defaults_out() -> None:
    filters = Filters.asked({"kind": "forum", "when": "upcoming", "q": " 통일 "})
    assert filters.address() == {"kind": "forum", "q": "통일"}
    assert filters.address(kind="", when="past") == {"when": "past", "q": "통일"}


@pytest.mark.parametrize("events", [1, 3])
def test_a_list_costs_two_statements_however_long(
    write: Any, read: Any, count_queries: Any, events: int
) -> None:
    with write() as session:
        for _ in range(events):
            make_event(session, exhibition())
    with read() as session, count_queries() as statements:
        page_of(session, Filters(), 1, NOW)
    assert len(statements) == 2


def test_cards_are_phrased_in_the_readers_language(app: Any, write: Any) -> None:
    with write() as session:
        make_event(session, slug="songs")
    with app.test_request_context("/"):
        ko, en = (queries.upcoming(locale=language)[0] for language in ("ko", "en"))
    assert (ko.title, ko.when, ko.price, ko.seats, ko.status) == (
        "북녘 노래와 남녘 노래", "2026년 11월 30일 (월) 오후 7:30 ~ 오후 9:00", "무료",
        "전체 10석 중 10석 남음", "접수 중",
    )  # fmt: skip
    assert (en.date_top, en.date_main, en.date_sub) == ("Nov", "30", "Mon")
    assert (en.url, en.when_iso) == ("/en/events/songs", "2026-11-30T10:30:00Z")


def test_a_title_in_one_language_is_marked(app: Any, write: Any) -> None:
    with write() as session:
        make_event(session, evening(title=Bilingual.of(ko="작은 음악회")))
    with app.test_request_context("/"):
        (card,) = queries.upcoming(locale="en")
    assert (card.title, card.lang) == ("작은 음악회", "ko")


@pytest.mark.parametrize(
    ("hour", "word"),
    [
        (8, "Opens later today"),
        (12, "Open now"),
        (19, "Closed for today"),
        (36, "Open now"),
        (60, "Closed today"),
    ],
)
def test_an_exhibition_card_says_whether_it_is_open(
    app: Any, write: Any, hour: int, word: str
) -> None:
    saturday = Moment.at(datetime(2026, 11, 21), "Asia/Seoul").instant
    with write() as session:
        make_event(session, exhibition())
    with app.test_request_context("/"):
        (card,) = queries.upcoming(locale="en", now=saturday + timedelta(hours=hour))
    assert card.status == word


def test_upcoming_leaves_out_cancelled_events_and_other_kinds(app: Any, write: Any) -> None:
    with write() as session:
        domain.cancel(session, make_event(session), actor=ADMIN, now=NOW)
        make_event(session, exhibition())
    with app.test_request_context("/"):
        assert [card.kind for card in queries.upcoming()] == ["exhibition"]
        assert queries.upcoming("concert") == []
        assert queries.upcoming("exhibition", limit=0) == []


def test_the_page_of_an_unknown_event_is_not_found(read: Any) -> None:
    with read(), pytest.raises(NotFoundError):
        queries.event_by_slug("nowhere")


@pytest.mark.parametrize(("signed_in", "statements_expected"), [(False, 2), (True, 3)])
def test_an_evenings_page_costs_few_statements(
    write: Any, read: Any, count_queries: Any, *, signed_in: bool, statements_expected: int
) -> None:
    with write() as session:
        make_event(session, slug="songs")
        (person,) = make_citizens(session, 1)
    with read(), count_queries() as statements:
        queries.event_by_slug("songs", person if signed_in else NOBODY)
    assert len(statements) == statements_expected


def test_the_page_knows_how_many_wait_ahead(write: Any) -> None:
    with write() as session:
        event = make_event(session, evening(capacity=1), slug="songs")
        people = make_citizens(session, 3)
        book_all(session, event, people)
        pages = [queries.event_by_slug("songs", person).mine for person in people]
        assert [(mine.has_seat, mine.ahead) for mine in pages if mine] == [
            (True, 0), (False, 0), (False, 1),
        ]  # fmt: skip


def test_booked_events_tell_a_curriculum_what_is_still_booked(write: Any) -> None:
    with write() as session:
        one, two = make_event(session, evening(day(1))), make_event(session, evening(day(2)))
        (person,) = make_citizens(session, 1)
        book_all(session, two, [person])
        book_all(session, one, [person])
        mine = session.scalars(select(Registration).order_by(Registration.id)).first()
        assert mine is not None
        domain.cancel_registration(session, mine, actor=person, now=NOW)
        assert queries.booked_events(person.id) == [
            queries.BookedEvent(one.id, RegistrationState.CONFIRMED, day(1).instant)
        ]


def test_my_bookings_part_what_comes_from_what_was(write: Any) -> None:
    with write() as session:
        (person,) = make_citizens(session, 1)
        for number in (1, 9):
            book_all(session, make_event(session, evening(day(number))), [person])
        between = day(5).instant
        to_come, earlier = queries.bookings_of(person.id, between)
        assert [line.row.begins_at for line in to_come] == [day(9).instant]
        assert [line.row.begins_at for line in earlier] == [day(1).instant]


def test_an_event_abroad_names_its_zone(app: Any, write: Any) -> None:
    with write() as session:
        make_event(session, evening(Moment.at(datetime(2027, 3, 8, 19), "America/New_York")))
    with app.test_request_context("/"), use_locale("en"):
        (card,) = queries.upcoming()
    assert card.when == "Mon, 8 March 2027, 7:00 pm to 8:30 pm (Eastern Time)"
