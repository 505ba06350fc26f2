"""Templates and the question bank: drafts that are filled in, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import bank, draft_of
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.models_stage import Stage
from hanmadang.polls.scales import Scale
from tests.conftest import Browser
from tests.factories.polls import OPINION, add_words, both, make_poll

Opener = Callable[[], Any]


@pytest.fixture
def desk(sign_in: Any, write: Opener) -> Browser:
    found: Browser = sign_in(Role.ORGANIZER)
    with write() as session:
        add_words(session)
    return found


@pytest.mark.parametrize("slug", list(bank.templates()))
def test_each_template_becomes_a_draft_in_both_languages(
    desk: Browser, read: Opener, slug: str
) -> None:
    answer = desk.send("/ko/desk/polls/templates", {"template": slug})
    assert (answer.status_code, answer.location.endswith("/edit")) == (303, True)
    assert desk.get(answer.location).status_code == 200
    template = bank.templates()[slug]
    with read() as session:
        poll = session.scalars(select(Poll)).one()
        draft = draft_of(session, poll.id)
        stage = session.get(Stage, poll.id)
    assert (poll.state, len(draft.questions)) == (PollState.DRAFT, len(template.items))
    assert bool(stage and stage.led) is template.led
    for question in draft.questions:
        assert all(question.text.get(language) for language in LANGUAGES)


def test_the_same_click_twice_makes_one_draft(desk: Browser, read: Opener) -> None:
    data = {"template": "demand", "idempotency_key": "one-and-the-same-key"}
    first, again = (desk.send("/en/desk/polls/templates", data) for _ in range(2))
    assert first.location == again.location
    with read() as session:
        assert session.scalar(select(func.count(Poll.id))) == 1


@pytest.mark.parametrize("data", [{}, {"template": "no-such"}])
def test_an_unknown_template_makes_nothing(desk: Browser, read: Opener, data: Any) -> None:
    assert desk.send("/en/desk/polls/templates", data).status_code == 422
    with read() as session:
        assert session.scalar(select(func.count(Poll.id))) == 0


def test_a_house_without_competencies_gets_no_quiz(sign_in: Any) -> None:
    desk = sign_in(Role.ORGANIZER)
    assert desk.send("/en/desk/polls/templates", {"template": "quiz"}).status_code == 404


def test_the_bank_names_scale_and_source_of_each_question(desk: Browser) -> None:
    english, korean = (desk.get(f"/{each}/desk/polls/bank").text for each in LANGUAGES[::-1])
    assert ("Necessary, 5 points" in english, "ipus.snu.ac.kr" in english) == (True, True)
    assert "다섯 단계의 수치와 견줄 수 없습니다." in korean.replace("\n", " ")


def test_every_source_is_named_in_both_languages(desk: Browser) -> None:
    named = [item for item in bank.bank() if item.source]
    assert [item.slug for item in named if item.source.missing()] == []
    assert "서울대학교 통일평화연구원" in desk.get("/ko/desk/polls/bank").text
    assert "Seoul National University" not in desk.get("/ko/desk/polls/bank").text


def test_five_and_four_points_are_not_the_same_item() -> None:
    scales = {slug: item.question.settings.scale for slug, item in bank.items().items()}
    assert scales["need-five"] is Scale.NECESSITY_5
    assert scales["need-four"] is Scale.NECESSITY_4


def test_one_click_adds_a_question_to_a_draft(desk: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, state=PollState.DRAFT)
    data = {"poll": poll.id, "item": "need-five", "idempotency_key": "one-and-the-same-key"}
    for _ in range(2):
        answer = desk.send("/en/desk/polls/bank", data)
        assert answer.status_code == 303
    with read() as session:
        draft = draft_of(session, poll.id)
    assert [question.text for question in draft.questions] == [
        OPINION.text,
        bank.items()["need-five"].question.text,
    ]
    assert "The question is in your draft now." in desk.get(answer.location).text


@pytest.mark.parametrize("item", ["topics", "no-such"])
def test_only_items_of_the_bank_can_be_added(desk: Browser, write: Opener, item: str) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, state=PollState.DRAFT)
    assert desk.send("/en/desk/polls/bank", {"poll": poll.id, "item": item}).status_code == 404


def test_an_open_poll_takes_no_more_questions(desk: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
    answer = desk.send("/en/desk/polls/bank", {"poll": poll.id, "item": "need-five"})
    assert "A poll cannot be changed once it has opened." in desk.get(answer.location).text
    with read() as session:
        assert session.scalar(select(func.count(Question.id))) == 1


def test_a_poll_holds_no_more_questions_than_its_form(desk: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, *[OPINION] * bank.MOST_QUESTIONS, state=PollState.DRAFT)
    answer = desk.send("/ko/desk/polls/bank", {"poll": poll.id, "item": "need-five"})
    assert "질문을 12개까지 넣을 수 있습니다." in desk.get(answer.location).text


def test_the_preview_asks_but_cannot_be_sent(desk: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, state=PollState.DRAFT, title=both("하나", "One"))
    page = desk.get(f"/en/desk/polls/{poll.id}/preview").text
    main = page.split("<main")[1].split("</main>")[0]
    assert ("Do you think reunification is necessary?" in main, "<form" in main) == (True, False)
