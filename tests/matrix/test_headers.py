"""Every answer of every route carries the headers that protect its reader (S12)."""

import pytest

from tests.matrix.crawl import Crawler
from tests.matrix.doors import Reply

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
ACTORS = {"anonymous", "citizen-a", "administrator"}


def lacking(reply: Reply) -> list[str]:
    """What is missing or wrong."""
    found = [name for name, value in ALWAYS.items() if reply.headers.get(name) != value]
    policy = reply.headers.get("content-security-policy", "")
    found += [part for part in POLICY if part not in policy]
    found += ["unsafe-* in the policy"] if "unsafe" in policy else []
    if reply.headers.get("referrer-policy") not in {
        "strict-origin-when-cross-origin", "no-referrer", "same-origin",
    }:  # fmt: skip
        found.append("referrer-policy")
    cookie = reply.headers.get("set-cookie", "HttpOnly; SameSite=Lax")
    return found + ([] if {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; ")) else ["cookie"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_is_protected_errors_included(crawler: Crawler, method: str) -> None:
    statuses, faults = set(), {}
    for cell in crawler.cells(methods=(method,)):
        if cell.actor.name not in ACTORS:
            continue
        reply = crawler.ask(cell, None if method == "GET" else {})
        statuses.add(reply.status)
        if lacking(reply):
            faults[str(cell)] = lacking(reply)
    assert faults == {}
    assert {403, 404} <= statuses


def test_what_is_signed_in_is_never_kept_by_a_cache(crawler: Crawler) -> None:
    kept = {}
    for cell in crawler.cells(methods=("GET",)):
        if cell.actor.name != "citizen-a" or cell.route.endpoint == "static":
            continue
        control = crawler.ask(cell).headers.get("cache-control", "")
        if "no-store" not in control:
            kept[cell.route.endpoint] = control
    assert set(kept) == {"events.feed", "events.show_ics", "polls.live_snapshot"}, kept
