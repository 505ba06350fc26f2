"""Mails: which leave when, exactly once, and which lose their reason before they leave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events import domain
from hanmadang.events.models import Event, Registration
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.i18n import use_locale
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.reminders.composers import Letter, Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.factories.events import (
    ADMIN,
    NOW,
    START,
    book_all,
    evening,
    exhibition,
    make_citizens,
    make_event,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = Moment.at(datetime(2026, 12, 2, 19, 30), "Asia/Seoul")


def outbox(session: Session, state: str = "due") -> list[tuple[str, datetime]]:
    """(kind, due) of the mails in a state, in the order they were written."""
    rows = session.execute(
        select(OutboxMail.kind, OutboxMail.due_at).filter_by(state=state).order_by(OutboxMail.id)
    )
    return [(row.kind, row.due_at) for row in rows]


def test_a_booking_confirms_now_and_reminds_at_the_same_clock_the_day_before(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        book_all(session, event, make_citizens(session, 1))
        assert outbox(session) == [
            ("event.confirmation", NOW),
            ("event.reminder", START.instant - DAY),
        ]


def test_a_reminder_never_leaves_after_the_start(write: Any) -> None:
    with write() as session:
        book_all(session, make_event(session), make_citizens(session, 1))
        assert set(session.scalars(select(OutboxMail.not_after))) == {START.instant}


def test_pressing_twice_reminds_once(write: Any) -> None:
    with write() as session:
        event, people = make_event(session), make_citizens(session, 1)
        book_all(session, event, people * 3)
        assert len(outbox(session)) == 2


def test_who_waits_gets_no_reminder(write: Any) -> None:
    with write() as session:
        event = make_event(session, evening(capacity=1))
        people = make_citizens(session, 2)
        book_all(session, event, people)
        assert set(session.scalars(select(OutboxMail.account_id))) == {people[0].id}


@pytest.mark.parametrize(
    ("before", "due"),
    [(24 * HOUR, 2 * HOUR), (5 * HOUR, 2 * HOUR), (2 * HOUR + timedelta(seconds=1), 2 * HOUR)],
)
def test_a_late_booking_is_reminded_two_hours_before(
    write: Any, before: timedelta, due: timedelta
) -> None:
    with write() as session:
        event, people = make_event(session), make_citizens(session, 1)
        book_all(session, event, people, START.instant - before)
        assert outbox(session)[1] == ("event.reminder", START.instant - due)


def test_at_the_last_moment_the_confirmation_is_reminder_enough(write: Any) -> None:
    with write() as session:
        event, people = make_event(session), make_citizens(session, 1)
        book_all(session, event, people, START.instant - 2 * HOUR)
        assert [kind for kind, _ in outbox(session)] == ["event.confirmation"]


def test_the_day_before_is_the_same_wall_clock_across_a_change_to_summer_time(write: Any) -> None:
    with write() as session:
        starts = Moment.at(datetime(2027, 3, 14, 19, 30), "America/New_York")
        book_all(session, make_event(session, evening(starts)), make_citizens(session, 1))
        assert outbox(session)[1][1] == starts.instant - 23 * HOUR


def test_an_exhibition_confirms_without_a_reminder(write: Any) -> None:
    with write() as session:
        book_all(session, make_event(session, exhibition(capacity=5)), make_citizens(session, 1))
        assert [kind for kind, _ in outbox(session)] == ["event.confirmation"]


def test_giving_back_takes_the_mails_back(write: Any) -> None:
    with write() as session:
        event, (one, other) = make_event(session), make_citizens(session, 2)
        book_all(session, event, [one, other])
        mine = session.scalars(select(Registration).filter_by(account_id=one.id)).one()
        domain.cancel_registration(session, mine, actor=one, now=NOW)
        assert len(outbox(session, "cancelled")) == 2
        left = select(OutboxMail.account_id).filter_by(state="due")
        assert set(session.scalars(left)) == {other.id}


def test_booking_again_reminds_again(write: Any) -> None:
    with write() as session:
        event, (one,) = make_event(session), make_citizens(session, 1)
        book_all(session, event, [one])
        mine = session.scalars(select(Registration)).one()
        domain.cancel_registration(session, mine, actor=one, now=NOW)
        book_all(session, event, [one])
        assert [kind for kind, _ in outbox(session)] == ["event.confirmation", "event.reminder"]


def test_moving_up_is_told_and_reminded(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 2)
        book_all(session, event, people)
        mine = session.scalars(select(Registration).filter_by(account_id=people[0].id)).one()
        domain.cancel_registration(session, mine, actor=people[0], now=NOW)
        assert outbox(session) == [
            ("event.promoted", NOW),
            ("event.reminder", START.instant - DAY),
        ]


def test_a_new_time_moves_the_reminders_and_is_told_to_everybody(write: Any) -> None:
    with write() as session:
        event = make_event(session, evening(capacity=1))
        book_all(session, event, make_citizens(session, 2))
        domain.edit(session, event, evening(LATER, capacity=1), version=1, actor=ADMIN, now=NOW)
        assert outbox(session, "cancelled") == [("event.reminder", START.instant - DAY)]
        assert outbox(session) == [
            ("event.confirmation", NOW),
            ("event.changed", NOW),
            ("event.changed", NOW),
            ("event.reminder", LATER.instant - DAY),
        ]


def test_moving_there_and_back_leaves_one_reminder_and_one_notice(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        book_all(session, event, make_citizens(session, 1))
        domain.edit(session, event, evening(LATER), version=1, actor=ADMIN, now=NOW)
        domain.edit(session, event, evening(), version=2, actor=ADMIN, now=NOW)
        assert outbox(session) == [
            ("event.confirmation", NOW),
            ("event.changed", NOW),
            ("event.reminder", START.instant - DAY),
        ]


def test_a_new_place_is_told_and_leaves_the_reminder(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        book_all(session, event, make_citizens(session, 1))
        moved = evening(venue=Bilingual.of(ko="시청", en="City Hall"))
        domain.edit(session, event, moved, version=1, actor=ADMIN, now=NOW)
        assert [kind for kind, _ in outbox(session)] == [
            "event.confirmation", "event.reminder", "event.changed",
        ]  # fmt: skip


def test_another_phone_number_is_no_news(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        book_all(session, event, make_citizens(session, 1))
        domain.edit(session, event, evening(phone="02-9"), version=1, actor=ADMIN, now=NOW)
        assert len(outbox(session)) == 2


def test_cancelling_stops_every_mail_but_the_bad_news(write: Any) -> None:
    with write() as session:
        event = make_event(session, evening(capacity=1))
        book_all(session, event, make_citizens(session, 2))
        domain.cancel(session, event, actor=ADMIN, now=NOW)
        assert outbox(session) == [("event.cancelled", NOW), ("event.cancelled", NOW)]


# --- what the mails say -------------------------------------------------------


def letter(session: Session, kind: str, language: str = "ko") -> Letter | None:
    """The newest mail of a kind, as it would be written now."""
    row = session.scalars(
        select(OutboxMail).filter_by(kind=kind).order_by(OutboxMail.id.desc())
    ).first()
    assert row is not None
    with use_locale(language):
        return compose(kind, row.payload, Reader(row.account_id, language))


Booked = Callable[..., None]


@pytest.fixture
def booked(write: Any) -> Booked:
    """One person has booked the concert."""

    def arrange(fields: Any = None) -> None:
        with write() as session:
            book_all(session, make_event(session, fields, slug="songs"), make_citizens(session, 1))

    return arrange


def test_the_confirmation_in_korean(booked: Booked, read: Any) -> None:
    booked()
    with read() as session:
        mail = letter(session, "event.confirmation")
    assert mail is not None
    assert mail.subject == "[예약 확정] 북녘 노래와 남녘 노래"
    assert mail.text == (
        "‘북녘 노래와 남녘 노래’ 예약이 확정되었습니다. 행사장에서 뵙겠습니다.\n\n"
        "일시: 2026년 11월 30일 (월) 오후 7:30 ~ 오후 9:00\n"
        "장소: 한마당문화회관\n"
        "주소: 시청로 12\n"
        "문의: 02-000-0001\n\n"
        "행사 안내:\n"
        "http://localhost/ko/events/songs\n\n"
        "내 예약 확인 및 취소:\n"
        "http://localhost/ko/my/bookings"
    )


def test_the_confirmation_in_english(booked: Booked, read: Any) -> None:
    booked()
    with read() as session:
        mail = letter(session, "event.confirmation", "en")
    assert mail is not None
    assert mail.subject == "Your seat is confirmed: Songs of the North and South"
    assert "When: Mon, 30 November 2026, 7:30 pm to 9:00 pm" in mail.text
    assert "http://localhost/en/my/bookings" in mail.text


def test_the_calendar_entry_travels_with_the_mail(booked: Booked, read: Any) -> None:
    booked()
    with read() as session:
        mail = letter(session, "event.confirmation")
    assert mail is not None
    (attached,) = mail.attachments
    assert attached.media_type == "text/calendar; method=PUBLISH; charset=utf-8"
    calendar: Any = icalendar.Calendar.from_ical(attached.content)
    assert calendar["METHOD"] == "PUBLISH"
    (entry,) = calendar.walk("VEVENT")
    assert entry["DTSTART"].dt == START.instant
    assert str(entry["ORGANIZER"]) == "mailto:noreply@hanmadang.example"


def test_the_reminder_in_korean_takes_the_right_particle(booked: Booked, read: Any) -> None:
    booked()
    with read() as session:
        mail = letter(session, "event.reminder")
    assert mail is not None
    assert mail.text.startswith("‘북녘 노래와 남녘 노래’가 곧 열립니다.")


def test_who_declined_reminders_gets_the_confirmation_alone(
    booked: Booked, write: Any, read: Any
) -> None:
    booked()
    with write() as session:
        mine = session.scalars(select(Registration)).one()
        consents.withdraw(session, mine.account_id, ConsentKind.REMINDERS, now=NOW)
    with read() as session:
        assert letter(session, "event.reminder") is None
        assert letter(session, "event.confirmation") is not None


def test_a_reminder_of_an_older_time_is_not_written(booked: Booked, write: Any, read: Any) -> None:
    booked()
    with write() as session:
        row = session.scalars(select(OutboxMail).filter_by(kind="event.reminder")).one()
        event = session.scalars(select(Event)).one()
        domain.edit(session, event, evening(LATER), version=1, actor=ADMIN, now=NOW)
        assert compose("event.reminder", row.payload, Reader(1, "ko")) is None


@pytest.mark.parametrize("kind", ["event.confirmation", "event.reminder"])
def test_nothing_is_written_to_who_gave_the_seat_back(
    booked: Booked, write: Any, kind: str
) -> None:
    booked()
    with write() as session:
        mine = session.scalars(select(Registration)).one()
        person = make_citizens(session, 1)[0]
        mine.account_id = person.id
        domain.cancel_registration(session, mine, actor=person, now=NOW)
        assert letter(session, kind) is None


def test_a_cancellation_removes_the_entry_from_calendars(booked: Booked, write: Any) -> None:
    booked()
    with write() as session:
        domain.cancel(session, session.scalars(select(Event)).one(), actor=ADMIN, now=NOW)
        mail = letter(session, "event.cancelled", "en")
        assert mail is not None
        assert mail.subject == "Cancelled: Songs of the North and South"
        calendar: Any = icalendar.Calendar.from_ical(mail.attachments[0].content)
        (entry,) = calendar.walk("VEVENT")
        assert (calendar["METHOD"], entry["STATUS"], entry["SEQUENCE"]) == (
            "CANCEL",
            "CANCELLED",
            1,
        )


@pytest.mark.parametrize("language", ["ko", "en"])
def test_change_and_promotion_are_told_in_both_languages(write: Any, language: str) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 2)
        book_all(session, event, people)
        mine = session.scalars(select(Registration).filter_by(account_id=people[0].id)).one()
        domain.cancel_registration(session, mine, actor=people[0], now=NOW)
        domain.edit(session, event, evening(LATER, capacity=1), version=1, actor=ADMIN, now=NOW)
        changed = letter(session, "event.changed", language)
        promoted = letter(session, "event.promoted", language)
    assert changed is not None
    assert promoted is not None
    when = {"ko": "2026년 12월 2일 (수) 오후 7:30", "en": "Wed, 2 December 2026, 7:30 pm"}[language]
    assert when in changed.text
    assert (
        promoted.subject
        == {
            "ko": "[예약 확정] 북녘 노래와 남녘 노래",
            "en": "A seat is yours: Songs of the North and South",
        }[language]
    )
