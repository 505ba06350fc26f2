"""Co-management: what reaches learners was signed by every partner, and by nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses import domain
from hanmadang.courses.checks_authoring import versions as faults_of_versions
from hanmadang.courses.domain import drafts, partners, signing, submitting
from hanmadang.courses.domain.publishing import UnsignedError, move, published_version
from hanmadang.courses.models import (
    Course,
    CourseDraft,
    CoursePartner,
    CourseVersion,
    VersionDocument,
    VersionSignature,
    VersionState,
)
from hanmadang.courses.queries import versions
from hanmadang.courses.reading import CourseFileError
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.permissions import Role
from hanmadang.reminders.models import OutboxMail
from tests.factories import courses as make
from tests.factories.authoring import (
    NOW,
    change_title,
    draft_units,
    hand_in,
    make_editor,
    make_house,
)
from tests.factories.events import make_institution

Write = Callable[[], Any]


def sign(session: Any, who: Any, version: CourseVersion, **fields: Any) -> CourseVersion:
    said: dict[str, Any] = {"content_hash": version.content_hash, "now": NOW} | fields
    return signing.sign(session, who, version.id, **said)


def current(session: Any, house: Any) -> CourseVersion:
    """What learners have before them."""
    version = published_version(session, house.course_id)
    assert version is not None
    return version


def states(session: Any, version: CourseVersion) -> list[str]:
    rows = select(VersionSignature.state).where(VersionSignature.version_id == version.id)
    return list(session.scalars(rows.order_by(VersionSignature.institution_id)))


def mails(session: Any) -> list[tuple[str, int]]:
    rows = session.execute(
        select(OutboxMail.kind, OutboxMail.account_id).order_by(
            OutboxMail.kind, OutboxMail.account_id
        )
    )
    return [tuple(row) for row in rows]


def test_a_version_waits_for_both_and_is_published_by_the_second(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        assert (version.state, version.number) == ("in_review", 2)
        assert sign(session, house.first, version).state == "in_review"
        assert current(session, house).number == 1
        assert sign(session, house.second, version).state == "published"
        assert current(session, house).id == version.id
        assert states(session, version) == ["signed", "signed"]


def test_until_then_learners_read_the_old_words(write: Write, client: Any) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        sign(session, house.first, version)
    page = client.get("/en/courses/division").text
    assert "Unit one" in page
    assert "A new title" not in page
    with write() as session:
        sign(session, house.second, session.get_one(CourseVersion, version.id))
    assert "A new title" in client.get("/en/courses/division").text


def test_who_takes_the_course_stays_on_the_version_begun_with(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        first = current(session, house)
        citizen = replace(make_editor(session, None, Role.CITIZEN), institution_id=None)
        enrolled = domain.enrol(session, citizen, house.course_id, locale="ko", now=NOW)
        version = hand_in(session, house)
        for who in (house.first, house.second):
            sign(session, who, version)
        session.refresh(enrolled)
        assert enrolled.course_version_id == first.id
        assert first.state == "superseded"


def test_no_door_leads_round_a_signature(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        organizer = make_editor(session, None, Role.ORGANIZER)
        admin = make_editor(session, None, Role.ADMINISTRATOR)
        for who in (house.first, organizer, admin):
            with pytest.raises(UnsignedError), session.begin_nested():
                domain.publish_course(session, who, make.course(make.unit("sly")), NOW)
            for state in (VersionState.APPROVED, VersionState.PUBLISHED):
                with pytest.raises(UnsignedError):
                    move(session, who, version, state, NOW)
        with pytest.raises(UnsignedError):
            submitting.take_effect(session, admin, version, NOW)
        assert not submitting.publish_due(session, version.id, NOW + timedelta(days=400))
        with pytest.raises(submitting.AlreadyOpenError):
            partners.release_partner(session, admin, house.course_id, house.partner_ids[1])
        assert current(session, house).number == 1


def test_nobody_signs_for_another_house(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        elsewhere = make_editor(session, make_institution(session).id)
        for who in (
            elsewhere,
            make_editor(session, None, Role.ADMINISTRATOR),
            make_editor(session, house.partner_ids[1], Role.REVIEWER),
        ):
            with pytest.raises(NotFoundError):
                sign(session, who, version)
            with pytest.raises(NotFoundError):
                signing.send_back(session, who, version.id, reason="No", now=NOW)
        assert states(session, version) == ["waiting", "waiting"]


def test_signing_other_content_than_was_shown_is_refused(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        with pytest.raises(signing.OtherContentError):
            sign(session, house.first, version, content_hash="0" * 64)
        document = session.get_one(VersionDocument, version.id)
        document.content = document.content | {"position": 7}
        session.flush()
        with pytest.raises(signing.OtherContentError):
            sign(session, house.first, version)
        session.rollback()


def test_signing_twice_is_signing_once(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        sign(session, house.first, version)
        sign(session, house.first, version, now=NOW + timedelta(days=1))
        row = session.get_one(VersionSignature, (version.id, house.partner_ids[0]))
        assert row.at == NOW
        assert states(session, version) == ["signed", "waiting"]


def test_one_who_disagrees_sends_it_back_and_a_new_number_follows(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        sign(session, house.first, version)
        signing.send_back(session, house.second, version.id, reason="Too short", now=NOW)
        assert version.state == "returned"
        assert states(session, version) == ["signed", "returned"]
        with pytest.raises(NotAllowedNowError):
            sign(session, house.second, version)
        change_title(session, house, "더 새 제목")
        again = submitting.submit(session, house.first, house.course_id, now=NOW)
        assert (again.number, states(session, again)) == (3, ["waiting", "waiting"])


def test_a_signature_is_taken_back_until_the_day_has_come(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house, effective_at=NOW + timedelta(days=3))
        for who in (house.first, house.second):
            sign(session, who, version)
        assert version.state == "approved"
        signing.send_back(session, house.first, version.id, reason="Wait", now=NOW)
        assert not submitting.publish_due(session, version.id, NOW + timedelta(days=4))
        assert version.state == "returned"


def test_an_approved_version_is_published_on_its_day(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        day = NOW + timedelta(days=3)
        version = hand_in(session, house, effective_at=day)
        for who in (house.first, house.second):
            sign(session, who, version)
        assert versions.waiting_versions(session, day - timedelta(seconds=1)) == []
        assert not submitting.publish_due(session, version.id, day - timedelta(seconds=1))
        assert versions.waiting_versions(session, day) == [version.id]
        assert submitting.publish_due(session, version.id, day)
        assert not submitting.publish_due(session, version.id, day)
        assert version.published_at == day


def test_the_same_draft_handed_in_twice_is_one_version(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        again = submitting.submit(session, house.second, house.course_id, now=NOW)
        assert again.id == version.id
        change_title(session, house, "다른 제목")
        with pytest.raises(submitting.AlreadyOpenError):
            submitting.submit(session, house.first, house.course_id, now=NOW)


def test_a_draft_that_says_the_same_is_no_version(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        with pytest.raises(submitting.NothingNewError):
            submitting.submit(session, house.first, house.course_id, now=NOW)


def test_what_is_incomplete_is_not_handed_in(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        unit = draft_units(session, house.course_id)[0]
        unit.content = unit.content | {"title": {"ko": "한국어만"}}
        session.flush()
        with pytest.raises(CourseFileError, match=r"units\[1\]\.title\.en"):
            submitting.submit(session, house.first, house.course_id, now=NOW)


def test_a_course_without_partners_is_published_by_its_own_house_alone(write: Write) -> None:
    with write() as session:
        house = make_house(session, shared=False)
        change_title(session, house)
        with pytest.raises(RefusedError):
            submitting.submit(session, house.second, house.course_id, now=NOW)
        session.rollback()
    with write() as session:
        house = make_house(session, shared=False)
        version = hand_in(session, house)
        assert version.state == "published"


def test_partners_are_named_by_the_house_and_leave_by_themselves(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        course, (first, second) = house.course_id, house.partner_ids
        outsider = make_editor(session, make_institution(session).id)
        with pytest.raises(RefusedError):
            partners.name_partner(session, outsider, course, outsider.institution_id or 0)
        with pytest.raises(RefusedError):
            partners.release_partner(session, house.first, course, second)
        partners.release_partner(session, house.second, course, second)
        left = session.scalars(select(CoursePartner.institution_id)).all()
        assert left == [first]


def test_a_withdrawn_version_makes_room_for_the_next(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        with pytest.raises(RefusedError):
            signing.withdraw(session, house.second, version.id, now=NOW)
        signing.withdraw(session, house.first, version.id, now=NOW)
        change_title(session, house, "또 다른 제목")
        assert submitting.submit(session, house.first, house.course_id, now=NOW).number == 3


def test_the_audit_says_who_signed_which_content(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        for who in (house.first, house.second):
            sign(session, who, version)
        rows = session.execute(
            select(AuditEntry.actor_id, AuditEntry.detail)
            .where(AuditEntry.action == "version.signed")
            .order_by(AuditEntry.seq)
        ).all()
        said = [f"institution {each} content {version.content_hash}" for each in house.partner_ids]
        assert [tuple(row) for row in rows] == list(
            zip((house.first.id, house.second.id), said, strict=True)
        )
        trail = [row.action for row in versions.trail_of(session, [version.id])]
        assert trail == [
            "course.published", "course.approved", "version.signed", "version.signed",
            "course.in_review",
        ]  # fmt: skip


def test_each_editor_gets_each_letter_once(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        people = [house.first.id, house.second.id]
        assert mails(session) == [("course.signature-wanted", who) for who in people]
        submitting.submit(session, house.first, house.course_id, now=NOW)
        signing.send_back(session, house.second, version.id, reason="No", now=NOW)
        returned = [("course.version-returned", who) for who in people]
        assert mails(session) == [("course.signature-wanted", who) for who in people] + returned


def test_the_course_keeps_its_published_title_while_a_version_waits(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        head = session.get_one(CourseDraft, house.course_id).head
        head = head | {"title": {"ko": "새 강좌 이름", "en": "Another name"}}
        drafts.save_head(session, house.first, house.course_id, head, revision=1, now=NOW)
        version = hand_in(session, house)
        course = session.get_one(Course, house.course_id)
        assert course.title.get("en") == "Division and armistice"
        for who in (house.first, house.second):
            sign(session, who, version)
        assert course.title.get("en") == "Another name"


def test_core_units_are_each_institutions_own(write: Write) -> None:
    with write() as session:
        house = make_house(session, make.course(make.unit("one"), make.unit("two")))
        both = [("start", "one"), ("start", "two")]
        partners.set_core(session, house.first, house.course_id, both)
        partners.set_core(session, house.second, house.course_id, both[1:])
        partners.set_core(session, house.first, house.course_id, both[1:])
        first, second = house.partner_ids
        place = (house.course_id, "start", "two")
        assert versions.core_units(session) == {place: [first, second]}
        assert versions.core_units(session, second) == {place: [second]}


def test_remarks_stand_below_their_unit_with_their_answers(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        said = signing.remark(session, house.second, version.id, "Why?", unit="start/one", now=NOW)
        signing.remark(session, house.first, version.id, "So.", answers=said.id, now=NOW)
        signing.resolve(session, said, done=True, now=NOW)
        found = versions.remarks_on(session, version.id)["start/one"]
        assert [(r.text, r.resolved, [a.text for a in r.answers]) for r in found] == [
            ("Why?", True, ["So."])
        ]
        with pytest.raises(signing.ReasonMissingError):
            signing.remark(session, house.first, version.id, "  ", now=NOW)


def test_the_self_check_finds_what_went_on_unsigned(write: Write) -> None:
    with write() as session:
        house = make_house(session)
        version = hand_in(session, house)
        for who in (house.first, house.second):
            sign(session, who, version)
        assert list(faults_of_versions(session)) == []
        row = session.get_one(VersionSignature, (version.id, house.partner_ids[0]))
        row.content_hash = "0" * 64
        document = session.get_one(VersionDocument, version.id)
        document.content = document.content | {"position": 9}
        session.flush()
        assert len(list(faults_of_versions(session))) == 2
        session.rollback()
