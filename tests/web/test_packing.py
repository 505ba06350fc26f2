"""Style sheets and scripts travel packed to whoever takes that, and are the same files."""

import gzip
from pathlib import Path

import pytest

from tests.conftest import Browser

STYLE = "/static/css/components.css"
GZIP = {"Accept-Encoding": "gzip, br"}


def test_a_style_sheet_is_packed_to_less_than_a_third(client: Browser, root: Path) -> None:
    packed = client.get(STYLE, headers=GZIP)
    whole = (root / STYLE[1:]).read_bytes()
    assert gzip.decompress(packed.data) == whole
    assert len(packed.data) < len(whole) / 3
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.vary


def test_who_does_not_ask_gets_it_as_it_is(client: Browser, root: Path) -> None:
    plain = client.get(STYLE)
    assert plain.data == (root / STYLE[1:]).read_bytes()
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.vary


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_each_form_is_checked_by_its_own_tag(client: Browser, headers: dict[str, str]) -> None:
    first = client.get(STYLE, headers=headers)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(STYLE, headers=headers | tag).status_code == 304


def test_who_has_the_packed_form_and_asks_for_the_plain_one_gets_it(client: Browser) -> None:
    packed = client.get(STYLE, headers=GZIP)
    tag = {"If-None-Match": packed.headers["ETag"]}
    assert client.get(STYLE, headers=tag).status_code == 200


def test_pictures_and_missing_files_are_left_alone(client: Browser) -> None:
    assert client.get("/static/css/no-such.css", headers=GZIP).status_code == 404
    assert "Content-Encoding" not in client.get("/ko/", headers=GZIP).headers
