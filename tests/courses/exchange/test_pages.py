"""The pages of importing and exporting."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.courses.domain.imports import KEPT, forget_imports
from hanmadang.courses.exchange.formats import read as read_file
from hanmadang.courses.exchange.imported import Options
from hanmadang.courses.models import CourseDraft, CourseImport, DraftUnit
from hanmadang.courses.privacy import erase_of, export_of
from hanmadang.kernel import clock
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role
from tests.conftest import Browser
from tests.factories import courses as make
from tests.factories.foreign import GIFT, files

Opener = Callable[[], Any]
FILES = files()
URL = "/{}/desk/courses/import"


@pytest.fixture
def desk(sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(Role.ORGANIZER)


def send(desk: Browser, name: str, data: bytes, language: str = "ko", **more: str) -> Any:
    fields = {"file": (BytesIO(data), name), "language": "ko", "format": "", "competency": ""}
    return desk.send(URL.format(language), fields | more, content_type="multipart/form-data")


def count(read: Opener) -> int:
    with read() as session:
        return int(session.scalar(select(func.count()).select_from(CourseImport)))


@pytest.mark.parametrize(
    ("language", "heading", "why"),
    [
        ("ko", "가져오지 못함", "다른 시스템의 태그나 번호입니다."),
        ("en", "Left out", "A tag or number"),
    ],
)
def test_a_file_is_read_and_its_report_shown(
    desk: Browser, read: Opener, language: str, heading: str, why: str
) -> None:
    answer = send(desk, "bank.gift", GIFT.encode(), language)
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert heading in page
    assert why in page
    assert "m-tag" in page
    assert count(read) == 1


def test_what_came_over_is_downloaded_as_our_archive(desk: Browser) -> None:
    answer = send(desk, *FILES["moodle"])
    archive = desk.get(f"{answer.location}/course.zip")
    assert archive.mimetype == "application/zip"
    found = read_file("a.zip", archive.data, Options())
    assert len(list(found.questions())) == 14
    assert len(found.pictures) == 1
    table = desk.get(f"{answer.location}/report.csv").data.decode("utf-8-sig")
    assert "calculated" in table


def test_a_file_that_cannot_be_read_leaves_nothing(desk: Browser, read: Opener) -> None:
    for name, data in (("x.zip", b"PK\x03\x04"), ("x.xml", b"<quiz>"), ("x.gift", b"")):
        answer = send(desk, name, data)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert count(read) == 0


def test_the_same_press_twice_is_one_import(desk: Browser, read: Opener) -> None:
    key = new_key()
    first, second = (send(desk, "a.gift", b"::a::A? {T}", idempotency_key=key) for _ in range(2))
    assert first.location == second.location
    assert count(read) == 1


def test_nobody_else_sees_an_import(desk: Browser, sign_in: Callable[..., Browser]) -> None:
    url = send(desk, "a.gift", b"::a::A? {T}").location
    other = sign_in(Role.ADMINISTRATOR)
    for path in ("", "/report.csv", "/course.zip"):
        assert other.get(f"{url}{path}").status_code == 404


def test_imports_are_forgotten_exported_and_erased(
    desk: Browser, read: Opener, write: Opener
) -> None:
    send(desk, "a.gift", b"::a::A? {T}")
    with read() as session:
        account = session.scalars(select(CourseImport.account_id)).one()
        assert [each["file"] for each in export_of(session, account)["imports"]] == ["a.gift"]
    with write() as session:
        forget_imports(session, now=clock.now())
    assert count(read) == 1
    with write() as session:
        forget_imports(session, now=clock.now() + KEPT * 2)
    assert count(read) == 0
    send(desk, "a.gift", b"::a::A? {T}")
    with write() as session:
        erase_of(session, account, clock.now())
    assert count(read) == 0


def test_the_sample_table_is_read_without_a_complaint(desk: Browser) -> None:
    data = desk.get("/en/desk/courses/import/sample.csv").data
    found = read_file("sample.csv", data, Options())
    assert len(list(found.questions())) == 7
    assert {note.outcome.value for note in found.notes} == {"kept"}


@pytest.mark.parametrize(("kind", "ending"), [("zip", "zip"), ("olx", "tar.gz"), ("csv", "csv")])
def test_a_published_course_leaves_and_is_read_back(
    desk: Browser, write: Opener, kind: str, ending: str
) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("one", [make.question("first")])))
    page = desk.get("/en/desk/courses/export/division")
    assert page.status_code == 200
    answer = desk.get(f"/en/desk/courses/export/division/{kind}?language=ko")
    found = read_file(f"x.{ending}", answer.data, Options("ko", "any"))
    assert [question["slug"] for question in found.questions()] == ["first"]


def test_a_course_of_others_does_not_leave(write: Opener, sign_in: Callable[..., Browser]) -> None:
    with write() as session:
        make.publish(session)
    partner = sign_in(Role.PARTNER_EDITOR)
    assert partner.get("/en/desk/courses/export/division").status_code == 404
    assert partner.get("/en/desk/courses/export/division/zip").status_code == 404


@pytest.mark.parametrize(
    ("language", "label"), [("ko", "이것으로 초안 만들기"), ("en", "Make a draft of it")]
)
def test_what_came_over_is_gone_on_with_as_a_draft(
    desk: Browser, read: Opener, language: str, label: str
) -> None:
    report = send(desk, "bank.gift", GIFT.encode(), language).location
    assert label in desk.get(report).text
    draft = desk.send(f"{report}/draft", {}).location
    assert desk.send(f"{report}/draft", {}).location == draft
    assert desk.get(draft).status_code == 200
    with read() as session:
        assert session.scalar(select(func.count()).select_from(CourseDraft)) == 1
        units = session.scalars(select(DraftUnit).order_by(DraftUnit.id)).all()
        asked = [question for unit in units for question in unit.content.get("questions", ())]
        figures = session.scalars(select(CourseImport)).one().figures
    assert (len(units), len(asked)) == (figures["units"], figures["questions"])


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_format_can_become_a_draft(desk: Browser, read: Opener, name: str) -> None:
    report = send(desk, *FILES[name]).location
    draft = desk.send(f"{report}/draft", {}).location
    page = desk.get(draft)
    assert page.status_code == 200
    with read() as session:
        unit = session.scalars(select(DraftUnit).order_by(DraftUnit.id)).first()
    assert unit is not None
    assert desk.get(f"/ko/desk/courses/units/{unit.id}").status_code == 200
