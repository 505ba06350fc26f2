"""Suggestions: when a rule writes one, exactly once, and what editors make of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Course,
    CourseDraft,
    CoursePartner,
    DraftUnit,
    LearningEvent,
)
from hanmadang.curricula.demand_rules import Rule
from hanmadang.curricula.domain import demand, reminding
from hanmadang.curricula.domain import suggestions as verbs
from hanmadang.curricula.models import (
    DemandFigure,
    DemandSuggestion,
    ModuleLink,
    Reply,
    SuggestionState,
)
from hanmadang.events.models import Event, EventState
from hanmadang.forums.models import Call
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotAllowedNowError, RefusedError
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.models_audience import Sitting
from hanmadang.reminders.composers import Letter, Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.curricula.conftest import Opener
from tests.factories import polls
from tests.factories.curricula import bring, brought, publish_shelf, unit_id
from tests.factories.demand import (
    accept,
    answered,
    asked_for_culture,
    close,
    editor,
    suggestion_of,
)
from tests.factories.events import evening, make_event, make_institution
from tests.factories.people import make_account

Plan = Callable[..., Any]


@pytest.mark.parametrize(
    ("count", "n", "asks"),
    [(100, 300, True), (33, 100, False), (34, 100, True), (35, 100, True), (60, 99, False)],
)
def test_a_wish_counts_from_a_hundred_people_with_a_lower_bound_above_a_quarter(
    count: int, n: int, asks: bool
) -> None:
    assert Rule(0.25, 100).asks(count, n) is asks


@pytest.mark.parametrize(("count", "n", "asks"), [(21, 30, True), (20, 30, False), (60, 100, True)])
def test_a_gap_counts_where_surely_more_than_half_missed_it(count: int, n: int, asks: bool) -> None:
    assert Rule(0.5, 30).asks(count, n) is asks


def test_closing_writes_figures_and_a_suggestion_with_its_numbers(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        publish_shelf(session)
        asked_for_culture(session)
    with read() as session:
        (held,) = session.scalars(select(DemandSuggestion))
        assert (held.wanted, held.code, held.count, held.n) == ("wish", "culture", 88, 140)
        assert (round(held.low, 3), held.bar, held.state) == (0.546, 0.25, "open")
        figures = session.execute(select(DemandFigure.codes, DemandFigure.count)).all()
        assert [tuple(row) for row in figures] == [
            (["history"], 40), (["culture"], 88), (["economy"], 12),
        ]  # fmt: skip


def test_a_gap_is_suggested_by_its_competency(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        answered(session, (polls.KNOWLEDGE, (80, 20)))
    with read() as session:
        (held,) = session.scalars(select(DemandSuggestion))
        assert (held.wanted, held.code, held.count, held.n) == (
            "gap", "armistice-contents", 80, 100,
        )  # fmt: skip


def test_small_numbers_and_opinions_suggest_nothing(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        answered(session, (polls.INTEREST, (0, 29, 0)), (polls.OPINION, (150, 30, 20)))
    with read() as session:
        assert session.scalars(select(DemandSuggestion)).all() == []
        assert session.scalars(select(DemandFigure)).all() == []


def test_a_later_poll_takes_the_place_of_an_open_suggestion(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        first, second = asked_for_culture(session), asked_for_culture(session)
        session.refresh(first)
        assert (first.state, second.state) == ("superseded", "open")


def racing(app: Flask, poll_id: int, writers: int = 6) -> list[IntegrityError]:
    """Several processes' worth of writers release one poll at the same moment."""
    ready = Barrier(writers)
    faults: list[IntegrityError] = []

    def run() -> None:
        ready.wait()
        try:
            with app.app_context(), transaction() as session:
                demand.release(session, poll_id, polls.NOW)
        except IntegrityError as error:
            faults.append(error)

    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(run) for _ in range(writers)]:
            done.result()
    return faults


@pytest.fixture
def unheard(write: Opener, monkeypatch: pytest.MonkeyPatch) -> int:
    """A poll that closed while nobody listened, as after a crash of an older release."""
    with write() as session:
        publish_shelf(session)
        poll = answered(session, (polls.INTEREST, (40, 88, 12)), closed=False)
        with monkeypatch.context() as patch:
            patch.setattr("hanmadang.polls.closings._listeners", [])
            close(session, poll)
        return poll.id


def test_however_many_release_a_poll_it_suggests_once(
    house: Flask, unheard: int, read: Opener
) -> None:
    assert racing(house, unheard) == []
    with read() as session:
        assert len(session.scalars(select(DemandSuggestion)).all()) == 1
        assert len(session.scalars(select(DemandFigure)).all()) == 3


def test_the_race_is_lost_without_the_guard(
    house: Flask, unheard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unguarded(session: Session, model: Any, **values: Any) -> int:
        first = next(iter(model.__table__.primary_key.columns))
        made = session.execute(insert(model.__table__).values(values).returning(first))
        return int(made.scalar_one())

    monkeypatch.setattr(demand, "insert_once", unguarded)
    assert len(racing(house, unheard)) == 5


def test_one_press_ties_the_best_lesson_to_the_poll(write: Opener, plan: Plan) -> None:
    with write() as session:
        publish_shelf(session)
        person = make_account(session).id
        held = asked_for_culture(session)
        bring(session, person, brought(held.poll_id, topics=("culture",)))
        accept(session, held)
        assert (held.state, held.unit_slug) == ("accepted", "songs")
        songs = unit_id(session, "songs")
    step = plan(person).step(songs)
    group = next(r for r in step.reasons if r.code == "group")
    assert (group.about, group.missed, group.percent, group.n) == ("culture", False, 63, 140)


def test_nobody_else_is_told_of_it(write: Opener, plan: Plan) -> None:
    with write() as session:
        publish_shelf(session)
        stranger = make_account(session).id
        accept(session, asked_for_culture(session))
    codes = {reason.code for step in plan(stranger).plan.steps for reason in step.reasons}
    assert "group" not in codes


def test_undoing_takes_it_out_of_the_path_and_the_mail_back(write: Opener, plan: Plan) -> None:
    with write() as session:
        publish_shelf(session)
        person = make_account(session).id
        held = asked_for_culture(session)
        bring(session, person, brought(held.poll_id, topics=("culture",)))
        consents.grant(session, person, ConsentKind.REMINDERS, now=polls.NOW, actor=Viewer(person))
        accept(session, held)
        assert mails(session) == ["due"]
        verbs.undo(session, editor(session), held.id)
        assert (held.state, held.reply, mails(session)) == ("open", None, ["cancelled"])
    codes = {reason.code for step in plan(person).plan.steps for reason in step.reasons}
    assert "group" not in codes


def mails(session: Session) -> list[str]:
    kind = OutboxMail.kind == reminding.LETTER
    return list(session.scalars(select(OutboxMail.state).where(kind).order_by(OutboxMail.id)))


def test_the_reminder_leaves_the_next_morning_once(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        person = make_account(session, locale="en").id
        held = asked_for_culture(session)
        bring(session, person, brought(held.poll_id, topics=("culture",)))
        consents.grant(session, person, ConsentKind.REMINDERS, now=polls.NOW, actor=Viewer(person))
        accept(session, held)
        reminding.remind_latecomers(session, now=polls.NOW + timedelta(hours=2))
    with read() as session:
        (mail,) = session.scalars(select(OutboxMail).where(OutboxMail.kind == reminding.LETTER))
        assert mail.locale == "en"
        assert mail.due_at.isoformat() == "2026-11-21T00:00:00+00:00"
        assert mail.not_after.isoformat() == "2026-11-21T11:00:00+00:00"


def test_what_no_lesson_teaches_becomes_a_draft_of_one(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        poll = answered(session, (polls.KNOWLEDGE, (80, 20)))
        held = suggestion_of(session, poll.id)
        with pytest.raises(verbs.NoLessonError):
            accept(session, held)
        accept(session, held, Reply.LESSON)
        draft = session.get_one(CourseDraft, held.course_id)
        (unit,) = session.scalars(select(DraftUnit))
        assert draft.head["title"]["en"] == "Name of armistice-contents"
        assert unit.content["teaches"] == [{"competency": "armistice-contents", "strength": 0.5}]


def test_a_call_for_speakers_is_drafted_with_its_forum(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        host = make_institution(session).id
        actor = editor(session, Role.ORGANIZER, host)
        held = asked_for_culture(session)
        accept(session, held, Reply.CALL, actor)
        event = session.get_one(Event, held.event_id)
        call = session.scalars(select(Call)).one()
        assert (event.state, event.title.get("en")) == (EventState.DRAFT, "Name of culture")
        assert "63% of 140 people" in call.text.get("en")
        assert "140명 가운데 63%" in call.text.get("ko")


def test_where_partners_keep_the_course_two_institutions_sign(write: Opener, plan: Plan) -> None:
    with write() as session:
        publish_shelf(session)
        first, second, other = (make_institution(session).id for _ in range(3))
        course_id = session.scalars(select(Course.id)).one()
        session.add_all(
            CoursePartner(course_id=course_id, institution_id=each) for each in (first, second)
        )
        person = make_account(session).id
        held = asked_for_culture(session)
        bring(session, person, brought(held.poll_id, topics=("culture",)))
        one, two, none = (
            editor(session, Role.PARTNER_EDITOR, each) for each in (first, second, other)
        )
        accept(session, held, actor=one)
        assert held.state == SuggestionState.SIGNING
        with pytest.raises(RefusedError):
            verbs.sign(session, none, held.id, now=polls.NOW)
        verbs.sign(session, one, held.id, now=polls.NOW)
        assert held.state == SuggestionState.SIGNING
        with pytest.raises(RefusedError):
            verbs.undo(session, none, held.id)
        verbs.sign(session, two, held.id, now=polls.NOW)
        assert held.state == SuggestionState.ACCEPTED
        with pytest.raises(RefusedError):
            verbs.undo(session, none, held.id)
        verbs.undo(session, two, held.id)
        assert held.state == SuggestionState.OPEN


def test_declining_needs_a_reason_and_can_be_undone(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        held = asked_for_culture(session)
        with pytest.raises(verbs.WhyNotError):
            verbs.decline(session, editor(session), held.id, Bilingual(), now=polls.NOW)
        verbs.decline(session, editor(session), held.id, Bilingual.of(ko="이유"), now=polls.NOW)
        with pytest.raises(NotAllowedNowError):
            accept(session, held)
        verbs.undo(session, editor(session), held.id)
        assert (held.state, held.reason) == ("open", None)


def test_citizens_decide_nothing(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        held = asked_for_culture(session)
        with pytest.raises(RefusedError):
            accept(session, held, actor=Viewer(1, roles=frozenset({Role.CITIZEN})))


def asked_by_a_person(session: Session, locale: str = "ko") -> tuple[int, DemandSuggestion]:
    """Somebody of the hall with both consents, and the accepted suggestion."""
    publish_shelf(session)
    person = make_account(session, locale=locale).id
    held = asked_for_culture(session)
    bring(session, person, brought(held.poll_id, topics=("culture",)))
    consents.grant(session, person, ConsentKind.REMINDERS, now=polls.NOW, actor=Viewer(person))
    return person, accept(session, held)


def letter_to(house: Flask, locale: str) -> Letter | None:
    """What the planned mail says as it leaves."""
    with house.test_request_context(f"/{locale}/"):
        mail = db.session.scalars(select(OutboxMail)).one()
        with use_locale(locale):
            return compose(mail.kind, mail.payload, Reader(mail.account_id, locale))


@pytest.mark.parametrize(
    ("locale", "figures"),
    [
        ("ko", "140명 가운데 63%가 ‘culture 주제’를 더 알고 싶다고 답했습니다."),
        ("en", "63% of the 140 people in your poll asked for “Name of culture”."),
    ],
)
def test_the_mail_names_poll_figures_and_lesson_in_its_readers_language(
    house: Flask, write: Opener, locale: str, figures: str
) -> None:
    with write() as session:
        asked_by_a_person(session, locale)
    letter = letter_to(house, locale)
    assert letter is not None
    assert figures in letter.text
    assert f"/{locale}/courses/" in letter.text


@pytest.mark.parametrize("kind", [ConsentKind.PATH, ConsentKind.REMINDERS])
def test_who_withdrew_gets_no_mail_and_sees_no_group_reason(
    house: Flask, write: Opener, plan: Plan, kind: ConsentKind
) -> None:
    with write() as session:
        person, _held = asked_by_a_person(session)
        consents.withdraw(session, person, kind, now=polls.NOW, actor=Viewer(person))
    assert letter_to(house, "ko") is None
    codes = {reason.code for step in plan(person).plan.steps for reason in step.reasons}
    assert ("group" in codes) is (kind is ConsentKind.REMINDERS)


def test_a_lead_in_is_tied_to_the_next_event_on_the_topic_and_untied_again(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        held = asked_for_culture(session)
        with pytest.raises(verbs.NoEventError):
            accept(session, held, Reply.LEAD_IN)
    with write() as session:
        held = session.scalars(select(DemandSuggestion)).one()
        event = make_event(session, evening(topics=("culture",)))
        accept(session, held, Reply.LEAD_IN)
        (link,) = session.scalars(select(ModuleLink))
        assert (link.event_id, link.role, held.linked) == (event.id, "lead_in", True)
        verbs.undo(session, editor(session), held.id)
        assert session.scalars(select(ModuleLink)).all() == []


def test_a_forums_poll_is_followed_up_after_the_forum(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        event = make_event(session)
        poll = answered(session, (polls.INTEREST, (40, 88, 12)), closed=False)
        session.add(Sitting(poll_id=poll.id, state="open", event_slug=event.slug))
        session.flush()
        close(session, poll)
        accept(session, suggestion_of(session, poll.id))
        (link,) = session.scalars(select(ModuleLink))
        assert (link.event_id, link.role) == (event.id, "follow_up")


def test_a_decision_on_which_people_rely_stands(write: Opener) -> None:
    with write() as session:
        person, held = asked_by_a_person(session)
        songs = unit_id(session, "songs")
        begun = LearningEvent(
            account_id=person, key="k", kind="opened", unit_id=songs, at=polls.NOW
        )
        session.add(begun)
        session.flush()
        with pytest.raises(verbs.TakenError):
            verbs.undo(session, editor(session), held.id)
