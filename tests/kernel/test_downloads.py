"""Downloads have a name that every browser and every WSGI server understands."""

from urllib.parse import unquote

import pytest
from flask import Response
from werkzeug.http import parse_options_header

from hanmadang.kernel.downloads import as_download


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("hall-results.csv", "hall-results.csv"),
        ("통일-설문-results.csv", "results.csv"),
        ("통일-poll-2.svg", "poll-2.svg"),
        ("설문.json", "hanmadang.json"),
        ('a "quoted"; name.csv', "a quoted; name.csv"),
        ("a\r\nSet-Cookie: b.csv", "aSet-Cookie: b.csv"),
    ],
)
def test_a_name_is_said_twice_where_it_is_not_plain(name: str, plain: str) -> None:
    header = as_download(Response(), name).headers["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith(f'attachment; filename="{plain}"')
    if name != plain:
        assert unquote(header.partition("; filename*=UTF-8''")[2]) == name
        assert parse_options_header(header)[1]["filename"] == name
