"""Suggested statements, and what moderators do with them while people vote."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.errors import KeyReusedError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import Accepted, Refusal, Refused, cast_many, casting, change_state
from hanmadang.polls.domain.audience_desk import FasterError
from hanmadang.polls.domain.statements import NoSuggestionsError, UnusableStatementError, suggest
from hanmadang.polls.domain.statements_desk import accept, hide, move, type_statement
from hanmadang.polls.models import Option, Poll, PollState, Tally
from hanmadang.polls.models_statements import Suggestion, SuggestionState
from hanmadang.polls.queries.opinions import compared
from hanmadang.polls.rules_statements import suggester_of
from hanmadang.polls.shapes import Settings
from tests.conftest import Browser
from tests.factories.polls import NOW, both
from tests.factories.statements import A, W, make_statements, votes

Opener = Callable[[], Any]
PENDING, ACCEPTED, REFUSED = SuggestionState
LABEL = both("버스로 갑시다.", "Let us go by bus.")


def put(session: Any, poll: Poll, text: str = "Let us go by bus.", **more: str) -> Suggestion:
    """A suggestion typed on an English page."""
    person = suggester_of(poll.secret, more.get("device", "somebody"))
    return suggest(session, poll.id, person, text, page="en", key=more.get("key", text * 2))


@pytest.fixture
def poll(write: Opener) -> Poll:
    with write() as session:
        made = make_statements(session)
        assert made.questions[0].options  # loaded, for use after the session
        return made


@pytest.fixture
def waiting(write: Opener, poll: Poll) -> int:
    """A suggestion that waits for a moderator."""
    with write() as session:
        return put(session, poll).id


# --- Suggesting -------------------------------------------------------------------------------


def test_a_suggestion_knows_no_account_and_no_time() -> None:
    assert set(Suggestion.__table__.columns.keys()) == {
        "id", "question_id", "number", "text", "language", "suggester", "mark", "state",
        "option_id",
    }  # fmt: skip


def test_a_request_sent_twice_adds_one(write: Opener, poll: Poll) -> None:
    with write() as session:
        assert put(session, poll, key="k" * 20).id == put(session, poll, key="k" * 20).id
        with pytest.raises(KeyReusedError):
            put(session, poll, "Something else.", key="k" * 20)


def test_text_is_kept_in_one_form_and_its_language_is_heard(write: Opener, poll: Poll) -> None:
    with write() as session:
        made = put(session, poll, "  버스로\n 갑시다. ")
        assert (made.text, made.language, made.number) == ("버스로 갑시다.", "ko", 1)


@pytest.mark.parametrize("text", ["", "x" * 141], ids=["empty", "long"])
def test_unusable_texts(write: Opener, poll: Poll, text: str) -> None:
    with write() as session, pytest.raises(UnusableStatementError):
        put(session, poll, text, key="k" * 20)


def test_five_of_a_device_may_wait(write: Opener, poll: Poll) -> None:
    with write() as session:
        for number in range(5):
            put(session, poll, f"Thought {number}.")
        with pytest.raises(NotAllowedNowError):
            put(session, poll, "One more.")
        assert put(session, poll, "One more.", device="another").number == 6


@pytest.mark.parametrize(
    ("state", "rules", "error"),
    [
        (PollState.OPEN, Settings(), NotFoundError),
        (PollState.PAUSED, Settings(suggest=True), NoSuggestionsError),
        (PollState.CLOSED, Settings(suggest=True), NoSuggestionsError),
    ],
    ids=["off", "paused", "closed"],
)
def test_when_none_are_taken(
    write: Opener, state: PollState, rules: Settings, error: type[Exception]
) -> None:
    with write() as session:
        poll = make_statements(session, state=state, settings=rules)
        with pytest.raises(error):
            put(session, poll)


def test_the_close_forgets_who_suggested(write: Opener, read: Opener, poll: Poll) -> None:
    with write() as session:
        put(session, poll)
    with write() as session:
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    with read() as session:
        (kept,) = session.scalars(select(Suggestion)).all()
        assert (kept.text, kept.suggester, kept.mark) == ("Let us go by bus.", "", "")


# --- Accepting, refusing, hiding --------------------------------------------------------------


def test_an_accepted_statement_can_be_voted_on_at_once(
    write: Opener, poll: Poll, waiting: int
) -> None:
    with write() as session:
        question = session.get_one(Poll, poll.id).questions[0]
        cast_many(session, [votes(question, {0: A}, "v")])  # casting remembers the rules
    with write() as session:
        option = accept(session, None, poll.id, waiting, LABEL)
        assert option.label.get("ko") == "버스로 갑시다."
    with write() as session:
        question = session.get_one(Poll, poll.id).questions[0]
        assert isinstance(cast_many(session, [votes(question, {12: A}, "v")])[0], Accepted)
        assert session.get_one(Tally, option.id, populate_existing=True).agree == 1


def test_the_twin_that_remembers_rules_by_the_poll_alone_refuses_the_new_statement(
    write: Opener, poll: Poll, waiting: int
) -> None:
    with write() as session:
        question = session.get_one(Poll, poll.id).questions[0]
        cast_many(session, [votes(question, {0: A}, "v")])
        accept(session, None, poll.id, waiting, LABEL)
    with write() as session:
        rules = session.scalar(select(Poll.rules).where(Poll.id == poll.id))
        for name, (_version, known) in casting._known.items():
            casting._known[name] = rules, known
        question = session.get_one(Poll, poll.id).questions[0]
        result = cast_many(session, [votes(question, {12: A}, "v")])[0]
    assert result == Refused(Refusal.UNKNOWN_CHOICE)


def test_of_two_moderators_the_second_is_told(write: Opener, poll: Poll, waiting: int) -> None:
    with write() as session:
        accept(session, None, poll.id, waiting, LABEL)
    with write() as session, pytest.raises(FasterError):
        accept(session, None, poll.id, waiting, LABEL)
    with write() as session, pytest.raises(FasterError):
        move(session, None, poll.id, waiting, seen=PENDING, to=REFUSED)


def test_refusing_can_be_undone(write: Opener, poll: Poll, waiting: int) -> None:
    for seen, to in ((PENDING, REFUSED), (REFUSED, PENDING)):
        with write() as session:
            move(session, None, poll.id, waiting, seen=seen, to=to)
            assert session.get_one(Suggestion, waiting).state == to


def test_accepting_can_be_undone_while_nobody_has_voted(
    write: Opener, poll: Poll, waiting: int
) -> None:
    with write() as session:
        option_id = accept(session, None, poll.id, waiting, LABEL).id
    with write() as session:
        move(session, None, poll.id, waiting, seen=ACCEPTED, to=PENDING)
        assert session.get(Option, option_id, populate_existing=True) is None


def test_accepting_stands_once_somebody_has_voted(write: Opener, poll: Poll, waiting: int) -> None:
    with write() as session:
        accept(session, None, poll.id, waiting, LABEL)
    with write() as session:
        question = session.get_one(Poll, poll.id).questions[0]
        cast_many(session, [votes(question, {12: A}, "v")])
    with write() as session, pytest.raises(NotAllowedNowError):
        move(session, None, poll.id, waiting, seen=ACCEPTED, to=PENDING)


def test_a_hidden_statement_keeps_its_votes_and_takes_no_more(write: Opener, poll: Poll) -> None:
    with write() as session:
        question = session.get_one(Poll, poll.id).questions[0]
        cast_many(session, [votes(question, {0: A}, "v")])
        hide(session, None, poll.id, question.options[0].id, seen=False, hidden=True)
    with write() as session:
        question = session.get_one(Poll, poll.id).questions[0]
        first = question.options[0]
        refused = cast_many(session, [votes(question, {0: A}, "w")])[0]
        assert refused == Refused(Refusal.UNKNOWN_CHOICE)
        assert first.tally.agree == 1
        assert first.id not in compared(session, question.id)
        assert isinstance(cast_many(session, [votes(question, {0: W}, "v")])[0], Accepted)


def test_hiding_what_is_hidden_tells_the_second_moderator(write: Opener, poll: Poll) -> None:
    option_id = poll.questions[0].options[0].id
    with write() as session:
        hide(session, None, poll.id, option_id, seen=False, hidden=True)
        with pytest.raises(FasterError):
            hide(session, None, poll.id, option_id, seen=False, hidden=True)
        hide(session, None, poll.id, option_id, seen=True, hidden=False)


def test_a_statement_about_the_person_is_asked_but_not_compared(write: Opener, poll: Poll) -> None:
    option_id = poll.questions[0].options[0].id
    with write() as session:
        type_statement(session, None, poll.id, option_id, seen=False, about_person=True)
        assert option_id not in compared(session, poll.questions[0].id)
        question = session.get_one(Poll, poll.id).questions[0]
        assert isinstance(cast_many(session, [votes(question, {0: A}, "v")])[0], Accepted)


# --- The pages --------------------------------------------------------------------------------


@pytest.fixture
def moderator(sign_in: Any) -> Browser:
    """Somebody who moderates every poll."""
    browser: Browser = sign_in(Role.ORGANIZER)
    return browser


def test_a_moderator_accepts_in_both_languages(
    moderator: Browser, read: Opener, poll: Poll, waiting: int
) -> None:
    desk = f"/en/desk/polls/{poll.id}/statements"
    assert "Let us go by bus." in moderator.get(desk).text
    fields = {"label_en": "Let us go by bus.", "label_ko": "버스로 갑시다."}
    sent = moderator.send(f"{desk}/suggestions/{waiting}/accept", fields)
    assert (sent.status_code, sent.location) == (303, desk)
    page = moderator.get(desk).text
    assert "Suggested by a participant" in page
    assert "Original: English" in page
    with read() as session:
        assert session.get_one(Suggestion, waiting).state == ACCEPTED


def test_a_moderator_hides_and_types_statements(
    moderator: Browser, read: Opener, poll: Poll
) -> None:
    option_id = poll.questions[0].options[0].id
    url = f"/en/desk/polls/{poll.id}/statements/{option_id}/set"
    moderator.send(url, {"hidden": "yes"})
    moderator.send(url, {"about_person": "yes"})
    with read() as session:
        option = session.get_one(Option, option_id)
        assert (option.hidden, option.about_person) == (True, True)
    again = moderator.send(url, {"hidden": "yes"}, follow_redirects=True)
    assert "Another moderator was faster" in again.text
