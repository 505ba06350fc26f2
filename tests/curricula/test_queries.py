"""What a path is made from: consented evidence, the week, booked events, the reader's language."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hanmadang.courses.domain import partners
from hanmadang.courses.models import Course
from hanmadang.curricula import queries
from hanmadang.curricula.brought import Brought, Device, Kept, Knowledge, Shown
from hanmadang.curricula.engine.inputs import KnowledgeEvidence, Source
from hanmadang.curricula.engine.reasons import Core
from hanmadang.curricula.queries.evenings import booked_evenings
from hanmadang.curricula.queries.facts import Facts
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.curricula.wishes import Wishes
from hanmadang.events.models import Registration
from hanmadang.kernel import clock
from hanmadang.people import consents
from hanmadang.people.models import Consent, ConsentKind
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import PollState
from tests.conftest import Browser
from tests.curricula.conftest import House, Opener
from tests.factories import events
from tests.factories.authoring import make_editor
from tests.factories.courses import course, publish
from tests.factories.curricula import (
    NOW,
    TODAY,
    answered_by_a_lesson,
    bring,
    brought,
    publish_shelf,
    taught,
    unit_id,
)
from tests.factories.people import make_account
from tests.factories.runs import ADMIN

SEOUL = ZoneInfo("Asia/Seoul")
AGREED = consents.CURRENT[ConsentKind.PATH].version


def facts(read: Opener, account_id: int, now: datetime = NOW) -> Facts:
    with read() as session:
        return queries.facts_of_account(session, account_id, now)


def test_evidence_under_an_outdated_consent_text_rests(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    account_id = house_with_poll.account_id
    with write() as session:
        bring(session, account_id, brought(house_with_poll.poll_id, ("war", 0, 1)))
    assert len(facts(read, account_id).pieces) == 1
    with write() as session:
        session.scalars(select(Consent)).one().version = "2020-01"
    assert facts(read, account_id).pieces == ()


def test_the_evidence_of_another_is_not_read(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        stranger = make_account(session).id
        bring(session, stranger, brought(house_with_poll.poll_id, ("war", 0, 1)))
        bring(session, house_with_poll.account_id, brought(house_with_poll.poll_id))
    assert facts(read, house_with_poll.account_id).knowledge() == ()


def test_answers_in_lessons_come_live_from_the_courses(
    house_with_poll: House, sign_in: Callable[..., Browser], read: Opener
) -> None:
    citizen = sign_in()
    citizen.send("/en/courses/division/start")
    for choice in ("0", "1"):
        citizen.send("/en/courses/division/start/line/answer", {"q-first": choice})
    found = facts(read, citizen.account_id, clock.now())  # type: ignore[attr-defined]
    assert found.knowledge() == (KnowledgeEvidence("armistice", 1, 2, Source.QUIZ),)


def test_a_week_begins_on_monday_in_seoul(
    house_with_poll: House, write: Opener, read: Opener
) -> None:
    monday = datetime(2026, 11, 16, 0, 30, tzinfo=SEOUL)
    with write() as session:
        war, songs = unit_id(session, "war"), unit_id(session, "songs")
    found = Facts(done={war: monday - timedelta(hours=1), songs: monday})
    with read() as session:
        shelf = read_shelf(session, "ko")
    assert found.minutes_done(shelf, NOW.astimezone(SEOUL)) == 6
    assert found.minutes_done(shelf, monday - timedelta(minutes=45)) == 14


@pytest.mark.parametrize(("done", "budget"), [(0, 60), (45, 15), (51, 60), (90, 60)])
def test_a_full_week_opens_the_next(done: int, budget: int) -> None:
    assert Facts(wishes=Wishes(60)).budget(done) == budget


def test_minutes_and_availability_follow_the_language(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
    with read() as session:
        korean, english = (read_shelf(session, language).catalogue for language in ("ko", "en"))
    assert [unit.minutes for unit in korean.units] == [8, 8, 8, 6]
    assert [unit.minutes for unit in english.units] == [9, 9, 9, 7]


def test_what_is_taught_brings_the_needs_of_the_graph(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
    with read() as session:
        units = read_shelf(session, "ko").catalogue.units
    assert [unit.needs for unit in units] == [(), (("war",),), (("armistice",),), ()]


def test_what_a_partner_holds_to_be_core_is_in_every_path_with_its_name(
    house_with_poll: House, write: Opener, plan: Callable[..., Any]
) -> None:
    person = house_with_poll.account_id
    with write() as session:
        course_id = session.scalars(select(Course.id)).one()
        partner, stranger = (events.make_institution(session) for _ in range(2))
        for institution, slug in ((partner, "songs"), (stranger, "war")):
            editor = make_editor(session, institution.id)
            partners.set_core(session, editor, course_id, [("start", slug)])
        publish(
            session, course(taught("songs", "songs", "culture"), taught("war", "war", "history"))
        )
        partners.name_partner(session, ADMIN, course_id, partner.id)
        newer, name = unit_id(session, "songs"), partner.name
        shelf = read_shelf(session, "en")
        held = {unit.id: unit.core for unit in shelf.catalogue.units if unit.core}
        assert held == {newer: (name.get("en"),)}
    for language in ("ko", "en"):
        made = plan(person, language)
        assert Core(name.get(language)) in made.step(newer).reasons


def test_booked_events_count_a_fortnight_back_and_ahead_and_only_confirmed_ones(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        (person,) = events.make_citizens(session, 1)
        event = events.make_event(session)
        events.book_all(session, event, [person])
    start = events.START.instant

    def seen(now: datetime) -> list[tuple[int, bool]]:
        with read() as session:
            return [(e.event_id, e.over) for e in booked_evenings(session, person.id, now)]

    assert seen(start - timedelta(days=15)) == []
    assert seen(start - timedelta(days=13)) == [(event.id, False)]
    assert seen(start + timedelta(days=13)) == [(event.id, True)]
    assert seen(start + timedelta(days=15)) == []
    with read() as session:
        assert booked_evenings(session, person.id + 1, start) == []
    with write() as session:
        booking = session.scalars(select(Registration)).one()
        booking.state, booking.position = "waitlisted", 1
        assert booked_evenings(session, person.id, start) == []
        session.rollback()


def test_a_device_reads_its_polls_titles_and_passes_over_polls_that_are_gone(
    house_with_poll: House, read: Opener
) -> None:
    known, gone = (
        Kept(brought(poll_id, ("war", 0, 1), topics=("culture",)), TODAY)
        for poll_id in (house_with_poll.poll_id, 999)
    )
    with read() as session:
        found = queries.facts_of_device(session, Device((known, gone), consent_version=AGREED))
    assert [piece.label.get("en") for piece in found.pieces] == [
        "Three questions for the audience"
    ] * 2
    assert (found.account_id, found.consented) == (None, True)


def test_on_a_device_it_rests_too_and_a_pretest_needs_no_consent(
    house_with_poll: House, read: Opener
) -> None:
    kept = Kept(brought(house_with_poll.poll_id, ("war", 0, 1)), TODAY)
    shown = Shown((Knowledge("peace", 1, 1),), "pretest", TODAY)
    with read() as session:
        for version, codes in (("2020-01", ["peace"]), (AGREED, ["war", "peace"])):
            device = Device((kept,), consent_version=version, shown=(shown,))
            found = queries.facts_of_device(session, device).pieces
            assert [piece.code for piece in found] == codes
            assert found[-1].consent_version == ""


def test_a_question_asked_is_no_answer_given_on_a_device_either(
    house_with_poll: House, write: Opener
) -> None:
    poll_id = house_with_poll.poll_id
    with write() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)
        session.add_all(answered_by_a_lesson(session, poll_id))
        session.flush()
        for source, told in ((Source.POLL, 1), (Source.QUESTION, 0)):
            kept = Kept(Brought(poll_id, topics=("culture",), source=source), TODAY)
            found = queries.facts_of_device(session, Device((kept,), consent_version=AGREED))
            assert len(found.answered) == told
        session.rollback()


def test_codes_that_are_gone_do_not_break_a_path(
    house_with_poll: House, read: Opener, plan: Callable[..., Any]
) -> None:
    odd = Kept(brought(house_with_poll.poll_id, ("no-such", 0, 1), topics=("none",)), TODAY)
    with read() as session:
        found = queries.facts_of_device(session, Device((odd,), consent_version=AGREED))
        made = queries.plan_for(session, found, "ko", now=NOW.astimezone(SEOUL))
    assert len(made.plan.steps) == 4


def test_a_new_lesson_makes_the_path_new(
    house_with_poll: House, write: Opener, plan: Callable[..., Any]
) -> None:
    before = plan(house_with_poll.account_id)
    with write() as session:
        publish(session, course(taught("more", "families", "history"), slug="more"))
    assert plan(house_with_poll.account_id).inputs_hash != before.inputs_hash
