"""A certificate exists exactly when its conditions hold, once, and stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from hanmadang.courses import conditions, domain, numbers
from hanmadang.courses.checks_certificates import certificates as check
from hanmadang.courses.domain import Choice
from hanmadang.courses.models import Certificate, CertificateCopy, Course, Item
from hanmadang.courses.privacy import erase_of, export_of
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Institution
from hanmadang.reminders.models import OutboxMail
from tests.courses.conftest import NOW, Classroom
from tests.courses.graduates import certificate_of, finish
from tests.factories import courses as make
from tests.factories.people import make_account

Write = Callable[[], Any]
LATER = NOW + timedelta(days=9)
DESK = Viewer(account_id=1, roles=frozenset({Role.ORGANIZER}))
WHY = Bilingual.of(ko="잘못 발급했습니다.", en="Issued in error.")


def count(session: Any, table: type[Any]) -> int:
    return int(session.scalar(select(func.count()).select_from(table)))


def test_it_comes_with_the_last_condition_and_not_before(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        me = classroom.citizen
        assert not domain.complete(session, me, classroom.units[0], now=NOW)
        assert not domain.answer(
            session, me, classroom.units[1], {"first": [0], "second": [0, 2]}, key="a", now=NOW
        )
        assert not domain.answer(session, me, classroom.units[2], {"third": [1]}, key="b", now=NOW)
        assert count(session, Certificate) == 0
        assert domain.answer(session, me, classroom.units[1], {"first": [1]}, key="c", now=LATER)
        held = certificate_of(session, me.id)
    assert (held.completed_at, held.title.get("en")) == (LATER, "Division and armistice")
    assert (held.version_number, held.minutes_ko, held.minutes_en) == (1, 15, 21)
    assert (held.right_first, held.question_count) == (2, 3)


def test_it_comes_once_with_one_letter_in_the_persons_language(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        finish(session, classroom)
        assert not domain.complete(session, classroom.citizen, classroom.units[0], now=LATER)
        domain.answer(
            session, classroom.citizen, classroom.units[2], {"third": [0]}, key="x", now=LATER
        )
        domain.answer(
            session, classroom.citizen, classroom.units[2], {"third": [1]}, key="y", now=LATER
        )
        assert domain.certify_the_rest(session, LATER) is None
        letters = session.scalars(select(OutboxMail)).all()
        assert [(each.kind, each.locale) for each in letters] == [("course.certificate", "ko")]
        assert count(session, Certificate) == 1


def test_switching_to_a_version_that_is_done_already_earns_it(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        make.publish(session, make.course(make.unit("one")))
        domain.switch(session, classroom.citizen, classroom.course_id, now=LATER)
        assert certificate_of(session, classroom.account_id).version_number == 2


def test_a_later_version_takes_nothing_back_and_changes_nothing(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        before = finish(session, classroom)
        number, said = before.number, before.content_hash
        newer = make.course(make.unit("one"), make.unit("new"), title=make.text("새 제목", "New"))
        make.publish(session, newer)
        domain.switch(session, classroom.citizen, classroom.course_id, now=LATER)
        held = certificate_of(session, classroom.account_id)
        assert (held.number, held.content_hash) == (number, said)
        assert held.title.get("en") == "Division and armistice"


def test_rooms_above_can_add_a_condition(
    classroom: Classroom, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    attended: list[int] = []
    monkeypatch.setattr(conditions, "_more", {"seen": lambda _s, account, _v: account in attended})
    with write() as session:
        with pytest.raises(Exception, match="No row"):
            finish(session, classroom)
        enrolment = domain.enrol(
            session, classroom.citizen, classroom.course_id, locale="ko", now=NOW
        )
        assert domain.certify(session, enrolment, LATER) is None
        attended.append(classroom.account_id)
        assert domain.certify(session, enrolment, LATER) is not None


def test_those_who_met_all_before_there_were_certificates_get_theirs(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        session.delete(finish(session, classroom))
        session.flush()
        (said,) = check(session)
        assert said.startswith(f"account {classroom.account_id} met every condition")
        first = domain.certify_the_rest(session, LATER)
        assert first is not None
        assert domain.certify_the_rest(session, LATER, first) is None
        assert list(check(session)) == []


def test_the_self_check_finds_what_was_not_earned(classroom: Classroom, write: Write) -> None:
    with write() as session:
        number = finish(session, classroom).number
        other = make_account(session)
        session.execute(update(Certificate).values(account_id=other.id))
        assert f"certificate {number}: its holder did not meet its conditions" in check(session)
        session.execute(update(Certificate).values(account_id=classroom.account_id))


def test_a_person_cannot_hold_two_of_one_course(classroom: Classroom, write: Write) -> None:
    with write() as session:
        held = finish(session, classroom)
        columns = {c.key: getattr(held, c.key) for c in Certificate.__table__.columns}
        again = Certificate(**columns | {"id": None, "number": numbers.new_number(2026)})
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(again)


def test_the_name_is_written_once_in_letters_that_can_be_printed(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        number, me = finish(session, classroom).number, classroom.citizen
        for bad in ("", "   ", "x" * 61, "김漢별", "\N{GRINNING FACE}"):
            with pytest.raises(domain.UnusableNameError):
                domain.write_name(session, me, number, bad)
        for good in ("Nguyễn Thị Ánh", "Жанна Цой", "Wiśniewski"):
            assert domain.usable_name(good) == good
        assert domain.write_name(session, me, number, "  김 한별 ").name == "김 한별"
        assert domain.write_name(session, me, number, "김 한별").name == "김 한별"
        with pytest.raises(domain.NameFixedError):
            domain.write_name(session, me, number, "이 한별")


def test_nobody_else_writes_on_it_prints_it_or_shows_it(classroom: Classroom, write: Write) -> None:
    with write() as session:
        number = finish(session, classroom).number
        other = replace(classroom.citizen, account_id=make_account(session).id)
        choice = Choice("ko", frozenset({Item.DATE}))
        for act in (
            lambda: domain.write_name(session, other, number, "나"),
            lambda: domain.copy(session, other, number, choice, now=NOW),
            lambda: domain.show_to_all(session, other, number, [Item.NAME]),
            lambda: domain.revoke(session, other, number, WHY, now=NOW),
            lambda: domain.issue_again(session, other, number, "나", now=NOW),
        ):
            with pytest.raises(NotFoundError):
                act()


def test_the_same_choice_is_the_same_copy(classroom: Classroom, write: Write) -> None:
    with write() as session:
        number, me = finish(session, classroom).number, classroom.citizen
        domain.write_name(session, me, number, "김한별")
        one = Choice("ko", frozenset({Item.NAME, Item.DATE}))
        codes = {domain.copy(session, me, number, one, now=NOW).code for _ in range(3)}
        other = domain.copy(session, me, number, replace(one, language="en"), now=NOW).code
        assert (len(codes), other in codes, count(session, CertificateCopy)) == (1, False, 2)


@pytest.mark.parametrize(
    "choice",
    [
        Choice("fr", frozenset()),
        Choice("ko", frozenset({Item.BIRTH_YEAR})),
        Choice("ko", frozenset({Item.BIRTH_YEAR}), 1066),
        Choice("ko", frozenset(), 1958),
        Choice("ko", frozenset({Item.NAME})),
    ],
)
def test_what_cannot_be_printed_is_refused(
    choice: Choice, classroom: Classroom, write: Write
) -> None:
    with write() as session:
        number = finish(session, classroom).number
        with pytest.raises(domain.UnusableCopyError):
            domain.copy(session, classroom.citizen, number, choice, now=NOW)


def test_revoking_says_why_is_audited_and_tells_the_holder(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        number = finish(session, classroom).number
        held = domain.revoke(session, DESK, number, WHY, now=LATER)
        assert (held.state, held.revoked_at) == ("revoked", LATER)
        with pytest.raises(NotAllowedNowError):
            domain.revoke(session, DESK, number, WHY, now=LATER)
        with pytest.raises(NotAllowedNowError):
            domain.write_name(session, classroom.citizen, number, "김한별")
        acts = select(AuditEntry.action).where(AuditEntry.object_kind == "certificate")
        assert session.scalars(acts).all() == ["certificate.issued", "certificate.revoked"]
        kinds = select(OutboxMail.kind).order_by(OutboxMail.id)
        assert session.scalars(kinds).all()[-1] == "course.certificate_revoked"


def test_only_whoever_may_publish_the_course_revokes(classroom: Classroom, write: Write) -> None:
    with write() as session:
        number = finish(session, classroom).number
        mine = Institution(code="a", kind="institute", name=make.text("가", "A"),
                           city=make.text("서울", "Seoul"))  # fmt: skip
        session.add(mine)
        session.flush()
        session.execute(update(Course).values(institution_id=mine.id))
        partner = Viewer(account_id=1, roles=frozenset({Role.PARTNER_EDITOR}))
        with pytest.raises(NotFoundError):
            domain.revoke(session, replace(partner, institution_id=0), number, WHY, now=LATER)
        own = replace(partner, institution_id=mine.id)
        assert domain.revoke(session, own, number, WHY, now=LATER).state == "revoked"


@pytest.mark.parametrize("revoked_before", [False, True])
def test_issuing_again_gives_a_new_number_and_ends_the_old(
    revoked_before: bool, classroom: Classroom, write: Write
) -> None:
    with write() as session:
        old = finish(session, classroom)
        domain.write_name(session, classroom.citizen, old.number, "김한별")
        if revoked_before:
            domain.revoke(session, DESK, old.number, WHY, now=LATER)
        new = domain.issue_again(session, DESK, old.number, "김한솔", now=LATER)
        assert (old.state, new.state, new.replaces_id) == ("replaced", "issued", old.id)
        assert (new.completed_at, new.issued_at, new.name) == (NOW, LATER, "김한솔")
        assert new.number != old.number
        with pytest.raises(NotAllowedNowError):
            domain.issue_again(session, DESK, old.number, "김한솔", now=LATER)


def test_erasing_takes_the_person_out_and_leaves_the_number(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        held = finish(session, classroom)
        number, me = held.number, classroom.citizen
        domain.write_name(session, me, number, "김한별")
        domain.show_to_all(session, me, number, [Item.NAME])
        choice = Choice("ko", frozenset({Item.NAME, Item.BIRTH_YEAR}), 1958)
        made = domain.copy(session, me, number, choice, now=NOW)
        domain.keep_fingerprint(session, made.id, "0" * 64, now=NOW)
        told = export_of(session, me.id)["certificates"][0]
        assert (told["name"], told["copies"][0]["birth_year"]) == ("김한별", 1958)
        erase_of(session, me.id, LATER)
        session.refresh(held)
        assert (held.account_id, held.name, held.shown, held.erased_at) == (None, None, [], LATER)
        assert count(session, CertificateCopy) == 0
        assert "김한별" not in str(session.connection().exec_driver_sql(
            "SELECT * FROM certificate").all())  # fmt: skip


def test_numbers_forgive_how_they_are_typed_and_notice_slips() -> None:
    number = numbers.new_number(2026)
    letters = number.replace("-", "")
    assert numbers.tidied(f" {letters.lower()} ") == number
    for place in range(6, 15):
        swapped = letters[:place] + ("A" if letters[place] != "A" else "B") + letters[place + 1 :]
        assert numbers.tidied(swapped) is None
    assert numbers.tidied("HM-2026-0000-0000-0") is None
    assert len({numbers.new_number(2026) for _ in range(1_000)}) == 1_000
