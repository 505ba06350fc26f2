"""The read API: what the pages show to everybody, as JSON, and nothing more."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hanmadang.kernel.permissions import Role
from hanmadang.polls import openapi
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import PollState, ResultsShown
from tests.conftest import Browser
from tests.factories import polls
from tests.factories.polls import (
    INTEREST,
    KNOWLEDGE,
    NOW,
    OPINION,
    RANKED,
    ballot,
    both,
    cast,
    make_poll,
)
from tests.factories.words import AT_ONCE, CLOUD, typed
from tests.support.schemas import faults

Opener = Callable[[], Any]
PROBLEM = "application/problem+json"
EVERY = (
    KNOWLEDGE, polls.INTEREST, polls.LIKERT, polls.BETWEEN, polls.MINUTES, RANKED, polls.POINTS,
    replace(CLOUD, settings=AT_ONCE),
)  # fmt: skip


def described(path: str) -> Any:
    """The schema of a good answer at that path."""
    document = openapi.document("http://localhost")
    answer = document["paths"][path]["get"]["responses"]["200"]
    return document, answer["content"]["application/json"]["schema"]


def poll_of(client: Browser, slug: str) -> Any:
    """One poll as programs read it."""
    return client.get(f"/api/v1/polls/{slug}").get_json()


@pytest.mark.parametrize("state", [PollState.OPEN, PollState.PAUSED, PollState.CLOSED])
def test_answers_are_as_described(client: Browser, write: Opener, state: PollState) -> None:
    with write() as session:
        poll = make_poll(session, *EVERY)
        cast(session, ballot(poll.questions[0], 1), typed(poll.questions[-1], "Bridge"))
        if state is not PollState.OPEN:
            change_state(session, None, poll.id, state, now=NOW)
        slug = poll.slug
    for path, address in (
        ("/api/v1/polls", "/api/v1/polls"),
        ("/api/v1/polls/{slug}", f"/api/v1/polls/{slug}"),
    ):
        document, schema = described(path)
        assert faults(document, schema, client.get(address).get_json()) == []


def test_the_check_finds_what_is_not_described(client: Browser, write: Opener) -> None:
    """The sabotaged twin."""
    with write() as session:
        slug = make_poll(session).slug
    document, schema = described("/api/v1/polls/{slug}")
    found = poll_of(client, slug)
    assert faults(document, schema, {**found, "secret": "x"}) == ["$: secret is not described"]
    assert faults(document, schema, {**found, "version": "1"}) != []
    assert faults(document, schema, {k: v for k, v in found.items() if k != "state"}) != []


def test_the_description_is_served_and_names_every_address(client: Browser) -> None:
    served = client.get("/api/v1/openapi.json").get_json()
    assert served == openapi.document("http://localhost")
    rules = {
        rule.rule.replace("<slug>", "{slug}")
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert set(served["paths"]) == rules


def test_counts_are_those_of_the_live_page(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        cast(session, ballot(poll.questions[0], 0), ballot(poll.questions[0], 1, voter="b"))
        slug, code = poll.slug, poll.code
    live = client.get(f"/live/{code}.json").get_json()["questions"][0]
    (question,) = poll_of(client, slug)["questions"]
    assert question["results"]["options"] == live["options"]
    assert (question["answered"], question["text"]["ko"]) == (2, OPINION.text.get("ko"))


@pytest.mark.parametrize(
    "shown", [ResultsShown.AFTER_VOTE, ResultsShown.CLOSED, ResultsShown.MODERATOR]
)
def test_hidden_results_stay_hidden_whoever_asks(
    client: Browser, write: Opener, sign_in: Callable[..., Browser], shown: ResultsShown
) -> None:
    with write() as session:
        poll = make_poll(session, replace(OPINION, results_shown=shown))
        cast(session, ballot(poll.questions[0], 0))
        slug, token = poll.slug, poll.code
    for browser in (client, sign_in(Role.ADMINISTRATOR)):
        answer = browser.get(f"/api/v1/polls/{slug}?seen={token}&has_answered=1")
        (question,) = answer.get_json()["questions"]
        assert (question["results"], question["answered"]) == (None, 1)
        assert "count" not in answer.text
        assert "share" not in answer.text


def test_rankings_rest_while_answers_are_taken(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, RANKED)
        cast(session, ballot(poll.questions[0], 0, 1, 2))
        slug, poll_id = poll.slug, poll.id
    assert poll_of(client, slug)["questions"][0]["results"] is None
    with write() as session:
        change_state(session, None, poll_id, PollState.PAUSED, now=NOW)
    assert poll_of(client, slug)["questions"][0]["results"] is not None


def test_right_answers_come_with_the_close(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, KNOWLEDGE)
        slug, poll_id = poll.slug, poll.id
    before = client.get(f"/api/v1/polls/{slug}").text
    assert "correct" not in before
    assert KNOWLEDGE.explanation.get("en") not in before
    with write() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)
    after = poll_of(client, slug)
    assert [option["correct"] for option in after["questions"][0]["options"]] == [False, True]
    assert after["questions"][0]["explanation"]["en"] == KNOWLEDGE.explanation.get("en")
    assert after["open_data"]["results"] == f"http://localhost/polls/{slug}/results.csv"


def test_only_a_knowledge_question_has_something_to_explain(client: Browser, write: Opener) -> None:
    """What stands in the form of another kind is dropped with it: nothing waits for the close."""
    told = both("이유", "Reason")
    with write() as session:
        drafts = [replace(each, explanation=told) for each in (OPINION, INTEREST, KNOWLEDGE)]
        slug = make_poll(session, *drafts, state=PollState.CLOSED).slug
    found = [each.get("explanation") for each in poll_of(client, slug)["questions"]]
    assert found == [None, None, {"ko": "이유", "en": "Reason"}]


def test_drafts_are_unknown_also_to_their_authors(
    write: Opener, sign_in: Callable[..., Browser]
) -> None:
    with write() as session:
        slug = make_poll(session, state=PollState.DRAFT).slug
    browser = sign_in(Role.ADMINISTRATOR)
    answer = browser.get(f"/api/v1/polls/{slug}")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert browser.get("/api/v1/polls").get_json()["polls"] == []


def test_lists_go_on(client: Browser, write: Opener) -> None:
    with write() as session:
        slugs = [make_poll(session).slug for _ in range(3)]
    first = client.get("/api/v1/polls?per_page=2&state=open")
    assert [each["slug"] for each in first.get_json()["polls"]] == slugs[:0:-1]
    following = first.get_json()["next"]
    assert first.headers["Link"] == f'<{following}>; rel="next"'
    last = client.get(following.removeprefix("http://localhost"))
    assert [each["slug"] for each in last.get_json()["polls"]] == slugs[:1]
    assert (last.get_json()["next"], last.headers.get("Link")) == (None, None)
    assert client.get("/api/v1/polls?state=closed").get_json()["polls"] == []


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=٣", "per_page=101", "state=draft", "page=999999"]
)
def test_unusable_parameters_are_a_problem(client: Browser, query: str) -> None:
    answer = client.get(f"/api/v1/polls?{query}", headers={"Accept-Language": "ko"})
    problem = json.loads(answer.data)
    assert (answer.status_code, answer.mimetype, problem["status"]) == (400, PROBLEM, 400)
    assert "매개변수" in problem["detail"]
    document = openapi.document("")
    assert faults(document, document["components"]["schemas"]["Problem"], problem) == []


def test_unknown_addresses_below_api_are_a_problem_too(client: Browser) -> None:
    for path in ("/api/v1/polls/none", "/api/v2/polls", "/api/"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unchanged_answer_is_not_sent_again(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
        question, path = poll.questions[0], f"/api/v1/polls/{poll.slug}"
    first = client.get(path)
    assert "Set-Cookie" not in first.headers
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with write() as session:
        cast(session, ballot(question, 0))
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.headers["Cache-Control"]) == (200, "public, no-cache")


def test_only_the_api_may_be_read_from_other_sites(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session)
    for path in ("/api/v1/polls", f"/api/v1/polls/{poll.slug}", "/api/v1/openapi.json"):
        headers = client.get(path, headers={"Origin": "https://elsewhere.example"}).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers
    for path in ("/en/polls", "/en/api", f"/live/{poll.code}.json", "/ko/apix"):
        assert "Access-Control-Allow-Origin" not in client.get(path).headers


def test_a_browser_may_ask_first(client: Browser) -> None:
    answer = client.options("/api/v1/polls", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Methods"] == "GET"
    assert answer.headers["Access-Control-Allow-Headers"] == "If-None-Match"


@pytest.mark.parametrize("kinds", [(OPINION,), (KNOWLEDGE, polls.INTEREST, OPINION)])
def test_a_poll_costs_the_same_whatever_its_length(
    client: Browser, write: Opener, count_queries: Opener, kinds: Any
) -> None:
    with write() as session:
        slug = make_poll(session, *kinds).slug
    client.get("/en/polls")
    with count_queries() as statements:
        client.get(f"/api/v1/polls/{slug}")
    assert len(statements) == 4


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", "프로그램용 자료"), ("en", "Within version 1 fields are added")],
)
def test_people_can_read_about_it(client: Browser, language: str, words: str) -> None:
    page = client.get(f"/{language}/api").text
    assert "/api/v1/polls" in page
    assert words in page
