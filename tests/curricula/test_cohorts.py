"""A cohort's curriculum: from what the group showed, changed by its composer, fixed, assigned."""

from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.courses.domain import membership
from hanmadang.courses.models import Cohort
from hanmadang.curricula.domain import cohorts, live_demand, pretested
from hanmadang.curricula.domain.cohorts import Wishes
from hanmadang.curricula.engine.cohort import Shown, Wished
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.reasons import Interest, PrereqOf
from hanmadang.curricula.models import CohortCurriculum, Evidence, EvidenceKind
from hanmadang.curricula.queries import cohorts as reading
from hanmadang.curricula.queries.cohorts import Composed
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.reminders.composers import Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.curricula.conftest import Opener
from tests.factories import courses, polls
from tests.factories.curricula import publish_shelf, taught
from tests.factories.events import make_institution
from tests.factories.people import make_account
from tests.factories.runs import ADMIN, NOW, join, make_citizen, make_cohort
from tests.support.crowd import all_at_once

TODAY = NOW.date()
PLACE = "division/start/{}"


@dataclass(frozen=True)
class Class:
    """A cohort with members, and its poll."""

    cohort_id: int
    poll_id: int
    members: tuple[Viewer, ...]


@pytest.fixture
def klass(write: Opener) -> Class:
    """Twelve members, a shelf of four lessons, and an open poll that nobody answered."""
    with write() as session:
        version = publish_shelf(session)
        cohort = make_cohort(session, version.course_id)
        members = tuple(make_citizen(session) for _ in range(12))
        for member in members:
            join(session, cohort, member)
        poll = polls.make_poll(session)
        cohorts.begin(session, ADMIN, cohort.id, now=NOW)
        cohorts.ask_for(session, ADMIN, cohort.id, Wishes(40, None, poll.id), version=1, now=NOW)
        return Class(cohort.id, poll.id, members)


def begun(session: Session, klass: Class) -> CohortCurriculum:
    return session.get_one(CohortCurriculum, klass.cohort_id)


def seen(session: Session, klass: Class, language: str = "ko") -> Composed:
    shelf = read_shelf(session, language)
    return reading.composed(session, shelf, begun(session, klass), today=TODAY)


def slugs(found: Composed) -> list[str]:
    return [step.lesson.unit_slug for step in found.steps]


def vote(session: Session, klass: Class, people: int, *, knowledge: int, topic: int) -> None:
    """That many people choose those options of the poll's questions."""
    on_knowledge, on_topics, _stance = session.get_one(Poll, klass.poll_id).questions
    ballots = [polls.ballot(on_knowledge, knowledge) for _ in range(people)]
    ballots += [polls.ballot(on_topics, topic) for _ in range(people)]
    polls.cast(session, *ballots)


# from the group's answers


def test_a_closed_poll_counts_in_tens_with_ten_people_on_each_side(
    write: Opener, klass: Class
) -> None:
    with write() as session:
        vote(session, klass, 12, knowledge=0, topic=1)
        vote(session, klass, 7, knowledge=1, topic=0)
        assert seen(session, klass).rests_on.shown == ()
        vote(session, klass, 5, knowledge=1, topic=0)
        close(session, klass)
        found = seen(session, klass).rests_on
        assert found.shown == (Shown("armistice-contents", 10, 20),)
        assert found.wish("culture") == Wished("culture", 10, 20)


def close(session: Session, klass: Class) -> None:
    change_state(session, None, klass.poll_id, PollState.CLOSED, now=polls.NOW)


def test_a_running_poll_counts_from_thirty_and_moves_by_ten(write: Opener, klass: Class) -> None:
    with write() as session:
        vote(session, klass, 14, knowledge=0, topic=1)
        vote(session, klass, 15, knowledge=1, topic=1)
        assert now_told(session, klass) == ()
        vote(session, klass, 1, knowledge=1, topic=1)
        assert now_told(session, klass) == (Shown("armistice-contents", 20, 30),)
        vote(session, klass, 9, knowledge=0, topic=1)
        assert now_told(session, klass) == (Shown("armistice-contents", 20, 30),)
        vote(session, klass, 1, knowledge=0, topic=1)
        assert now_told(session, klass) == (Shown("armistice-contents", 20, 40),)


def now_told(session: Session, klass: Class) -> tuple[Shown, ...]:
    live_demand.refresh(session)
    session.expire_all()
    return seen(session, klass).rests_on.shown


def test_drafts_are_offered_to_those_alone_who_moderate_them(write: Opener, klass: Class) -> None:
    with write() as session:
        cohort = session.get_one(Cohort, klass.cohort_id)
        place = cohort.institution_id = make_institution(session).id
        draft = polls.make_poll(session, state=PollState.DRAFT, institution_id=place)
        opened = polls.make_poll(session, institution_id=place)
        offered = {
            role: {id_ for id_, _title in reading.polls_to_choose(
                session, Viewer(1, roles=frozenset({role}), institution_id=place), cohort
            )}
            for role in (Role.PARTNER_EDITOR, Role.ORGANIZER)
        }  # fmt: skip
    assert offered == {Role.PARTNER_EDITOR: {opened.id}, Role.ORGANIZER: {opened.id, draft.id}}


def test_the_curriculum_changes_as_answers_arrive(write: Opener, klass: Class) -> None:
    chosen = Interest("culture", Source.COHORT.value)
    with write() as session:
        assert not any(chosen in step.reasons for step in seen(session, klass).steps)
        vote(session, klass, 15, knowledge=0, topic=1)
        vote(session, klass, 15, knowledge=1, topic=0)
        live_demand.refresh(session)
        songs = next(s for s in seen(session, klass).steps if s.lesson.unit_slug == "songs")
        assert chosen in songs.reasons


def test_pretests_count_from_twenty_members_in_tens_and_nobody_else(
    write: Opener, klass: Class
) -> None:
    with write() as session:
        strangers = [make_account(session).id for _ in range(10)]
        members = grown(session, klass, 20)
        for person in strangers + members[:10]:
            session.add(pretest(session, person, right=2))
        for person in members[10:19]:
            session.add(pretest(session, person, right=1))
        assert pretests_told(session, klass) == ()
        session.add(pretest(session, members[19], right=1))
        assert pretests_told(session, klass) == (Shown("armistice", 10, 20),)


def test_nobodys_pretest_shows_between_two_looks(write: Opener, klass: Class) -> None:
    with write() as session:
        members = grown(session, klass, 34)
        for place, person in enumerate(members[:24]):
            session.add(pretest(session, person, right=2 * (place % 2)))
        before = pretests_told(session, klass)
        assert before == (Shown("armistice", 10, 20),)
        for person in members[24:33]:
            session.add(pretest(session, person, right=2))
            assert pretests_told(session, klass) == before
        membership.leave_cohort(session, klass.members[0], klass.cohort_id)
        assert pretests_told(session, klass) == before


def test_a_pretest_that_nearly_all_passed_says_nothing(write: Opener, klass: Class) -> None:
    with write() as session:
        for place, person in enumerate(grown(session, klass, 20)):
            session.add(pretest(session, person, right=2 * (place > 0)))
        assert pretests_told(session, klass) == ()


def grown(session: Session, klass: Class, members: int) -> list[int]:
    """The cohort with so many members."""
    cohort = session.get_one(Cohort, klass.cohort_id)
    more = [make_citizen(session) for _ in range(members - len(klass.members))]
    for member in more:
        join(session, cohort, member)
    return [member.id for member in (*klass.members, *more)]


def pretests_told(session: Session, klass: Class) -> tuple[Shown, ...]:
    session.flush()
    pretested.refresh(session, klass.cohort_id)
    return seen(session, klass).rests_on.shown


def pretest(session: Session, account_id: int, *, right: int) -> Evidence:
    consents.grant(session, account_id, ConsentKind.PATH, now=NOW, actor=ADMIN)
    return Evidence(
        account_id=account_id, kind=EvidenceKind.KNOWLEDGE.value, competency_code="armistice",
        right=right, of=2, source_kind="pretest", source_ref="1",
        source_label=polls.both("사전 확인", "Pre-test"),
        consent_version=consents.CURRENT[ConsentKind.PATH].version, created_on=TODAY,
    )  # fmt: skip


# the composer's decisions


def test_a_lesson_left_out_stays_out_and_one_put_in_stays_in(write: Opener, klass: Class) -> None:
    with write() as session:
        cohorts.place(session, ADMIN, klass.cohort_id, PLACE.format("war"), inside=False,
                      version=2, now=NOW)  # fmt: skip
        assert "war" not in slugs(seen(session, klass))
        cohorts.place(session, ADMIN, klass.cohort_id, PLACE.format("war"), inside=True,
                      version=3, now=NOW)  # fmt: skip
        assert "war" in slugs(seen(session, klass))
        held = cohorts.place(session, ADMIN, klass.cohort_id, PLACE.format("war"), inside=None,
                             version=4, now=NOW)  # fmt: skip
        assert (held.pinned, held.skipped) == ([], [])


def test_a_lesson_that_does_not_exist_is_refused(write: Opener, klass: Class) -> None:
    with write() as session, pytest.raises(NotFoundError):
        cohorts.place(session, ADMIN, klass.cohort_id, "no/such/lesson", inside=True, version=2,
                      now=NOW)  # fmt: skip


def test_the_second_of_two_composers_is_told(write: Opener, klass: Class) -> None:
    with write() as session:
        cohorts.place(session, ADMIN, klass.cohort_id, PLACE.format("war"), inside=False,
                      version=2, now=NOW)  # fmt: skip
        with pytest.raises(ConflictError):
            cohorts.place(session, ADMIN, klass.cohort_id, PLACE.format("war"), inside=True,
                          version=2, now=NOW)  # fmt: skip


# frozen and assigned


def test_a_frozen_curriculum_no_longer_follows_the_answers(write: Opener, klass: Class) -> None:
    with write() as session:
        cohorts.freeze(session, ADMIN, klass.cohort_id, version=2, now=NOW)
        before = seen(session, klass)
        vote(session, klass, 12, knowledge=0, topic=1)
        assert seen(session, klass).steps == before.steps
        with pytest.raises(NotAllowedNowError):
            cohorts.ask_for(session, ADMIN, klass.cohort_id, Wishes(60, None, None), version=3,
                            now=NOW)  # fmt: skip


def test_a_frozen_curriculum_outlives_a_new_version_of_its_course(
    write: Opener, klass: Class
) -> None:
    with write() as session:
        cohorts.freeze(session, ADMIN, klass.cohort_id, version=2, now=NOW)
        before = slugs(seen(session, klass))
        publish_again(session, without="war")
        after = seen(session, klass)
        assert slugs(after) == [slug for slug in before if slug != "war"]
        assert after.gone == ("war" in before)


def publish_again(session: Session, *, without: str) -> None:
    spec = courses.course(*(
        taught(slug, code, topic)
        for slug, code, topic in (("line", "armistice", "security"), ("peace", "peace", "security"),
                                  ("songs", "songs", "culture"))
        if slug != without
    ))  # fmt: skip
    courses.publish(session, spec)


def test_its_reasons_name_the_lessons_of_the_new_version(write: Opener, klass: Class) -> None:
    with write() as session:
        cohorts.freeze(session, ADMIN, klass.cohort_id, version=2, now=NOW)
        assert needed_for(seen(session, klass)) == {"war": {"line"}, "line": {"peace"}}
        courses.publish(session, courses.course(
            taught("war", "war", "history"), taught("line", "armistice", "security"),
        ))  # fmt: skip
        assert needed_for(seen(session, klass)) == {"war": {"line"}}


def needed_for(found: Composed) -> dict[str, set[str]]:
    """{lesson: those later ones that cannot be understood without it}."""
    named = {step.lesson.unit_id: step.lesson.unit_slug for step in found.steps}
    needed: dict[str, set[str]] = {}
    for step in found.steps:
        for reason in step.reasons:
            if isinstance(reason, PrereqOf):
                needed.setdefault(step.lesson.unit_slug, set()).add(named[reason.unit])
    return needed


def test_members_see_it_once_it_is_assigned_and_are_told_once(write: Opener, klass: Class) -> None:
    member = klass.members[0].id
    with write() as session:
        cohorts.freeze(session, ADMIN, klass.cohort_id, version=2, now=NOW)
        assert not reading.assigned_to(session, member)
        told = cohorts.assign(session, ADMIN, klass.cohort_id, version=3, now=NOW)
        ((held, cohort),) = reading.assigned_to(session, member)
        assert (told, held.cohort_id, cohort.id) == (12, klass.cohort_id, klass.cohort_id)
        assert len(letters_of(session)) == 12
        assert not reading.assigned_to(session, make_account(session).id)


def letters_of(session: Session) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == cohorts.ASSIGNED)))


def test_who_left_and_whose_curriculum_was_taken_back_get_no_letter(
    app: Flask, write: Opener, klass: Class
) -> None:
    with write() as session:
        cohorts.freeze(session, ADMIN, klass.cohort_id, version=2, now=NOW)
        cohorts.assign(session, ADMIN, klass.cohort_id, version=3, now=NOW)
        membership.leave_cohort(session, klass.members[0], klass.cohort_id)
        payload = letters_of(session)[0].payload
    stays, left = (Reader(klass.members[n].id, "en") for n in (1, 0))
    assert composed_letter(app, payload, stays) is not None
    assert composed_letter(app, payload, left) is None
    with write() as session:
        cohorts.reopen(session, ADMIN, klass.cohort_id, version=4, now=NOW)
    assert composed_letter(app, payload, stays) is None


def composed_letter(app: Flask, payload: Any, reader: Reader) -> Any:
    with app.test_request_context():
        return compose(cohorts.ASSIGNED, payload, reader)


def test_a_count_never_tells_of_fewer_than_ten(write: Opener, klass: Class) -> None:
    assert [reading.told(count, 30) for count in (0, 9, 10, 19, 20, 21, 30)] == [
        0, None, 10, 10, 20, None, 30,
    ]  # fmt: skip
    assert [reading.told(count, 8) for count in (0, 3, 8)] == [0, None, None]


def test_another_institution_does_not_reach_it(write: Opener, klass: Class) -> None:
    stranger = Viewer(account_id=2, roles=frozenset({Role.PARTNER_EDITOR}), institution_id=999)
    with write() as session, pytest.raises(NotFoundError):
        cohorts.assign(session, stranger, klass.cohort_id, version=2, now=NOW)


# two at once


def test_of_many_who_assign_at_once_one_does(app: Flask, write: Opener, klass: Class) -> None:
    with write() as session:
        cohorts.freeze(session, ADMIN, klass.cohort_id, version=2, now=NOW)
    answers, errors = all_at_once(app, [ADMIN] * 5, lambda who: assign_as_seen(klass, who))
    assert errors == []
    assert sorted(answers) == [0, 0, 0, 0, 12]


def assign_as_seen(klass: Class, who: Viewer) -> int:
    try:
        return transact(
            lambda session: cohorts.assign(session, who, klass.cohort_id, version=3, now=NOW)
        )
    except (ConflictError, NotAllowedNowError):
        return 0


def test_looking_before_writing_would_let_several_through(
    app: Flask, write: Opener, klass: Class
) -> None:
    """The sabotaged twin: were this test to fail, the race above would prove nothing."""
    looked = Barrier(5)

    def careless(_who: Viewer) -> bool:
        fresh = begun(db.session(), klass).version == 2
        db.session.rollback()
        looked.wait()
        change = update(CohortCurriculum).values(version=CohortCurriculum.version + 1)
        if fresh:
            transact(lambda session: session.execute(change))
        return fresh

    answers, errors = all_at_once(app, [ADMIN] * 5, careless)
    assert (answers, errors) == ([True] * 5, [])
