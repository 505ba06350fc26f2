"""The letters about certificates, in the holder's language; none without its reason."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses import domain
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.reminders.composers import Letter, Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.courses.conftest import NOW, Classroom
from tests.courses.graduates import finish
from tests.factories.people import make_account

Write = Callable[[], Any]
DESK = Viewer(account_id=1, roles=frozenset({Role.ORGANIZER}))
WHY = Bilingual.of(ko="잘못 발급했습니다.", en="Issued in error.")


def last_letter(session: Any) -> Letter | None:
    mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    with use_locale(mail.locale):
        return compose(mail.kind, mail.payload, Reader(mail.account_id, mail.locale))


@pytest.mark.parametrize(
    ("locale", "subject", "said"),
    [
        ("ko", "수료증이 나왔습니다", "‘분단과 정전’ 강좌의 수료 조건을 모두 채우셨습니다"),
        ("en", "Your certificate is ready", "every condition of the course ‘Division and armist"),
    ],
)
def test_the_letter_of_the_last_condition(
    locale: str, subject: str, said: str, classroom: Classroom, write: Write
) -> None:
    with write() as session:
        person = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
        domain.enrol(session, person, classroom.course_id, locale=locale, now=NOW)
        number = finish(session, classroom, person).number
        letter = last_letter(session)
    assert letter is not None
    assert letter.subject == subject
    assert said in letter.text
    assert f"http://localhost/{locale}/my/certificates/{number}" in letter.text


def test_revoking_says_the_reason_and_how_to_object(classroom: Classroom, write: Write) -> None:
    with write() as session:
        number = finish(session, classroom).number
        domain.revoke(session, DESK, number, WHY, now=NOW)
        letter = last_letter(session)
    assert letter is not None
    assert "잘못 발급했습니다." in letter.text
    assert "30일 안에" in letter.text


def test_issuing_again_tells_the_new_number(classroom: Classroom, write: Write) -> None:
    with write() as session:
        old = finish(session, classroom).number
        new = domain.issue_again(session, DESK, old, "김한솔", now=NOW).number
        letter = last_letter(session)
    assert letter is not None
    assert new in letter.text
    assert old not in letter.text


def test_a_letter_whose_certificate_was_revoked_meanwhile_is_not_written(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        held = finish(session, classroom)
        domain.revoke(session, DESK, held.number, WHY, now=NOW)
        reader = Reader(held.account_id, "ko")
        assert compose("course.certificate", {"certificate_id": held.id}, reader) is None
