"""Requests that our pages did not make are refused, and change nothing (S4)."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.matrix.crawl import Crawler
from tests.matrix.policy import Outcome
from tests.matrix.sending import Sending, send

FORMS_AT_LEAST = 44
"""Filled in and accepted; the rest need a state or a secret that no page hands out."""
NO_FORM = {"people.sign_in", "people.sign_up_form", "polls.edit", "polls.pictures_desk"}
"""For some these only redirect, and read no form."""
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


def test_enough_forms_are_known_to_succeed(sendings: Mapping[str, Sending]) -> None:
    assert len(sendings) >= FORMS_AT_LEAST


def _forged(crawler: Crawler, sending: Sending) -> dict[str, Sending]:
    other = crawler.world.actors["citizen-b"].token(str(crawler.app.secret_key))
    return {
        "no token": sending.without("csrf_token"),
        "a wrong token": sending.having(csrf_token="0" * 64),
        "another device's token": sending.having(csrf_token=other),
        "another device": replace(
            sending, actor=replace(sending.actor, device=crawler.world.actors["citizen-b"].device)
        ),
    }


def test_a_form_without_this_devices_token_is_refused(
    crawler: Crawler, sendings: Mapping[str, Sending]
) -> None:
    faults = []
    for sending in sendings.values():
        for how, forged in _forged(crawler, sending).items():
            reply, changed = send(crawler, forged)
            changed -= crawler.policy.routes[sending.endpoint].writes
            right = {400} if sending.is_action else {422}
            if reply.status not in right or changed:
                faults.append(f"{sending} with {how}: {reply.status}, changed {sorted(changed)}")
            crawler.watch.restore()
    assert faults == []


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_sent_by_another_site_is_refused(
    crawler: Crawler, sendings: Mapping[str, Sending], headers: dict[str, str]
) -> None:
    replies = {str(each): send(crawler, each, **headers) for each in sendings.values()}
    assert {name: found for name, found in replies.items() if found[0].status != 403} == {}
    assert crawler.watch.changed() == frozenset()


def test_every_unsafe_route_asks_for_the_token(crawler: Crawler) -> None:
    """Also those whose form nobody could fill in here: an empty one, without token."""
    asked, faults = set(), []
    for cell in crawler.cells(methods=("POST",)):
        endpoint = cell.route.endpoint
        if cell.expected is not Outcome.REACHED or endpoint in asked:
            continue
        asked.add(endpoint)
        reply, changed = crawler.ask(cell, {}), crawler.watch.changed() - cell.route.writes
        if changed or (reply.status not in {400, 422} and endpoint not in NO_FORM):
            faults.append(f"{cell}: {reply.status}, changed {sorted(changed)}")
        crawler.watch.restore()
    assert faults == []


def test_json_and_plain_text_are_no_way_around_the_token(crawler: Crawler) -> None:
    for kind in ("text/plain", "application/json"):
        reply = crawler.door.ask(
            "POST",
            "/en/account/sessions/end-all",
            {"Cookie": crawler.world.actors["citizen-a"].cookies, "Content-Type": kind},
            {},
        )
        assert reply.status == 400
    assert crawler.watch.changed() == frozenset()
