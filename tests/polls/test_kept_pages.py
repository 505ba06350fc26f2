"""A poll's page is drawn once for a hall: always fresh, the same bytes, nobody's answers in it."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from hanmadang.kernel import pages
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.kept import Kept
from hanmadang.kernel.permissions import NOBODY
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState, Question, ResultsShown
from hanmadang.polls.queries import poll_page, questions
from tests.conftest import Browser
from tests.factories.polls import INTEREST, KNOWLEDGE, NOW, OPINION, RANKED, make_poll
from tests.polls.conftest import One
from tests.support.remembered import outdated

Opener = Callable[[], Any]
Asked = Callable[[Any], One]
_CHECKED = re.compile(r'<input checked id="q[^>]*')
_OWN = re.compile(r'(name="(?:csrf_token|idempotency_key)"[^>]*value=")[^"]*')


@pytest.fixture(autouse=True)
def kept(app: Flask) -> Iterator[Kept]:
    """What the app has drawn, empty at first."""
    found: Kept = app.extensions["hanmadang.kept"]
    found.forget()
    yield found
    found.forget()


def page(browser: FlaskClient, slug: str, language: str = "ko") -> str:
    """The poll's page without token and key."""
    answer = browser.get(f"/{language}/polls/{slug}")
    assert answer.status_code == 200
    return _OWN.sub(r"\1", answer.text)


def own(browser: FlaskClient, slug: str) -> list[str]:
    """Token and key on the page."""
    text = browser.get(f"/ko/polls/{slug}").text
    found = re.findall(r'name="(?:csrf_token|idempotency_key)"[^>]*value="([^"]*)', text)
    assert len(found) == 2
    return found


@pytest.mark.parametrize("page_of", [("ko", PollState.OPEN), ("en", PollState.PAUSED)])
def test_the_page_is_the_same_drawn_anew_found_and_never_kept(
    client: Browser, write: Opener, monkeypatch: pytest.MonkeyPatch, kept: Kept, page_of: Any
) -> None:
    language, state = page_of
    with write() as session:
        slug = make_poll(session, OPINION, KNOWLEDGE, INTEREST, RANKED, state=state).slug
    drawn, found = page(client, slug, language), page(client, slug, language)
    assert len(kept) >= 3
    _never_kept(monkeypatch)
    assert page(client, slug, language) == drawn == found


def test_so_is_that_of_somebody_who_answered(
    client: Browser, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, KNOWLEDGE, INTEREST)
        slug, places = poll.slug, ((1,), (1,), (1, 2))
        chosen = {
            f"q{question.id}": [question.options[place].id for place in some]
            for question, some in zip(poll.questions, places, strict=True)
        }
    assert client.send(f"/ko/polls/{slug}", chosen).status_code == 303
    drawn, found = page(client, slug), page(client, slug)
    assert len(_CHECKED.findall(drawn)) == 4
    _never_kept(monkeypatch)
    assert page(client, slug) == drawn == found


def _never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw pages whole, fields and all."""
    monkeypatch.setattr("hanmadang.polls.views.public.render_kept", _plain)
    monkeypatch.setattr("hanmadang.polls.views.public.ticked_in", lambda *_: None)


def _plain(template: str, _key: object, own: Any, **context: Any) -> str:
    return pages.render(template, **context, **own)


def test_two_people_find_the_same_page_and_each_their_own_token(app: Flask, ask: Asked) -> None:
    one, (first, second) = ask(OPINION), (app.test_client(), app.test_client())
    assert page(first, one.slug) == page(second, one.slug)
    tokens = [own(each, one.slug) for each in (first, second, first)]
    assert tokens[0][0] == tokens[2][0] != tokens[1][0]
    assert len({key for _, key in tokens}) == 3


def test_what_one_person_answered_is_on_no_other_page(app: Flask, ask: Asked, kept: Kept) -> None:
    one, newcomer, neighbour = ask(OPINION), app.test_client(), app.test_client()
    one.send(1)
    before = page(newcomer, one.slug)
    for _ in range(2):
        assert one.page(language="ko").count(" checked ") == before.count(" checked ") + 1
        assert page(newcomer, one.slug) == before
    assert isinstance(neighbour, Browser)
    neighbour.send(f"/ko/polls/{one.slug}", {f"q{one.id}": one.options[2]})
    mine, theirs = (_CHECKED.findall(page(each, one.slug)) for each in (one.client, neighbour))
    assert (len(mine), len(theirs)) == (1, 1)
    assert mine != theirs
    texts = "".join(part for parts in kept._texts.values() for part in parts)
    assert _CHECKED.search(texts) is None


def test_what_is_kept_holds_no_token_and_no_key(client: Browser, ask: Asked, kept: Kept) -> None:
    one = ask(OPINION)
    page(client, one.slug)
    secrets = own(client, one.slug)
    texts = "".join(part for parts in kept._texts.values() for part in parts)
    assert texts
    assert [each for each in secrets if each in texts] == []


def test_a_change_is_on_the_next_page(ask: Asked) -> None:
    one = ask(OPINION)
    assert "설문이 잠시 멈췄습니다" not in page(one.client, one.slug)
    with one.write() as session:
        change_state(session, None, one.poll_id, PollState.PAUSED, now=NOW)
    paused = page(one.client, one.slug)
    with one.write() as session:
        change_state(session, None, one.poll_id, PollState.OPEN, now=NOW)
    assert paused != page(one.client, one.slug)


def test_the_words_for_messengers_count_along(client: Browser, ask: Asked, write: Opener) -> None:
    one = ask(OPINION)
    with write() as session:
        session.get_one(Question, one.id).results_shown = ResultsShown.LIVE.value
        session.get_one(Poll, one.poll_id).version += 1
    page(client, one.slug)
    one.send(0)
    assert "Answers: 1" in page(client, one.slug, "en")


def test_questions_are_read_once_until_the_poll_changes(
    app: Flask, ask: Asked, count_queries: Opener
) -> None:
    one, costs = ask(OPINION), []
    for votes in (False, False, True, False):
        if votes:
            one.send(1)
        with count_queries() as statements:
            app.test_client().get(f"/ko/polls/{one.slug}")
        costs.append(len(statements))
    assert costs == [2, 1, 2, 1]


def test_what_a_transaction_sees_is_not_remembered(app: Flask, ask: Asked) -> None:
    one = ask(OPINION)
    with app.app_context():
        with suppress(KeyError), transaction() as session:
            session.get_one(Question, one.id).answered = 7
            _raise(session, one)
            assert _answered(session, one) == 7
            raise KeyError
        with transaction() as session:
            _raise(session, one)
        assert _answered(db.session(), one) == 0


def _raise(session: Session, one: One) -> None:
    session.get_one(Poll, one.poll_id).version += 1
    session.flush()


def _answered(session: Session, one: One) -> int:
    found = poll_page(session, NOBODY, one.slug)
    assert found is not None
    return found.questions[0].answered


def test_a_change_that_forgot_the_version_would_be_noticed(app: Flask, ask: Asked) -> None:
    """The twin of the fixture that looks after every test of this room."""
    one = ask(OPINION)
    one.page()
    with one.write() as session:
        session.execute(update(Question).where(Question.id == one.id).values(revealed=True))
    with app.app_context():
        assert outdated(db.session()) == [one.poll_id]
    questions.forget()


def test_a_process_remembers_so_many_polls(app: Flask, write: Opener) -> None:
    with write() as session:
        slugs = [make_poll(session, OPINION).slug for _ in range(3)]
    with app.app_context():
        for number in range(questions.MOST_KEPT):
            questions._kept[-number] = number, ()
        for slug in slugs:
            assert poll_page(db.session(), NOBODY, slug) is not None
    assert len(questions._kept) <= questions.MOST_KEPT
