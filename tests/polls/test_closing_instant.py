"""From its closing instant a poll takes nothing, though the closing itself comes a moment later."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment, frozen
from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.polls.domain import audience, profiles
from hanmadang.polls.domain.audience_sitting import SittingSettings, configure
from hanmadang.polls.domain.schedule import Hours, plan
from hanmadang.polls.domain.stage import Tap, locked, perform
from hanmadang.polls.domain.statements import NoSuggestionsError, suggest
from hanmadang.polls.models import Poll
from hanmadang.polls.models_audience import AudienceQuestion, Naming, Review, SittingState, Upvote
from hanmadang.polls.models_profile import StoredProfile
from hanmadang.polls.models_statements import Suggestion
from hanmadang.polls.rules_statements import suggester_of
from hanmadang.polls.staging import Act
from tests.conftest import Browser
from tests.factories.audience import put_question, somebody
from tests.factories.polls import NOW, cast
from tests.factories.profiles import WOMEN, make_asking, read_whole
from tests.factories.statements import STATEMENTS, A, votes

Opener = Callable[[], Any]
Deed = Callable[[Session, Poll, datetime | None], object]
MINUTE = timedelta(minutes=1)
CLOSES = Moment.from_instant(NOW + MINUTE, "Asia/Seoul")
VOTER = "somebody who voted"
ASKED = 1
"""The audience question that is there already."""


def _suggest(session: Session, poll: Poll, now: datetime | None) -> object:
    person = suggester_of(poll.secret, "device")
    return suggest(session, poll.id, person, "More choirs.", page="en", key="k" * 20, now=now)


def _tell(session: Session, poll: Poll, now: datetime | None) -> None:
    profiles.tell(session, poll.id, VOTER, WOMEN, now=now)


def _ask(session: Session, poll: Poll, now: datetime | None) -> object:
    return audience.ask(session, poll.id, somebody(poll, "b"), "Why?", page="en", now=now)


def _upvote(session: Session, poll: Poll, now: datetime | None) -> object:
    question = session.scalars(select(AudienceQuestion.id)).first() or 0
    return audience.upvote(session, poll.id, question, somebody(poll, "b"), wanted=True, now=now)


DEEDS: dict[str, tuple[Deed, Any, int]] = {
    "suggests": (_suggest, Suggestion, 0),
    "tells": (_tell, StoredProfile, 0),
    "asks": (_ask, AudienceQuestion, ASKED),
    "up-votes": (_upvote, Upvote, 0),
}
each_deed = pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)


@pytest.fixture
def poll(write: Opener) -> Poll:
    """It takes everything a poll can take, for another minute."""
    with write() as session:
        made = make_asking(session, questions=(STATEMENTS,))
        taking = SittingSettings(SittingState.OPEN, Naming.FREE, Review.AT_ONCE, "")
        configure(session, None, made.id, taking)
        put_question(session, made)
        cast(session, votes(made.questions[0], {0: A}, VOTER))
        plan(session, None, made.id, Hours(closes=CLOSES), seen="/", now=NOW)
        read_whole(made)
        return made


def taken(read: Opener, model: Any) -> int:
    with read() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


@each_deed
def test_a_moment_before_counts_and_the_instant_itself_is_late(
    poll: Poll, write: Opener, read: Opener, deed: tuple[Deed, Any, int]
) -> None:
    act, model, before = deed
    with write() as session, pytest.raises(NotAllowedNowError):
        act(session, poll, CLOSES.instant)
    assert taken(read, model) == before
    with write() as session:
        act(session, poll, CLOSES.instant - timedelta(milliseconds=1))
    assert taken(read, model) == before + 1


def act_behind_a_lock(app: Flask, poll: Poll, act: Deed, *, looks_first: bool) -> bool:
    """Come a minute early, wait for the lock for two; returns whether it was taken."""
    came = threading.Event()

    def visitor() -> bool:
        early = clock.now() if looks_first else None
        came.set()
        try:
            with app.app_context(), transaction() as session:
                act(session, poll, early)
        except NotAllowedNowError:
            return False
        return True

    with frozen(NOW) as advance, ThreadPoolExecutor(1) as pool:
        with app.app_context(), transaction() as session:
            locked(session, poll.id)
            waiting = pool.submit(visitor)
            came.wait()
            clock.pause(0.05)
            advance(2 * MINUTE)
        return waiting.result()


@each_deed
def test_whoever_waited_for_the_lock_while_time_ran_out_is_late(
    app: Flask, poll: Poll, read: Opener, deed: tuple[Deed, Any, int]
) -> None:
    act, model, before = deed
    assert not act_behind_a_lock(app, poll, act, looks_first=False)
    assert taken(read, model) == before


@each_deed
def test_the_twin_that_looks_at_the_clock_before_it_locks_gets_in(
    app: Flask, poll: Poll, read: Opener, deed: tuple[Deed, Any, int]
) -> None:
    """Sabotaged: the instant is compared with the time before the wait."""
    act, model, before = deed
    assert act_behind_a_lock(app, poll, act, looks_first=True)
    assert taken(read, model) == before + 1


def test_a_locked_question_takes_no_suggestions(poll: Poll, write: Opener, read: Opener) -> None:
    with write() as session:
        perform(session, None, poll.id, Tap(Act.LOCK, poll.questions[0].id), seen=0, now=NOW)
    with write() as session, pytest.raises(NoSuggestionsError):
        _suggest(session, poll, NOW)
    assert taken(read, Suggestion) == 0


def test_a_consent_may_still_be_taken_back(poll: Poll, write: Opener, read: Opener) -> None:
    with write() as session:
        _tell(session, poll, NOW)
    with write() as session, frozen(CLOSES.instant):
        profiles.forget(session, poll.id, VOTER)
    assert taken(read, StoredProfile) == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "No statements are being taken"), ("ko", "지금은 문장을 제안받지 않습니다")],
)
def test_the_page_says_so(client: Browser, poll: Poll, language: str, words: str) -> None:
    with frozen(CLOSES.instant):
        data = {"text": "More choirs, please."}
        answer = client.send(f"/{language}/polls/{poll.slug}/statements/suggest", data)
    assert answer.status_code == 409
    assert words in answer.text
