"""The pages of polls, as a visitor without scripts meets them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.kernel.ids import keyed, new_key
from hanmadang.kernel.slots import _fillers, fill
from hanmadang.polls.domain import InterestEvidence, KnowledgeEvidence, change_state
from hanmadang.polls.models import Ballot, Poll, PollState, Question, ResultsShown, Tally
from tests.conftest import Browser
from tests.factories.polls import INTEREST, KNOWLEDGE, NOW, OPINION, ballot, cast, make_poll

Opener = Callable[[], Any]


class Asked:
    """An open poll with one question of each kind, by its ids."""

    def __init__(self, poll: Poll) -> None:
        self.id, self.slug, self.code = poll.id, poll.slug, poll.code
        self.fields = [f"q{question.id}" for question in poll.questions]
        self.options = [[option.id for option in q.options] for q in poll.questions]

    def data(self, knowledge: int = 1, interest: tuple[int, ...] = (0, 1), opinion: int = 0) -> Any:
        """What the form sends for these places."""
        return {
            self.fields[0]: self.options[0][knowledge],
            self.fields[1]: [self.options[1][place] for place in interest],
            self.fields[2]: self.options[2][opinion],
        }


@pytest.fixture
def asked(write: Opener) -> Asked:
    with write() as session:
        return Asked(make_poll(session))


def test_lists_say_what_is_open_and_what_is_closed(
    client: Browser, write: Opener, asked: Asked
) -> None:
    with write() as session:
        closed = make_poll(session, OPINION, state=PollState.CLOSED).slug
        draft = make_poll(session, OPINION, state=PollState.DRAFT).slug
    korean, english = client.get("/ko/polls").text, client.get("/en/polls").text
    for page, language in ((korean, "ko"), (english, "en")):
        assert f'href="/{language}/polls/{asked.slug}"' in page
        assert f'href="/{language}/polls/{closed}/results"' in page
        assert f'{draft}"' not in page
    assert "질문 3개" in korean
    assert "3 questions" in english


def test_with_no_poll_the_list_says_so(client: Browser) -> None:
    assert "지금 진행 중인 설문이 없습니다" in client.get("/ko/polls").text
    assert "No poll is open at the moment" in client.get("/en/polls").text


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_two_statements(
    client: Browser, write: Opener, count_queries: Opener, count: int
) -> None:
    with write() as session:
        for _ in range(count):
            make_poll(session, OPINION)
            make_poll(session, OPINION, state=PollState.CLOSED)
    with count_queries() as statements:
        client.get("/en/polls")
    assert len(statements) == 2


def test_old_results_are_on_further_pages(client: Browser, write: Opener) -> None:
    with write() as session:
        for _ in range(21):
            make_poll(session, OPINION, state=PollState.CLOSED)
    first, second = client.get("/en/polls").text, client.get("/en/polls?page=2").text
    assert (first.count("/results"), second.count("/results")) == (20, 1)
    assert "Older results" in first
    assert "Newer results" in second


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}-"])
def test_a_code_leads_to_its_poll_however_it_is_typed(
    client: Browser, asked: Asked, typed: str
) -> None:
    code = typed.format(asked.code.lower())
    answer = client.get("/en/p", query_string={"code": code})
    assert answer.location == f"/en/polls/{asked.slug}"


def test_the_qr_address_follows_the_visitors_language(client: Browser, asked: Asked) -> None:
    for language in ("ko", "en"):
        answer = client.get(f"/p/{asked.code}", headers={"Accept-Language": language})
        assert answer.location == f"/{language}/polls/{asked.slug}"
        assert client.get(f"/{language}/p/{asked.code}").location == answer.location


def test_a_wrong_code_is_kept_and_explained(client: Browser) -> None:
    answer = client.get("/ko/p?code=zzzzz")
    assert answer.status_code == 404
    assert 'value="zzzzz"' in answer.text
    assert "이 코드의 설문이 없습니다. 화면의 코드와 비교해 주세요." in answer.text


@pytest.mark.parametrize("path", ["", "/answered", "/results", "/screen"])
def test_a_draft_is_not_there(client: Browser, sign_in: Any, write: Opener, path: str) -> None:
    with write() as session:
        poll = make_poll(session, state=PollState.DRAFT)
        slug, code = poll.slug, poll.code
    for browser in (client, sign_in()):
        assert browser.get(f"/en/polls/{slug}{path}").status_code == 404
    assert client.get(f"/en/p/{code}").status_code == 404


def test_every_question_says_what_its_answer_is_used_for(client: Browser, asked: Asked) -> None:
    page = client.get(f"/en/polls/{asked.slug}").text
    assert page.count('<legend class="field__label field__label--large">') == 3
    assert "After sending you see the right answer and why." in page
    assert "Choose up to 2. Counted to plan courses and events." in page
    assert "It is never tied to you and never used to choose lessons." in page
    korean = client.get(f"/ko/polls/{asked.slug}").text
    assert "2개까지 골라 주세요." in korean
    assert "누구의 응답인지 연결하지 않으며, 강의 추천에도 쓰지 않습니다." in korean


def test_answering_leads_to_thanks_with_the_explanation(client: Browser, asked: Asked) -> None:
    answer = client.send(f"/en/polls/{asked.slug}", asked.data(knowledge=0))
    assert (answer.status_code, answer.location) == (303, f"/en/polls/{asked.slug}/answered")
    page = client.get(answer.location).text
    assert "Not quite" in page
    assert "The right answer: <strong>An end to the fighting</strong>" in page
    assert "It was not a peace treaty." in page
    assert "평화조약이 아닙니다." in client.get(f"/ko/polls/{asked.slug}/answered").text


def test_a_right_answer_is_called_right(client: Browser, asked: Asked) -> None:
    client.send(f"/ko/polls/{asked.slug}", asked.data(knowledge=1))
    page = client.get(f"/ko/polls/{asked.slug}/answered").text
    assert "정답</span>" in page
    assert "아쉽지만 정답이 아닙니다" not in page


def test_the_right_answer_is_not_told_before_answering(client: Browser, asked: Asked) -> None:
    for path in ("", "/results", "/screen"):
        page = client.get(f"/en/polls/{asked.slug}{path}").text
        assert "It was not a peace treaty." not in page
        assert "bars__row--answer" not in page


def test_answers_are_filled_in_again_and_can_be_changed(
    client: Browser, asked: Asked, read: Opener
) -> None:
    client.send(f"/en/polls/{asked.slug}", asked.data(opinion=0))
    page = client.get(f"/en/polls/{asked.slug}").text
    assert "You have answered" in page
    assert page.count(" checked ") + page.count("checked>") - page.count('normal" checked') == 4
    client.send(f"/en/polls/{asked.slug}", asked.data(opinion=2))
    with read() as session:
        stances = [session.get_one(Tally, id_).count for id_ in asked.options[2]]
        assert stances == [0, 0, 1]


def test_questions_may_be_left_open(client: Browser, asked: Asked, read: Opener) -> None:
    data = {asked.fields[2]: asked.options[2][1]}
    assert client.send(f"/en/polls/{asked.slug}", data).status_code == 303
    assert "You left this one open." in client.get(f"/en/polls/{asked.slug}/answered").text
    with read() as session:
        assert [q.answered for q in session.scalars(select(Question))] == [0, 0, 1]


def test_an_empty_form_is_given_back(client: Browser, asked: Asked) -> None:
    answer = client.send(f"/ko/polls/{asked.slug}")
    assert answer.status_code == 422
    assert "질문 하나 이상에 응답해 주세요." in answer.text


def test_too_many_choices_are_given_back_ticked(client: Browser, asked: Asked) -> None:
    answer = client.send(f"/en/polls/{asked.slug}", asked.data(interest=(0, 1, 2)))
    assert answer.status_code == 422
    assert "Please choose at most 2." in answer.text
    for option in asked.options[1]:
        assert f'checked id="{asked.fields[1]}-{asked.options[1].index(option)}"' in answer.text


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "9" * 30, "٣"])
def test_a_choice_that_does_not_exist_is_refused(
    client: Browser, asked: Asked, read: Opener, wrong: str
) -> None:
    answer = client.send(f"/en/polls/{asked.slug}", {asked.fields[0]: wrong})
    assert answer.status_code == 422
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_a_double_click_counts_once(client: Browser, asked: Asked, read: Opener) -> None:
    data = asked.data() | {"idempotency_key": new_key()}
    answers = [client.send(f"/en/polls/{asked.slug}", data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with read() as session:
        assert {row.rev for row in session.scalars(select(Ballot))} == {1}


def test_a_form_sent_again_with_other_answers_asks_back_and_then_works(
    client: Browser, asked: Asked
) -> None:
    key = {"idempotency_key": new_key()}
    client.send(f"/en/polls/{asked.slug}", asked.data() | key)
    answer = client.send(f"/en/polls/{asked.slug}", asked.data(opinion=1) | key)
    assert answer.status_code == 422
    assert "This form was already sent with other answers." in answer.text
    assert key["idempotency_key"] not in answer.text


def test_an_answer_after_the_close_is_refused_with_words(
    client: Browser, asked: Asked, write: Opener
) -> None:
    client.get(f"/ko/polls/{asked.slug}")
    with write() as session:
        change_state(session, None, asked.id, PollState.CLOSED, now=NOW)
    answer = client.send(f"/ko/polls/{asked.slug}", asked.data())
    assert answer.status_code == 409
    assert "응답이 도착하기 전에 설문이 마감되어 집계하지 못했습니다." in answer.text
    assert client.get(f"/ko/polls/{asked.slug}").location == f"/ko/polls/{asked.slug}/results"
    assert client.get(f"/ko/polls/{asked.slug}/answered").status_code == 302


def test_a_pause_keeps_what_was_chosen(client: Browser, asked: Asked, write: Opener) -> None:
    with write() as session:
        change_state(session, None, asked.id, PollState.PAUSED, now=NOW)
    assert "The poll is paused" in client.get(f"/en/polls/{asked.slug}").text
    answer = client.send(f"/en/polls/{asked.slug}", asked.data())
    assert answer.status_code == 409
    assert answer.text.count('checked id="q') == 4


def test_a_forged_form_is_refused(client: Browser, asked: Asked, read: Opener) -> None:
    forged = {"csrf_token": keyed("x" * 40, "form", "somebody")}
    assert client.send(f"/en/polls/{asked.slug}", asked.data() | forged).status_code == 422
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_a_signed_in_person_votes_as_a_device_too(sign_in: Any, asked: Asked, read: Opener) -> None:
    browser = sign_in()
    browser.send(f"/en/polls/{asked.slug}", asked.data())
    device = browser.get_cookie("hm_device").value
    with read() as session:
        secret = session.scalar(select(Poll.secret))
        expected = keyed(secret, "device", device)
        assert {row.voter_key for row in session.scalars(select(Ballot))} == {expected}


def test_the_thanks_page_offers_evidence_but_never_a_stance(client: Browser, asked: Asked) -> None:
    seen: list[Any] = []

    def offer(poll: Any, evidence: Any) -> str:
        seen.append((poll.slug, evidence))
        return ""

    fill("poll.answered", offer)
    try:
        client.send(f"/en/polls/{asked.slug}", asked.data(knowledge=1, interest=(1, 0), opinion=2))
        client.get(f"/en/polls/{asked.slug}/answered")
    finally:
        _fillers["poll.answered"].remove(offer)
    knowledge, interest = (int(field[1:]) for field in asked.fields[:2])
    evidence = (
        KnowledgeEvidence(knowledge, "armistice-contents", correct=True, right=1, of=1),
        InterestEvidence(interest, ("culture", "history")),
    )
    assert seen == [(asked.slug, evidence)]


def test_the_thanks_page_is_only_for_those_who_answered(client: Browser, asked: Asked) -> None:
    assert client.get(f"/en/polls/{asked.slug}/answered").location == f"/en/polls/{asked.slug}"


def test_results_say_how_far_to_trust_them(client: Browser, asked: Asked) -> None:
    assert "not of all residents" in client.get(f"/en/polls/{asked.slug}/results").text
    assert "전체 시민의 의견을 나타내지는" in client.get(f"/ko/polls/{asked.slug}/results").text


def test_results_after_answering_are_kept_from_others(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, replace(OPINION, results_shown=ResultsShown.AFTER_VOTE))
        slug, field, option = poll.slug, poll.questions[0].id, poll.questions[0].options[1].id
        cast(session, ballot(poll.questions[0], 1))
    before = client.get(f"/en/polls/{slug}/results").text
    assert "data-option-id" not in before
    assert "Answers: 1" in before
    client.send(f"/en/polls/{slug}", {f"q{field}": option})
    assert 'data-count="2"' in client.get(f"/en/polls/{slug}/results").text


def test_results_for_the_end_are_kept_even_from_those_who_answered(
    client: Browser, write: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, replace(OPINION, results_shown=ResultsShown.CLOSED))
        slug, field, option = poll.slug, poll.questions[0].id, poll.questions[0].options[1].id
        poll_id = poll.id
    client.send(f"/en/polls/{slug}", {f"q{field}": option})
    for path in ("answered", "results", "screen"):
        assert "data-option-id" not in client.get(f"/en/polls/{slug}/{path}").text
    with write() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)
    assert 'data-count="1"' in client.get(f"/en/polls/{slug}/results").text


def test_the_hall_screen_speaks_both_languages_and_shows_the_code(
    client: Browser, asked: Asked
) -> None:
    page = client.get(f"/ko/polls/{asked.slug}/screen").text
    assert "1953년 정전협정은 무엇을 정했나요?" in page
    assert "What did the armistice of 1953 settle?" in page
    assert asked.code in page
    assert f"localhost/p/{asked.code}" in page
    assert '<svg viewBox="' in page
    assert "site-header" not in page
    assert "Do you think" in client.get(f"/ko/polls/{asked.slug}/screen?question=3").text
    assert "Do you think" in client.get(f"/ko/polls/{asked.slug}/screen?question=99").text


@pytest.mark.parametrize("kinds", [(OPINION,), (KNOWLEDGE, INTEREST, OPINION)])
@pytest.mark.parametrize("page", [("", 2), ("/results", 4)])
def test_a_poll_page_costs_the_same_whatever_its_length(
    client: Browser, write: Opener, count_queries: Opener, kinds: Any, page: tuple[str, int]
) -> None:
    path, cost = page
    with write() as session:
        slug = make_poll(session, *kinds).slug
    client.get("/en/polls")
    with count_queries() as statements:
        client.get(f"/en/polls/{slug}{path}")
    assert len(statements) == cost


def test_a_vote_costs_no_more_statements_than_pinned(
    client: Browser, asked: Asked, count_queries: Opener
) -> None:
    client.get(f"/en/polls/{asked.slug}")
    with count_queries() as statements:
        client.send(f"/en/polls/{asked.slug}", asked.data())
    assert len(statements) == 9
