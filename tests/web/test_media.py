"""Stored files over the wire: whole, in ranges, never again when known, never run."""

from collections.abc import Callable
from typing import Any

import pytest

from hanmadang.kernel import media
from hanmadang.kernel.media import PART_BYTES, ready
from tests.conftest import Browser
from tests.factories import media as bytes_of

Write = Callable[[], Any]
FILM = bytes_of.MP4 + bytes(range(250)) * (5 * PART_BYTES // 250)


@pytest.fixture
def film(write: Write) -> str:
    with write() as session:
        return f"/media/{media.keep(session, ready(FILM))}"


def test_a_film_is_served_whole_and_for_good(client: Browser, film: str) -> None:
    answer = client.get(film)
    assert (answer.status_code, answer.data) == (200, FILM)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    policy = answer.headers["Content-Security-Policy"]
    assert all(part in policy for part in ("sandbox", "base-uri 'none'", "frame-ancestors 'none'"))


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-9", 0, 10), ("524280-524300", 524280, 524301), ("-5", len(FILM) - 5, len(FILM))],
)
def test_a_player_gets_the_bytes_it_asks_for(
    client: Browser, film: str, asked: str, start: int, stop: int
) -> None:
    answer = client.get(film, headers={"Range": f"bytes={asked}"})
    assert (answer.status_code, answer.data) == (206, FILM[start:stop])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(FILM)}"


def test_asking_for_all_the_rest_gives_some_of_it(client: Browser, film: str) -> None:
    answer = client.get(film, headers={"Range": "bytes=10-"})
    most = 4 * PART_BYTES
    assert (answer.status_code, len(answer.data)) == (206, most)
    assert answer.headers["Content-Range"] == f"bytes 10-{most + 9}/{len(FILM)}"


@pytest.mark.parametrize("wanted", ["bytes=0-1,4-5", "items=0-1"])
def test_a_range_that_we_do_not_cut_is_passed_over(client: Browser, film: str, wanted: str) -> None:
    answer = client.get(film, headers={"Range": wanted})
    assert (answer.status_code, answer.data) == (200, FILM)


def test_bytes_that_are_not_there_are_416(client: Browser, film: str) -> None:
    answer = client.get(film, headers={"Range": f"bytes={len(FILM)}-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")


def test_what_a_browser_has_is_not_sent_again(client: Browser, film: str) -> None:
    etag = client.get(film).headers["ETag"]
    assert etag == f'"{film.removeprefix("/media/")}"'
    answer = client.get(film, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_range_of_another_content_is_the_whole(client: Browser, film: str) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert client.get(film, headers=headers).status_code == 200
    headers["If-Range"] = client.get(film).headers["ETag"]
    assert client.get(film, headers=headers).status_code == 206


def test_a_document_is_saved_and_never_opened_here(client: Browser, write: Write) -> None:
    with write() as session:
        name = media.keep(session, ready(bytes_of.PDF))
    answer = client.get(f"/media/{name}")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("name", [f"{'0' * 32}.mp4", "x.mp4", "nothing", f"{'0' * 32}.html"])
def test_what_is_not_stored_is_not_there(client: Browser, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404
