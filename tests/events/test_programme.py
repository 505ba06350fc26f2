"""Creating, editing, publishing, cancelling: what is refused, what is kept, what is recorded."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hanmadang.events import domain
from hanmadang.events.domain import InvalidFieldError
from hanmadang.events.models import Event, EventState, MondayRule, Slot
from hanmadang.events.steps import EVENTS, REGISTRATIONS
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import (
    ConflictError,
    NotAllowedNowError,
    NotFoundError,
    RefusedError,
)
from hanmadang.kernel.permissions import Role, Viewer
from tests.factories.events import (
    ADMIN,
    NOW,
    START,
    book_all,
    evening,
    exhibition,
    make_citizens,
    make_event,
    make_institution,
    make_topic,
)

KOREAN_ONLY = Bilingual.of(ko="작은 음악회")
LATER = Moment.at(datetime(2026, 12, 1, 19, 30), "Asia/Seoul")


def test_a_new_event_is_a_draft_with_everything_in_its_place(write: Any) -> None:
    with write() as session:
        make_topic(session)
        event = make_event(session, evening(topics=("culture",)), published=False)
        session.expire_all()
        assert (event.state, event.version, event.sequence) == (EventState.DRAFT, 1, 0)
        assert (event.starts, event.begins_at) == (START, START.instant)
        assert [topic.topic_code for topic in event.topics] == ["culture"]
        assert event.slot is not None
        assert (event.slot.capacity, event.slot.accepting) == (10, False)


def test_an_exhibition_keeps_days_and_hours_but_no_start(write: Any) -> None:
    with write() as session:
        event = make_event(session, exhibition(monday_rule=MondayRule.CLOSED))
        session.expire_all()
        assert (event.starts, event.slot) == (None, None)
        assert (event.first_day, event.last_day) == (date(2026, 11, 10), date(2027, 2, 28))
        assert [rule.weekdays for rule in event.opening_rules] == [0b1111110]


def test_the_slug_follows_from_the_english_title_and_is_free(write: Any) -> None:
    with write() as session:
        first, second = make_event(session), make_event(session)
        assert first.slug == "songs-of-the-north-and-south"
        assert second.slug.startswith("songs-of-the-north-and-south-")


def test_a_korean_title_alone_makes_a_korean_slug(write: Any) -> None:
    with write() as session:
        assert (
            make_event(session, evening(title=KOREAN_ONLY), published=False).slug == "작은-음악회"
        )


def test_nobody_creates_events_for_another_institution(write: Any) -> None:
    with write() as session:
        mine, other = make_institution(session), make_institution(session)
        organizer = Viewer(7, roles=frozenset({Role.ORGANIZER}), institution_id=mine.id)
        domain.create(session, evening(), actor=organizer, institution_id=mine.id, now=NOW)
        with pytest.raises(RefusedError):
            domain.create(session, evening(), actor=organizer, institution_id=other.id, now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": Bilingual()}, "title_ko"),
        ({"venue": Bilingual()}, "venue_ko"),
        ({"starts": None}, "starts"),
        ({"ends": None}, "ends"),
        ({"ends": START}, "ends"),
        ({"capacity": 0}, "capacity"),
        ({"registration_opens": START, "registration_closes": START}, "registration_closes"),
        ({"registration_closes": LATER}, "registration_closes"),
    ],
)
def test_an_evening_that_cannot_be_names_its_field(changes: dict[str, Any], field: str) -> None:
    whole = evening()
    with pytest.raises(InvalidFieldError) as refused:
        replace(whole, **changes)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_day": None}, "first_day"),
        ({"last_day": None}, "last_day"),
        ({"last_day": date(2026, 11, 9)}, "last_day"),
        ({"hours": ()}, "hours"),
    ],
)
def test_an_exhibition_that_cannot_be_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        exhibition(**changes)
    assert refused.value.field == field


def test_publishing_opens_the_seats(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        session.expire_all()
        assert event.state == EventState.PUBLISHED
        assert session.scalars(select(Slot.accepting)).all() == [True]


@pytest.mark.parametrize("name", ["title", "summary", "venue"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_publishing_needs_both_languages(write: Any, name: str, language: str) -> None:
    with write() as session:
        one: dict[str, Any] = {name: Bilingual.of(**{language: "하나"})}
        event = make_event(session, replace(evening(), **one), published=False)
        with pytest.raises(InvalidFieldError):
            domain.publish(session, event, actor=ADMIN, now=NOW)
        assert event.state == EventState.DRAFT


def test_one_language_may_be_meant(write: Any) -> None:
    with write() as session:
        event = make_event(session, evening(title=KOREAN_ONLY), published=False)
        domain.publish(session, event, actor=ADMIN, now=NOW, single_language=True)
        assert (event.state, event.single_language) == (EventState.PUBLISHED, True)


def test_the_past_cannot_be_published(write: Any) -> None:
    with write() as session:
        event = make_event(session, published=False)
        with pytest.raises(InvalidFieldError):
            domain.publish(session, event, actor=ADMIN, now=START.instant + timedelta(days=1))


def test_an_event_is_published_once(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        with pytest.raises(NotAllowedNowError):
            domain.publish(session, event, actor=ADMIN, now=NOW)


def test_an_edit_raises_the_version(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        domain.edit(session, event, evening(phone="02-1"), version=1, actor=ADMIN, now=NOW)
        assert (event.version, event.phone, event.sequence) == (2, "02-1", 0)


def test_an_edit_of_an_old_version_is_refused(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        domain.edit(session, event, evening(phone="02-1"), version=1, actor=ADMIN, now=NOW)
        with pytest.raises(ConflictError):
            domain.edit(session, event, evening(phone="02-2"), version=1, actor=ADMIN, now=NOW)
        assert event.phone == "02-1"


@pytest.mark.parametrize(
    "changes", [{"starts": LATER}, {"venue": Bilingual.of(ko="시청", en="City Hall")}]
)
def test_a_new_time_or_place_raises_the_calendar_sequence(
    write: Any, changes: dict[str, Any]
) -> None:
    with write() as session:
        event = make_event(session)
        domain.edit(session, event, evening(**changes), version=1, actor=ADMIN, now=NOW)
        assert event.sequence == 1


def test_a_draft_moves_without_a_trace_in_calendars(write: Any) -> None:
    with write() as session:
        event = make_event(session, published=False)
        domain.edit(session, event, evening(LATER), version=1, actor=ADMIN, now=NOW)
        assert event.sequence == 0


def test_a_published_event_does_not_lose_a_language(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        with pytest.raises(InvalidFieldError) as refused:
            domain.edit(session, event, evening(title=KOREAN_ONLY), version=1, actor=ADMIN, now=NOW)
        assert refused.value.field == "title_en"


def test_an_edit_replaces_topics_and_hours(write: Any) -> None:
    with write() as session:
        make_topic(session)
        make_topic(session, "history", "역사", "History")
        event = make_event(session, exhibition(topics=("culture",)))
        changed = exhibition(topics=("culture", "history"), hours=exhibition().hours * 2)
        domain.edit(session, event, changed, version=1, actor=ADMIN, now=NOW)
        session.expire_all()
        assert sorted(topic.topic_code for topic in event.topics) == ["culture", "history"]
        assert len(event.opening_rules) == 2


def test_a_change_of_kind_leaves_no_stale_hours(write: Any) -> None:
    with write() as session:
        event = make_event(session, exhibition())
        domain.edit(session, event, evening(), version=1, actor=ADMIN, now=NOW)
        session.expire_all()
        assert (event.opening_rules, event.first_day, event.starts) == ([], None, START)


def test_another_institution_does_not_even_learn_of_the_event(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        stranger = Viewer(
            7, roles=frozenset({Role.ORGANIZER}), institution_id=event.institution_id + 1
        )
        with pytest.raises(NotFoundError):
            domain.edit(session, event, evening(), version=1, actor=stranger, now=NOW)
        with pytest.raises(NotFoundError):
            domain.publish(session, event, actor=stranger, now=NOW)
        with pytest.raises(NotFoundError):
            domain.cancel(session, event, actor=stranger, now=NOW)


def test_cancelling_frees_every_seat_and_counts_the_people_told(write: Any) -> None:
    with write() as session:
        event = make_event(session, evening(capacity=2))
        book_all(session, event, make_citizens(session, 3))
        assert domain.cancel(session, event, actor=ADMIN, now=NOW) == 3
        session.expire_all()
        assert (event.state, event.sequence, event.version) == (EventState.CANCELLED, 1, 2)
        assert session.execute(select(Slot.taken, Slot.accepting)).one() == (0, False)


def test_a_cancelled_event_stays_as_it_is(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        domain.cancel(session, event, actor=ADMIN, now=NOW)
        with pytest.raises(NotAllowedNowError):
            domain.edit(session, event, evening(), version=2, actor=ADMIN, now=NOW)
        with pytest.raises(NotAllowedNowError):
            domain.cancel(session, event, actor=ADMIN, now=NOW)


def test_a_draft_cannot_be_cancelled(write: Any) -> None:
    with write() as session, pytest.raises(NotAllowedNowError):
        domain.cancel(session, make_event(session, published=False), actor=ADMIN, now=NOW)


def test_every_act_is_audited(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        domain.edit(session, event, evening(phone="1"), version=1, actor=ADMIN, now=NOW)
        domain.cancel(session, event, actor=ADMIN, now=NOW)
        session.flush()
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert actions == ["event.created", "event.published", "event.edited", "event.cancelled"]


def test_the_tables_of_steps() -> None:
    assert {(a.value, b.value) for a, after in EVENTS.steps.items() for b in after} == {
        ("draft", "published"),
        ("published", "cancelled"),
    }
    assert {(a.value, b.value) for a, after in REGISTRATIONS.steps.items() for b in after} == {
        ("waitlisted", "confirmed"),
        ("waitlisted", "cancelled_by_user"),
        ("waitlisted", "cancelled_by_organizer"),
        ("confirmed", "cancelled_by_user"),
        ("confirmed", "cancelled_by_organizer"),
    }


@pytest.mark.parametrize("values", [{"state": "lost"}, {"kind": "party"}])
def test_the_database_refuses_unknown_states(write: Any, values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), write() as session:  # noqa: PT012  (the refusal comes at commit)
        event = make_event(session)
        for name, value in values.items():
            setattr(event, name, value)


def test_the_database_itself_refuses_to_oversell(write: Any) -> None:
    with pytest.raises(IntegrityError), write() as session:  # noqa: PT012  (the refusal comes at commit)
        make_event(session)
        session.scalars(select(Slot)).one().taken = 11


def test_stored_wall_clocks_survive_a_change_of_zone_rules(write: Any, read: Any) -> None:
    with write() as session:
        starts = Moment.at(datetime(2027, 3, 14, 2, 30), "America/New_York")  # inside the gap
        slug = make_event(session, evening(starts)).slug
    with read() as session:
        event = session.scalars(select(Event).filter_by(slug=slug)).one()
        assert event.starts == starts
        assert event.starts.local == datetime(2027, 3, 14, 2, 30)
