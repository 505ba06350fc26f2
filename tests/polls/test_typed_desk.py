"""What moderators do with typed answers, and what is left of them after the close."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hanmadang.kernel import fsck
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import change_state
from hanmadang.polls.domain.audience_desk import FasterError
from hanmadang.polls.domain.words_desk import forget_words, move_word, show_frequent
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_words import PollWord, WordState
from hanmadang.polls.queries import snapshot
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, cast, make_poll
from tests.factories.words import CLOUD, typed, words

Opener = Callable[[], Any]
PENDING, SHOWN, HIDDEN = WordState
LONG_AFTER = NOW + timedelta(days=30)


@pytest.fixture
def poll(write: Opener) -> Poll:
    """Three typed Bridge, one Song."""
    with write() as session:
        made = make_poll(session, CLOUD)
        question = made.questions[0]
        cast(session, *(typed(question, text) for text in ("Bridge", "Bridge", "Bridge", "Song")))
        return made


def word_id(session: Any, label: str) -> int:
    return int(session.scalars(select(PollWord.id).where(PollWord.label == label)).one())


def move(session: Any, poll: Poll, label: str, seen: WordState, to: WordState) -> None:
    question_id = poll.questions[0].id
    move_word(session, None, question_id, word_id(session, label), seen=seen, to=to)


def test_showing_hiding_and_undoing_raise_the_version_each(write: Opener, poll: Poll) -> None:
    with write() as session:
        versions = []
        for seen, to in ((PENDING, SHOWN), (SHOWN, HIDDEN), (HIDDEN, PENDING)):
            move(session, poll, "Song", seen, to)
            found = snapshot(session, poll.code)
            assert found is not None
            versions.append((found.version, len(found.questions[0].entries or ())))
        first = versions[0][0]
        assert versions == [(first, 1), (first + 1, 0), (first + 2, 0)]


def test_the_log_says_who_did_it_and_not_what_was_typed(write: Opener, poll: Poll) -> None:
    with write() as session:
        move(session, poll, "Song", PENDING, HIDDEN)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert (entry.action, entry.detail) == ("word.hidden", "from pending")


def test_of_two_moderators_the_second_is_told(write: Opener, poll: Poll) -> None:
    with write() as session:
        move(session, poll, "Song", PENDING, HIDDEN)
        with pytest.raises(FasterError):
            move(session, poll, "Song", PENDING, SHOWN)
        assert words(session, poll.questions[0].id)["Song"] == (1, "hidden")


def test_no_step_leads_nowhere(write: Opener, poll: Poll) -> None:
    with write() as session, pytest.raises(NotAllowedNowError):
        move(session, poll, "Song", PENDING, PENDING)


def test_an_answer_of_another_question_is_not_found(write: Opener, poll: Poll) -> None:
    with write() as session:
        other = make_poll(session, CLOUD).questions[0].id
        with pytest.raises(NotFoundError):
            move_word(session, None, other, word_id(session, "Song"), seen=PENDING, to=SHOWN)
        chosen = make_poll(session, OPINION).questions[0].id
        with pytest.raises(NotFoundError):
            show_frequent(session, None, chosen, [word_id(session, "Song")])


def test_what_three_people_typed_is_shown_at_once(write: Opener, poll: Poll) -> None:
    with write() as session:
        question_id = poll.questions[0].id
        ids = [word_id(session, label) for label in ("Bridge", "Song")]
        assert show_frequent(session, None, question_id, ids) == 1
        assert words(session, question_id) == {"Bridge": (3, "shown"), "Song": (1, "pending")}


def test_only_what_stood_on_the_moderators_page_is_shown(write: Opener, poll: Poll) -> None:
    with write() as session:
        assert show_frequent(session, None, poll.questions[0].id, []) == 0


def test_hidden_stays_hidden_when_it_is_typed_again(write: Opener, poll: Poll) -> None:
    with write() as session:
        question = poll.questions[0]
        cast(session, typed(question, "Insult", voter="one"))
        move(session, poll, "Insult", PENDING, HIDDEN)
        cast(session, typed(question, "Song", voter="one"))
        cast(session, typed(question, "insult!"))
        assert words(session, question.id)["Insult"] == (1, "hidden")


# --- The page ---------------------------------------------------------------------------------


@pytest.fixture
def moderator(sign_in: Any) -> Browser:
    """Somebody who moderates every poll."""
    browser: Browser = sign_in(Role.ORGANIZER)
    return browser


@pytest.fixture
def desk(poll: Poll) -> str:
    return f"/desk/polls/{poll.id}/words/{poll.questions[0].id}"


@pytest.mark.parametrize(
    ("language", "waiting", "all_"),
    [
        ("en", "Waiting for a moderator", "Show all that at least 3 people typed"),
        ("ko", "확인 대기", "3명 이상이 쓴 답변 모두 공개하기"),
    ],
)
def test_the_page_lists_what_waits_first(
    moderator: Browser, desk: str, language: str, waiting: str, all_: str
) -> None:
    page = moderator.get(f"/{language}{desk}").text
    assert (
        page.index(waiting) < page.index("Bridge") < page.index("Song") < page.index('id="shown"')
    )
    assert all_ in page


def test_one_tap_shows(moderator: Browser, desk: str, read: Opener, poll: Poll) -> None:
    with read() as session:
        id_ = word_id(session, "Song")
    answer = moderator.send(f"/en{desk}/{id_}/move", {"seen": "pending", "to": "shown"})
    assert answer.status_code == 303
    assert "Song" in moderator.get(f"/en/polls/{poll.slug}/results").text
    again = moderator.send(f"/en{desk}/{id_}/move", {"seen": "pending", "to": "hidden"})
    assert again.status_code == 303
    with read() as session:
        assert words(session, poll.questions[0].id)["Song"] == (1, "shown")


def test_one_tap_shows_all_that_several_typed(
    moderator: Browser, desk: str, read: Opener, poll: Poll
) -> None:
    with read() as session:
        ids = [word_id(session, label) for label in ("Bridge", "Song")]
    assert moderator.send(f"/en{desk}/frequent", {"seen": [*map(str, ids), "x"]}).status_code == 303
    assert "1 answer is shown now." in moderator.get(f"/en{desk}").text
    with read() as session:
        assert words(session, poll.questions[0].id)["Bridge"] == (3, "shown")


# --- After the close --------------------------------------------------------------------------


def close(session: Any, poll: Poll) -> None:
    change_state(session, None, poll.id, PollState.CLOSED, now=NOW)


def test_rare_unread_texts_go_thirty_days_after_the_close(write: Opener, poll: Poll) -> None:
    with write() as session:
        close(session, poll)
        assert forget_words(session, LONG_AFTER - timedelta(seconds=1)) == 0
        assert forget_words(session, LONG_AFTER) == 1
        found = words(session, poll.questions[0].id)
        assert found == {"Bridge": (3, "pending"), "": (1, "pending")}
        assert fsck.differences(session) == []


def test_shown_texts_stay_and_hidden_rare_ones_go(write: Opener, poll: Poll) -> None:
    with write() as session:
        cast(session, typed(poll.questions[0], "Insult"))
        move(session, poll, "Song", PENDING, SHOWN)
        move(session, poll, "Insult", PENDING, HIDDEN)
        close(session, poll)
        forget_words(session, LONG_AFTER)
        assert set(words(session, poll.questions[0].id)) == {"Bridge", "Song", ""}


def test_a_running_poll_forgets_nothing(write: Opener, poll: Poll) -> None:
    with write() as session:
        assert forget_words(session, NOW + timedelta(days=400)) == 0
        assert "Song" in words(session, poll.questions[0].id)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"count": 2}, "counts 2, its ballots say 1"), ({"id": 77}, "which is not its own")],
    ids=["count", "id"],
)
def test_fsck_recounts(write: Opener, poll: Poll, change: dict[str, int], said: str) -> None:
    with write() as session:
        session.execute(update(PollWord).where(PollWord.label == "Song").values(change))
        assert any(said in fault for fault in map(str, fsck.differences(session)))
        session.rollback()


def test_fsck_finds_texts_that_are_kept_too_long(write: Opener, poll: Poll) -> None:
    with write() as session:
        close(session, poll)
        session.execute(
            update(Poll).where(Poll.id == poll.id).values(closed_at=NOW - timedelta(days=40))
        )
        assert any(
            "should have been deleted" in fault for fault in map(str, fsck.differences(session))
        )
        session.rollback()
