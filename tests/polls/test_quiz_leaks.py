"""Before an answer is told, nothing a visitor can read depends on which answer is right.

Each address is read twice; between the two the right answers and the reasons change places.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import not_, update

from hanmadang.kernel.clock import frozen
from hanmadang.kernel.pictures import draw, keep
from hanmadang.polls.domain import change_state, reveal
from hanmadang.polls.domain.stage import Tap, perform
from hanmadang.polls.models import Option, Poll, PollState, Question, QuestionType, ResultsShown
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.staging import Act
from tests.conftest import Browser, remember_nothing
from tests.factories.pictures import photograph
from tests.factories.polls import KNOWLEDGE, NOW, both, cast, options
from tests.factories.profiles import make_asking, read_whole
from tests.factories.words import TEXT, show_all, typed
from tests.polls.addresses import addresses, said

Opener = Callable[[], Any]
SEVERAL = replace(
    KNOWLEDGE,
    text=both("어느 해에 만났나요?", "In which years did they meet?"),
    options=(
        *options(("2000년", "2000"), ("2007년", "2007"), right=0),
        *options(("2018년", "2018"), ("1990년", "1990"), right=1),
    ),
    type=QuestionType.SEVERAL,
    max_choices=2,
)
PACES = {
    "led": ResultsShown.MODERATOR, "live": ResultsShown.LIVE, "after": ResultsShown.AFTER_VOTE,
}  # fmt: skip


@pytest.fixture(params=list(PACES.values()), ids=list(PACES))
def quiz(request: pytest.FixtureRequest, write: Opener) -> Poll:
    """A picture question, boxes and a text; where the moderator tells, question by question."""
    with write() as session:
        name = keep(session, draw(photograph((640, 480))))
        pictured = tuple(replace(each, picture=name) for each in KNOWLEDGE.options)
        asked = [replace(KNOWLEDGE, options=pictured), SEVERAL]
        asked = [replace(each, results_shown=request.param) for each in asked]
        poll = make_asking(session, Attribute.SEX, questions=(*asked, TEXT), quiz=True)
        if request.param is ResultsShown.MODERATOR:
            perform(session, None, poll.id, Tap(Act.LEAD), seen=0, now=NOW)
            for seen, question in enumerate(poll.questions[1:], 1):
                perform(session, None, poll.id, Tap(Act.GO, question.id), seen=seen, now=NOW)
        text = poll.questions[2]
        cast(session, typed(text, "Bridges"))
        show_all(session, text.id)
        read_whole(poll)
        return poll


_FRESH = re.compile(r'(?<=name="idempotency_key")[^>]*|(?<=name="payload")[^>]*')


def read_all(app: Flask, client: Browser, poll: Poll) -> dict[str, str]:
    """What each address says, without what is new in every answer."""
    found = {}
    for address in addresses(app, poll):
        with frozen(NOW):
            answer = client.get(address, follow_redirects=True)
        body = _FRESH.sub("", said(answer)) if answer.status_code == 200 else ""
        found[address] = f"{answer.status_code} {body}"
    return found


def telling(app: Flask, client: Browser, write: Opener, poll: Poll) -> set[str]:
    """The addresses that say something else once other answers are right."""
    before = read_all(app, client, poll)
    ids = [question.id for question in poll.questions[:2]]
    with write() as session:
        turned = update(Option).where(Option.question_id.in_(ids))
        session.execute(turned.values(correct=not_(Option.correct)))
        why = both("다른 까닭", "Another reason")
        session.execute(update(Question).where(Question.id.in_(ids)).values(explanation=why))
    remember_nothing(app)
    after = read_all(app, client, poll)
    return {address for address in before if before[address] != after[address]}


def send(client: Browser, poll: Poll, *places: int) -> None:
    """Answer these questions: the first option, the first two boxes, a text."""
    picture, several, text = poll.questions
    fields: list[dict[str, Any]] = [
        {f"q{picture.id}": picture.options[0].id},
        {f"q{several.id}": [each.id for each in several.options[:2]], f"q{several.id}-asked": "1"},
        {f"q{text.id}": "Songs"},
    ]
    for place in places:
        assert client.send(f"/en/polls/{poll.slug}", fields[place]).status_code == 303


def test_somebody_who_only_looks_is_told_nothing(
    app: Flask, client: Browser, write: Opener, quiz: Poll
) -> None:
    assert telling(app, client, write, quiz) == set()


def test_whoever_answered_other_questions_is_told_nothing(
    app: Flask, client: Browser, write: Opener, quiz: Poll
) -> None:
    is_led = quiz.questions[0].results_shown == ResultsShown.MODERATOR
    send(client, quiz, *((0, 1, 2) if is_led else (2,)))
    assert telling(app, client, write, quiz) == set()


def test_a_poll_at_rest_tells_nothing_more(
    app: Flask, client: Browser, write: Opener, quiz: Poll
) -> None:
    with write() as session:
        change_state(session, None, quiz.id, PollState.PAUSED, now=NOW)
    assert telling(app, client, write, quiz) == set()


def test_the_search_finds_what_was_told(
    app: Flask, client: Browser, write: Opener, quiz: Poll
) -> None:
    """The twin: to whom it was told, the thanks page tells."""
    send(client, quiz, 0, 1, 2)
    if quiz.questions[0].results_shown == ResultsShown.MODERATOR:
        with write() as session:
            reveal(session, None, quiz.id, quiz.questions[0].id, revealed=True)
    found = telling(app, client, write, quiz)
    assert {f"/{language}/polls/{quiz.slug}/answered" for language in ("ko", "en")} <= found


def test_one_told_answer_says_nothing_of_the_next(
    app: Flask, client: Browser, write: Opener, quiz: Poll
) -> None:
    if quiz.questions[0].results_shown != ResultsShown.MODERATOR:
        send(client, quiz, 0)
    else:
        with write() as session:
            reveal(session, None, quiz.id, quiz.questions[0].id, revealed=True)
    before = read_all(app, client, quiz)
    with write() as session:
        turned = update(Option).where(Option.question_id == quiz.questions[1].id)
        session.execute(turned.values(correct=not_(Option.correct)))
    remember_nothing(app)
    assert read_all(app, client, quiz) == before
