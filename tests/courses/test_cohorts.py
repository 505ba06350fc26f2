"""Cohorts: a code, a consent, instructors with rights on that cohort alone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses import invitations
from hanmadang.courses.domain import cohorts, membership, run_letters, seats
from hanmadang.courses.models import (
    CohortKind,
    CohortMember,
    CohortState,
    CourseRun,
    Enrolment,
    RunSeat,
)
from hanmadang.courses.queries import teaching
from hanmadang.courses.queries.runs import cohort_words
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Account
from hanmadang.reminders.models import OutboxMail
from tests.factories.courses import course_of, text
from tests.factories.events import make_institution
from tests.factories.people import make_account
from tests.factories.runs import (
    ADMIN,
    NOW,
    code_of,
    cohort_fields,
    join,
    make_citizen,
    make_cohort,
    make_run,
)

pytestmark = pytest.mark.usefixtures("school")
LABEL = text("해외 도시 공무원 과정", "Civic officers’ programme")


def states(session: Any, who: Viewer) -> list[str]:
    return list(session.scalars(select(CohortMember.state).filter_by(account_id=who.id)))


def test_the_code_lets_in_and_brings_the_course(write: Any) -> None:
    with write() as session:
        cohort, who = make_cohort(session, course_of(session).id), make_citizen(session)
        assert not join(session, cohort, who).waits_for_guardian
        assert states(session, who) == ["joined"]
        assert session.scalars(select(Enrolment.account_id)).all() == [who.id]


def test_joining_twice_is_joining_once(write: Any) -> None:
    with write() as session:
        cohort, who = make_cohort(session, course_of(session).id), make_citizen(session)
        first, second = join(session, cohort, who), join(session, cohort, who)
        assert first.member.id == second.member.id


def test_a_code_is_read_however_it_is_typed(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        code = code_of(cohort)
        typed = f" {code[:5].lower()}-{code[5:]} "
        assert membership.cohort_of_code(session, typed).id == cohort.id


def test_a_slip_of_the_pen_is_told_from_a_wrong_code(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        code = code_of(cohort)
        wrong = ("B" if code[0] == "A" else "A") + code[1:]
        with pytest.raises(membership.MistypedInvitationError):
            membership.cohort_of_code(session, wrong)
        with pytest.raises(membership.UnknownInvitationError):
            membership.cohort_of_code(session, invitations.code_of("another seed"))


def test_the_database_alone_does_not_tell_the_code(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        assert code_of(cohort) not in f"{cohort.seed} {cohort.code_hash}"


def test_a_new_code_ends_the_old_one(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        old = code_of(cohort)
        cohorts.renew_code(session, ADMIN, cohort.id)
        with pytest.raises(membership.UnknownInvitationError):
            membership.cohort_of_code(session, old)
        assert membership.cohort_of_code(session, code_of(cohort)).id == cohort.id


def test_without_consent_nobody_joins(write: Any) -> None:
    with write() as session:
        cohort, who = make_cohort(session, course_of(session).id), make_citizen(session)
        with pytest.raises(seats.MissingAgreementError):
            membership.join_cohort(
                session, who, code_of(cohort), agrees=False, locale="ko", now=NOW
            )
        assert states(session, who) == []


def test_a_closed_cohort_takes_nobody_but_keeps_its_people(write: Any) -> None:
    with write() as session:
        cohort, who = make_cohort(session, course_of(session).id), make_citizen(session)
        join(session, cohort, who)
        cohorts.change_state(session, ADMIN, cohort.id, CohortState.CLOSED)
        assert join(session, cohort, who).member.state == "joined"
        with pytest.raises(membership.ClosedCohortError):
            join(session, cohort, make_citizen(session))
        with pytest.raises(NotAllowedNowError):
            cohorts.change_state(session, ADMIN, cohort.id, CohortState.CLOSED)


def test_a_cohort_in_a_run_takes_a_seat_and_gives_it_back(write: Any) -> None:
    with write() as session:
        course = course_of(session).id
        run = make_run(session, course, seats=1)
        cohort, who = make_cohort(session, course, run_id=run.id), make_citizen(session)
        join(session, cohort, who)
        with pytest.raises(seats.RunFullError):
            join(session, cohort, make_citizen(session))
        assert membership.leave_cohort(session, who, cohort.id)
        assert session.scalars(select(CourseRun.taken)).one() == 0
        assert session.scalars(select(RunSeat.id)).all() == []


def test_leaving_the_run_leaves_its_cohorts(write: Any) -> None:
    with write() as session:
        course = course_of(session).id
        run = make_run(session, course)
        cohort, who = make_cohort(session, course, run_id=run.id), make_citizen(session)
        join(session, cohort, who)
        seats.leave_seat(session, who, run.id)
        assert states(session, who) == []


def test_a_run_of_another_course_is_refused(write: Any) -> None:
    with write() as session:
        course = course_of(session).id
        with pytest.raises(cohorts.InvalidCohortError) as refused:
            make_cohort(session, course, run_id=999)
        assert refused.value.field == "run"


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("name_en", {"language": "en", "name": text("반", "")}),
        ("label_en", {"label": text("과정", "")}),
    ],
)
def test_impossible_fields_are_named(field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(cohorts.InvalidCohortError) as refused:
        cohort_fields(**fields).checked()
    assert refused.value.field == field


def test_a_child_waits_for_the_guardian_and_nobody_sees_them(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        child = make_citizen(session, guardian_email="parent@example.org")
        assert join(session, cohort, child).waits_for_guardian
        mail = session.scalars(select(OutboxMail)).one()
        assert (mail.kind, mail.address) == (run_letters.GUARDIAN, "parent@example.org")
        within = teaching.held(session, ADMIN, teaching.COHORTS, cohort.id)
        assert session.scalars(within.people()).all() == []


def test_the_guardians_word_lets_the_child_in_once(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        child = make_citizen(session, guardian_email="parent@example.org")
        member = join(session, cohort, child).member
        until = int((NOW + timedelta(hours=72)).timestamp())
        token = invitations.guardian_token(member.id, until)
        for _ in range(2):
            membership.agree_for_child(session, token, now=NOW)
        assert (member.state, member.guardian) == ("joined", True)
        assert session.scalars(select(Enrolment.account_id)).all() == [child.id]


@pytest.mark.parametrize("spoil", ["", "x", "1.2.3", "9" * 40])
def test_a_spoiled_link_opens_nothing(write: Any, spoil: str) -> None:
    with write() as session, pytest.raises(membership.GuardianLinkEndedError):
        membership.agree_for_child(session, spoil, now=NOW)


def test_a_link_ends_after_three_days_and_so_does_the_question(write: Any) -> None:
    late = NOW + timedelta(hours=73)
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        child = make_citizen(session, guardian_email="parent@example.org")
        member = join(session, cohort, child).member
        token = invitations.guardian_token(member.id, int((NOW + timedelta(hours=72)).timestamp()))
        with pytest.raises(membership.GuardianLinkEndedError):
            membership.agree_for_child(session, token, now=late)
        assert membership.forget_unanswered(session, now=NOW) == 0
        assert membership.forget_unanswered(session, now=late) == 1
        assert states(session, child) == []


def test_an_instructor_reaches_that_cohort_alone(write: Any) -> None:
    with write() as session:
        course = course_of(session).id
        place = make_institution(session).id
        mine = make_cohort(session, course, institution_id=place)
        other = make_cohort(session, course, institution_id=place)
        teacher = make_account(session, email="teacher@example.org")
        assert cohorts.add_instructor(session, ADMIN, mine.id, "Teacher@example.org", now=NOW)
        assert not cohorts.add_instructor(session, ADMIN, mine.id, teacher.email, now=NOW)
        session.refresh(teacher)
        assert Role.INSTRUCTOR in teacher.roles
        viewer = Viewer(teacher.id, roles=teacher.roles)
        assert teaching.held(session, viewer, "cohorts", mine.id).id == mine.id
        assert not teaching.held(session, viewer, "cohorts", mine.id).managed
        with pytest.raises(NotFoundError):
            teaching.held(session, viewer, "cohorts", other.id)
        with pytest.raises(NotFoundError):
            cohorts.managed_cohort(session, viewer, mine.id)
        assert [row[0].id for row in teaching.taught_cohorts(viewer)] == [mine.id]
        cohorts.remove_instructor(session, ADMIN, mine.id, teacher.id)
        with pytest.raises(NotFoundError):
            teaching.held(session, viewer, "cohorts", mine.id)


def test_a_partner_editor_who_teaches_gets_no_second_role(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        editor = make_account(session, Role.PARTNER_EDITOR)
        cohorts.add_instructor(session, ADMIN, cohort.id, editor.email, now=NOW)
        session.refresh(editor)
        assert editor.roles == {Role.PARTNER_EDITOR}


@pytest.mark.parametrize("fields", [{"verified_at": None}, {"guardian_email": "p@example.org"}])
def test_not_everybody_can_teach(write: Any, fields: dict[str, Any]) -> None:
    with write() as session:
        cohort, account = (
            make_cohort(session, course_of(session).id),
            make_account(session, **fields),
        )
        with pytest.raises(cohorts.InvalidCohortError):
            cohorts.add_instructor(session, ADMIN, cohort.id, account.email, now=NOW)


def test_another_institution_finds_nothing(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        stranger = Viewer(5, roles=frozenset({Role.ORGANIZER}), institution_id=999)
        with pytest.raises(NotFoundError):
            cohorts.managed_cohort(session, stranger, cohort.id)
        with pytest.raises(NotFoundError):
            teaching.held(session, stranger, "cohorts", cohort.id)


def test_an_invitation_goes_once_to_each_address(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id, language="en")
        addresses = ["a@example.org", "b@example.org", "a@example.org"]
        for _ in range(2):
            cohorts.invite(session, ADMIN, cohort.id, addresses, now=NOW)
        mails = session.scalars(select(OutboxMail).order_by(OutboxMail.address)).all()
        assert [(each.address, each.locale) for each in mails] == [
            ("a@example.org", "en"), ("b@example.org", "en"),
        ]  # fmt: skip
        assert code_of(cohort) not in str([each.payload for each in mails])


def test_an_address_that_is_none_is_named(write: Any) -> None:
    with write() as session:
        cohort = make_cohort(session, course_of(session).id)
        with pytest.raises(cohorts.InvalidCohortError) as refused:
            cohorts.invite(session, ADMIN, cohort.id, ["nobody"], now=NOW)
        assert "nobody" in str(refused.value.text)


def test_the_label_is_for_members_of_a_cohort_that_has_one(write: Any) -> None:
    with write() as session:
        course, who = course_of(session).id, make_citizen(session)
        assert cohort_words(session, who.id, course) is None
        join(session, make_cohort(session, course), who)
        assert cohort_words(session, who.id, course) is None
        officers = make_cohort(session, course, kind=CohortKind.OFFICERS, label=LABEL)
        join(session, officers, who, NOW + timedelta(days=1))
        words = cohort_words(session, who.id, course)
        assert words is not None
        assert (words.label, words.is_school) == (LABEL, False)
        assert cohort_words(session, who.id, course + 1) is None


def test_a_child_who_waits_has_no_label_yet(write: Any) -> None:
    with write() as session:
        course = course_of(session).id
        child = make_citizen(session, guardian_email="parent@example.org")
        join(session, make_cohort(session, course, label=LABEL), child)
        assert cohort_words(session, child.id, course) is None


def test_no_name_is_no_cohort() -> None:
    with pytest.raises(cohorts.InvalidCohortError):
        cohort_fields(name=Bilingual()).checked()


def test_the_role_ends_older_sessions(write: Any) -> None:
    with write() as session:
        cohort, teacher = make_cohort(session, course_of(session).id), make_account(session)
        before = teacher.auth_epoch
        cohorts.add_instructor(session, ADMIN, cohort.id, teacher.email, now=NOW)
        assert session.get_one(Account, teacher.id).auth_epoch > before
