"""A file goes where its part stands; the keyboard goes on where it was."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from hanmadang.courses.models import DraftUnit
from hanmadang.kernel.media import StoredFile
from hanmadang.kernel.pictures import Picture
from tests.courses.reading import only
from tests.courses.test_desk import enter, form_of, pair, unit_id
from tests.factories import media as bytes_of
from tests.factories.authoring import House, make_editor
from tests.factories.pictures import photograph

Write = Callable[[], Any]
__all__ = ["enter", "pair", "unit_id"]


@pytest.fixture
def desk(pair: House, unit_id: int, enter: Any, read: Write) -> Callable[[str], Any]:
    """Press a button of the editor's form."""
    browser = enter(pair.first)

    def press(what: str, **typed: str) -> Any:
        fields = form_of(read, unit_id) | typed | {"press": what}
        return browser.send(f"/en/desk/courses/units/{unit_id}", fields)

    press.browser = browser  # type: ignore[attr-defined]
    return press


def blocks(read: Write, unit_id: int) -> list[dict[str, Any]]:
    with read() as session:
        return list(session.get_one(DraftUnit, unit_id).content["blocks"])


def upload(desk: Any, unit_id: int, at: str, content: bytes) -> Any:
    sent = {"file": (BytesIO(content), "any.bin"), "at": at}
    return desk.browser.send(f"/en/desk/courses/units/{unit_id}/files", sent)


def test_what_was_typed_is_kept_on_the_way_to_the_file(
    desk: Any, unit_id: int, read: Write
) -> None:
    desk("block:image")
    place = f"blocks.{blocks(read, unit_id)[-1]['key']}"
    answer = desk(f"file:{place}.picture", **{f"{place}.alt.ko": "윷"})
    assert answer.location == f"/en/desk/courses/units/{unit_id}/files?at={place}.picture"
    assert blocks(read, unit_id)[-1]["alt"] == {"ko": "윷"}
    assert "Upload a picture" in desk.browser.get(answer.location).text


@pytest.mark.parametrize(
    ("kind", "field", "content", "table"),
    [
        ("image", "picture", photograph(), Picture),
        ("video", "media", bytes_of.WEBM, StoredFile),
    ],
)
def test_its_name_is_put_into_the_part(  # noqa: PLR0917  (a place, a file, who looks)
    desk: Any, unit_id: int, read: Write, kind: str, field: str, content: bytes, table: Any
) -> None:
    desk(f"block:{kind}")
    key = blocks(read, unit_id)[-1]["key"]
    answer = upload(desk, unit_id, f"blocks.{key}.{field}", content)
    assert answer.location.endswith(f"#f-blocks-{key}")
    assert blocks(read, unit_id)[-1][field] == only(read, table).name


def test_a_picture_without_a_place_becomes_a_part(desk: Any, unit_id: int, read: Write) -> None:
    before = len(blocks(read, unit_id))
    upload(desk, unit_id, "", photograph())
    after = blocks(read, unit_id)
    assert (len(after), after[-1]["kind"]) == (before + 1, "image")
    assert after[-1]["picture"] == only(read, Picture).name


@pytest.mark.parametrize(
    ("at", "content", "said"),
    [
        ("blocks.b1.picture", bytes_of.WEBM, "This is no picture."),
        ("blocks.b1.media", photograph(), "This is a picture."),
        ("blocks.b1.picture", b"", "Please choose a file first."),
        ("blocks.b1.picture", b"MZ\x90", "This file cannot be used."),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(  # noqa: PLR0917  (a place, a file)
    desk: Any, unit_id: int, read: Write, at: str, content: bytes, said: str
) -> None:
    before = blocks(read, unit_id)
    answer = upload(desk, unit_id, at, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="file-error"' in answer.text
    assert blocks(read, unit_id) == before


@pytest.mark.parametrize("at", ["blocks", "blocks.gone.picture", "title.ko", "x.y.z.picture"])
def test_a_place_that_is_gone_loses_no_picture_and_spoils_nothing(
    desk: Any, unit_id: int, read: Write, at: str
) -> None:
    before = blocks(read, unit_id)
    upload(desk, unit_id, at, photograph())
    after = blocks(read, unit_id)
    assert after[:-1] == before
    assert after[-1]["picture"] == only(read, Picture).name


def test_a_stranger_uploads_nothing(unit_id: int, enter: Any, write: Write, read: Write) -> None:
    with write() as session:
        stranger = make_editor(session, None)
    answer = enter(stranger).send(
        f"/en/desk/courses/units/{unit_id}/files", {"file": (BytesIO(photograph()), "a.jpg")}
    )
    assert answer.status_code == 404
    with read() as session:
        assert session.query(Picture).count() == 0


def test_each_press_leads_back_to_where_one_was(desk: Any, unit_id: int, read: Write) -> None:
    url = f"/en/desk/courses/units/{unit_id}"
    desk("block:text")
    key = blocks(read, unit_id)[-1]["key"]
    place = f"f-blocks-{key}"
    up = desk(f"up:blocks.{key}").location
    assert up.endswith(f"#{place}-up")
    assert f'id="{place}-up"' in desk.browser.get(up).text
    taken = desk(f"remove:blocks.{key}").location
    page = desk.browser.get(taken).text
    assert taken.endswith("#undo")
    assert ('id="undo"' in page, f'name="at" value="blocks.{key}"' in page) == (True, True)
    assert desk("").location == f"{url}#save"
    assert desk("check").location == f"{url}?check=1#checked"
    assert 'id="checked"' in desk.browser.get(f"{url}?check=1").text


def test_on_the_outline_the_arrow_keeps_the_focus(desk: Any, unit_id: int) -> None:
    send = desk.browser.send
    url = f"/en/desk/courses/units/{unit_id}/move"
    assert send(url, {"press": "down"}).location.endswith(f"#unit-{unit_id}-down")
    assert send(url, {"press": "remove"}).location.endswith("#removed")
    assert send(url, {"press": "restore"}).location.endswith(f"#unit-{unit_id}")
