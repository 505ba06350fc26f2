"""The sample city shows every kind of poll, in both languages, and admits that it is invented."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.models import Block
from hanmadang.demo.load import load
from hanmadang.demo.sample import stored_files
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.fsck import differences
from hanmadang.polls.models import Mode, Option, Poll, PollState
from hanmadang.polls.models_outcomes import Outcome, OutcomeState
from hanmadang.polls.models_words import PollWord, WordState
from tests.conftest import Browser

Opener = Callable[[], Any]


@pytest.fixture
def city(write: Opener, read: Opener) -> Opener:
    """The sample city, loaded."""
    with write() as session:
        assert load(session)
    return read


def test_it_has_every_kind_of_poll(city: Opener, client: Browser) -> None:
    with city() as session:
        polls = session.scalars(select(Poll)).all()
        kinds = {(poll.mode, poll.quiz, poll.state) for poll in polls}
        assert (Mode.SECRET, False, PollState.CLOSED) in kinds
        for state in (PollState.OPEN, PollState.CLOSED):
            assert (Mode.EDITABLE, True, state) in kinds
        written = set(session.scalars(select(Outcome.state)))
        assert written == {OutcomeState.DONE, OutcomeState.UNDER_WAY, OutcomeState.NOT_FOLLOWED}
        assert set(session.scalars(select(PollWord.state))) == set(WordState)
        assert len(set(session.scalars(select(Option.picture))) - {None}) == 4
        assert differences(session) == []
    for language in LANGUAGES:
        page = client.get(f"/{language}/polls/what-lessons-would-you-like/results").text
        assert f'href="/{language}/courses/everyday-life"' in page


def test_its_words_are_in_both_languages_and_own_up(city: Opener, client: Browser) -> None:
    with city() as session:
        polls = session.scalars(select(Poll)).all()
        texts = [text for poll in polls for text in (poll.title, poll.intro)]
        texts += [question.text for poll in polls for question in poll.questions]
        texts += [one.label for poll in polls for each in poll.questions for one in each.options]
        assert [text for text in texts if text and text.missing()] == []
    for language, says in (("ko", "실제 응답이 아닙니다."), ("en", "not real responses.")):
        for slug in ("division-and-armistice-quiz", "first-project-of-the-citizens-group"):
            assert says in client.get(f"/{language}/polls/{slug}/results").text


def test_lessons_have_parts_of_every_living_kind(city: Opener, client: Browser) -> None:
    with city() as session:
        kinds = set(session.scalars(select(Block.kind)))
    assert {"image", "video", "timeline", "map", "reflection", "event", "poll", "question"} <= kinds
    for language in LANGUAGES:
        lessons = f"/{language}/courses/city-to-city-exchange/cities-and-people"
        concert = client.get(f"{lessons}/culture-and-sport").text
        assert f'href="/{language}/events/songs-of-north-and-south"' in concert
        poll = client.get(f"{lessons}/prepare-a-proposal").text
        assert f'href="/{language}/polls/railways-letters-forests"' in poll


def test_files_of_lessons_are_named_by_their_content(city: Opener) -> None:
    for name, content in stored_files():
        assert name.partition(".")[0] == hashlib.sha256(content).hexdigest()[:32]
        assert len(content) < 300_000
