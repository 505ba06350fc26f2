"""Pictures arrive as anything and leave as one thing: small, upright, without metadata."""

import struct
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from hanmadang.kernel import pictures
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.pictures import (
    LONGEST_EDGE,
    MOST_PIXELS,
    UPLOAD_BYTES,
    Picture,
    TooLargePictureError,
    UnusablePictureError,
    draw,
    keep,
)
from tests.conftest import Browser
from tests.factories.pictures import GPS, from_a_phone, photograph


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_usual_format_becomes_webp(kind: str) -> None:
    drawn = draw(photograph(kind=kind))
    assert (drawn.width, drawn.height, opened(drawn.content).format) == (64, 48, "WEBP")


def test_a_photograph_tells_neither_where_nor_when_and_stands_upright() -> None:
    upload = from_a_phone()
    assert opened(upload).getexif().get_ifd(GPS)  # else the test would prove nothing
    drawn = draw(upload)
    assert (drawn.width, drawn.height) == (48, 64)
    assert not dict(opened(drawn.content).getexif())


def test_a_large_picture_is_made_small_in_proportion() -> None:
    drawn = draw(photograph((4000, 3000)))
    assert (drawn.width, drawn.height) == (LONGEST_EDGE, LONGEST_EDGE * 3 // 4)


def test_what_is_clear_stays_clear() -> None:
    drawn = draw(photograph(kind="PNG", colour=(0, 0, 0, 0)))
    assert opened(drawn.content).mode == "RGBA"


@pytest.mark.parametrize(
    "upload",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", photograph()[:200], b"%PDF-1.7"],
    ids=["nothing", "a head alone", "svg", "cut off", "a document"],
)
def test_what_is_no_picture_is_refused_in_a_sentence(upload: bytes) -> None:
    with pytest.raises(UnusablePictureError) as refused:
        draw(upload)
    assert "JPEG" in str(refused.value.text)


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    with pytest.raises(TooLargePictureError):
        draw(photograph((side, side), "GIF", colour=(0, 0, 0)))


def test_the_same_picture_is_kept_once(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            names = {keep(session, draw(photograph())) for _ in range(2)}
        assert len(names) == 1
        assert db.session().scalar(select(func.count()).select_from(Picture)) == 1


def test_a_picture_is_served_for_good_and_another_name_is_not_found(
    app: Flask, client: Browser
) -> None:
    with app.app_context(), transaction() as session:
        name = keep(session, draw(photograph()))
    found = client.get(f"/pictures/{name}.webp")
    assert (found.status_code, found.mimetype) == (200, "image/webp")
    assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in found.headers
    assert client.get("/pictures/nothing.webp").status_code == 404


def test_only_paths_of_pictures_take_large_files() -> None:
    assert pictures.UPLOADS.search("/ko/desk/polls/evening/pictures")
    assert not pictures.UPLOADS.search("/ko/polls/pictures/more")
    assert UPLOAD_BYTES == 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("held", "stands"), [(1, (40, 20)), (3, (40, 20)), (6, (20, 40)), (99, (40, 20))]
)
def test_a_picture_stands_as_the_camera_was_held(held: int, stands: tuple[int, int]) -> None:
    told = Image.Exif()
    told[0x0112] = held
    drawn = draw(_jpeg(exif=told.tobytes()))
    assert (drawn.width, drawn.height) == stands


def test_what_a_camera_left_badly_written_is_no_fault_of_the_picture() -> None:
    """An orientation that is right, beside a maker's name that is no text."""
    entries = struct.pack("<HHII", 0x0112, 3, 1, 6) + struct.pack("<HHII", 0x010F, 11, 1, 7)
    told = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(4)
    drawn = draw(_jpeg(exif=told))
    assert (drawn.width, drawn.height) == (20, 40)


def test_nothing_hidden_in_a_colour_profile_reaches_a_page() -> None:
    assert b"a secret place" not in draw(_jpeg(icc_profile=b"a secret place" * 20)).content


def _jpeg(**told: bytes) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), (200, 10, 10)).save(out, "JPEG", **told)
    return out.getvalue()
