"""Authors upload files for lessons, and learn the name by which a part shows them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses import domain
from hanmadang.courses.domain import MissingFileError
from hanmadang.courses.specs import DocumentBlock
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.media import UPLOAD_BYTES, StoredFile
from hanmadang.kernel.permissions import Role
from hanmadang.kernel.pictures import Picture
from tests.conftest import Browser
from tests.courses.reading import Write, only
from tests.factories import courses as make
from tests.factories import media as bytes_of
from tests.factories.pictures import photograph

FILES = "/en/desk/courses/files"


def upload(desk: Browser, content: bytes, url: str = FILES) -> Any:
    sent = {"file": (BytesIO(content), "evil/../name.exe"), "idempotency_key": new_key()}
    return desk.send(url, sent)


@pytest.fixture
def desk(sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(Role.PARTNER_EDITOR)


def test_a_film_is_kept_under_its_content(desk: Browser, read: Write) -> None:
    answer = upload(desk, bytes_of.WEBM)
    name = only(read, StoredFile).name
    assert answer.status_code == 200
    assert name in answer.text
    assert desk.get(f"/media/{name}").data == bytes_of.WEBM
    with read() as session:
        acts = session.execute(select(AuditEntry.action, AuditEntry.object_id)).all()
    assert ("course.file_kept", name) in [tuple(act) for act in acts]


def test_a_picture_is_drawn_anew(desk: Browser, read: Write) -> None:
    answer = upload(desk, photograph())
    assert f'src="/pictures/{only(read, Picture).name}.webp"' in answer.text


@pytest.mark.parametrize(
    ("content", "url", "said"),
    [
        (b"MZ\x90", FILES, "This file cannot be used."),
        (b"MZ\x90", "/ko/desk/courses/files", "사용할 수 없는 파일입니다."),
        (b"", FILES, "Please choose a file first."),
        (b"WEBVTT\n\nwords", FILES, "line 3 of the captions is no WebVTT that we show"),
    ],
)
def test_a_useless_file_is_refused_in_words(
    desk: Browser, content: bytes, url: str, said: str
) -> None:
    answer = upload(desk, content, url)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    ("url", "said"),
    [(FILES, "A file may hold up to 32 MB here."), ("/ko/desk/courses/files", "32MB까지")],
)
def test_a_body_that_is_too_large_is_not_read(desk: Browser, url: str, said: str) -> None:
    large, kind = b"0" * (UPLOAD_BYTES + 1), "multipart/form-data; boundary=x"
    answer = desk.post(url, data=large, content_type=kind)
    assert (answer.status_code, said in answer.text) == (413, True)


def test_learners_upload_nothing(sign_in: Callable[..., Browser], read: Write) -> None:
    assert upload(sign_in(), bytes_of.WEBM).status_code == 403
    with read() as session:
        assert session.scalars(select(StoredFile)).all() == []


def test_a_course_that_shows_what_is_not_there_is_not_published(write: Write) -> None:
    name = f"{'0' * 32}.pdf"
    paper = DocumentBlock(make.text("문서", "A paper"), name, make.text("요약", "Summary"))
    with write() as session:
        make.make_words(session)
        course = make.course(make.unit("one", (), (paper,)))
        with pytest.raises(MissingFileError) as refused:
            domain.publish_course(session, make.EDITOR, course, make.PUBLISHED_AT)
        session.rollback()
    assert name in str(refused.value.text)
