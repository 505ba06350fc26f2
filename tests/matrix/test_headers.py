"""Protecting headers where no route answers, and caches (S12); routes: test_matrix."""

import pytest

from tests.matrix.crawl import Crawler
from tests.matrix.doors import Reply
from tests.matrix.headers import lacking

FOR_EVERYBODY = {
    "events.feed", "events.show_ics", "media.show", "pictures.show", "polls.api_description",
    "polls.api_poll", "polls.api_polls", "polls.card", "polls.live_snapshot",
}  # fmt: skip
"""Files that are the same for all who ask, and may be kept."""


def test_a_bare_answer_would_be_seen() -> None:
    unsafe = {"content-security-policy": "script-src 'unsafe-inline'", "set-cookie": "a=b; Path=/"}
    assert "nosniff" not in lacking(Reply(200, unsafe, b""))
    assert {"x-frame-options", "a policy without unsafe-*", "cookie attributes"} <= set(
        lacking(Reply(200, unsafe, b""))
    )


def test_a_policy_of_nothing_still_has_to_say_who_frames_it() -> None:
    policy = {"content-security-policy": "default-src 'none'; sandbox"}
    missing = lacking(Reply(200, policy, b""))
    assert {"base-uri 'none'", "frame-ancestors 'none'"} <= set(missing)
    assert "object-src 'none'" not in missing


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/en/events", 405),
        ("POST", "/en/events", 405),
        ("OPTIONS", "/en/events", 200),
        ("GET", "/en/events?q=%00", 400),
        ("GET", "/static/../secret_key", 404),
    ],
)
def test_errors_without_a_route_are_protected_too(
    crawler: Crawler, method: str, path: str, status: int
) -> None:
    reply = crawler.door.ask(method, path, {})
    assert (reply.status, lacking(reply)) == (status, [])


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(crawler: Crawler) -> None:
    kept = set()
    for cell in crawler.cells(methods=("GET",)):
        if cell.actor.name == "citizen-a" and cell.route.endpoint != "static":
            reply = crawler.ask(cell)
            if reply.status < 400 and "no-store" not in reply.headers.get("cache-control", ""):
                kept.add(cell.route.endpoint)
    assert kept == FOR_EVERYBODY
