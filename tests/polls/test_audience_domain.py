"""Asking, up-voting, moderating, merging and closing, without pages."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import ConflictError, DomainError, NotAllowedNowError, NotFoundError
from hanmadang.polls.domain import audience, audience_desk, change_state
from hanmadang.polls.domain.audience_sitting import SittingSettings, configure
from hanmadang.polls.models import PollState
from hanmadang.polls.models_audience import (
    ASK_STEPS,
    AskState,
    AudienceQuestion,
    Naming,
    Review,
    Sitting,
    SittingState,
    Upvote,
)
from hanmadang.polls.queries import snapshot
from hanmadang.polls.queries.audience import desk_asks, public_asks
from hanmadang.polls.rules_audience import NO_PERSON, language_of
from tests.factories.audience import (
    make_sitting,
    of,
    put_into,
    put_question,
    put_upvotes,
    somebody,
    version_of,
)
from tests.factories.polls import NOW

Opener = Callable[[], Any]
HANGUL_NFD = unicodedata.normalize("NFD", "통일")


def test_a_question_waits_or_is_shown_as_the_moderator_chose(write: Opener) -> None:
    with write() as session:
        waits = put_question(session, make_sitting(session, review=Review.BEFORE))
        shown = put_question(session, make_sitting(session, review=Review.AT_ONCE))
        assert (waits.state, shown.state) == (AskState.PENDING, AskState.SHOWN)


def test_questions_are_numbered_from_one_in_each_poll(write: Opener) -> None:
    with write() as session:
        one, other = make_sitting(session), make_sitting(session)
        numbers = [put_question(session, poll).number for poll in (one, other, one)]
        assert numbers == [1, 1, 2]


def test_text_is_kept_in_one_line_and_nfc(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        question = put_question(session, poll, f" {HANGUL_NFD}은\r\n언제\u202e? ", name=" 김 ")
        assert (question.text, question.name) == ("통일은 언제?", "김")


@pytest.mark.parametrize(
    ("text", "page", "language"),
    [("언제 DMZ에 가나요?", "en", "ko"), ("When?", "ko", "en"), ("2026?", "ko", "ko")],
)
def test_the_language_is_heard_from_the_text(text: str, page: str, language: str) -> None:
    assert language_of(text, page) == language


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 281])
def test_an_empty_or_long_text_is_refused(write: Opener, text: str) -> None:
    with write() as session:
        poll = make_sitting(session)
        with pytest.raises(audience.UnusableQuestionError):
            put_question(session, poll, text)
        assert put_question(session, poll, "x" * 280).number == 1


def test_a_named_sitting_wants_a_name(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session, naming=Naming.NAMED)
        with pytest.raises(audience.UnusableQuestionError):
            put_question(session, poll)
        assert put_question(session, poll, name="Kim").name == "Kim"


def test_six_unread_questions_of_one_device_are_too_many(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session, review=Review.BEFORE)
        questions = [put_question(session, poll, f"{n}?") for n in range(5)]
        with pytest.raises(NotAllowedNowError):
            put_question(session, poll)
        put_question(session, poll, device="another")
        put_into(session, poll, questions[0].id, AskState.SHOWN)
        assert put_question(session, poll).number == 7


@pytest.mark.parametrize("state", [SittingState.RESTING, SittingState.OFF])
def test_nothing_is_taken_unless_the_sitting_is_open(write: Opener, state: SittingState) -> None:
    with write() as session:
        poll = make_sitting(session)
        question = put_question(session, poll)
        configure(session, None, poll.id, SittingSettings(state))
        for act in (
            lambda: put_question(session, poll),
            lambda: put_upvotes(session, poll, question.id, "a"),
        ):
            with pytest.raises((audience.NotTakenError, NotFoundError)):
                act()


def test_nobody_without_a_device_asks(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        with pytest.raises(audience.NotTakenError):
            audience.ask(session, poll.id, NO_PERSON, "Who?", page="en")


def test_a_device_upvotes_once_and_can_take_it_back(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        question = put_question(session, poll).id
        put_upvotes(session, poll, question, "a", "a", "b")
        assert of(session, question).upvotes == 2
        person = somebody(poll, "a")
        for changed in (True, False):
            back = audience.upvote(session, poll.id, question, person, wanted=False)
            assert back is changed
        assert of(session, question).upvotes == 1


def test_nobody_upvotes_the_own_question_or_one_that_is_not_in_the_list(write: Opener) -> None:
    with write() as session:
        poll, other = make_sitting(session), make_sitting(session)
        question, hidden, foreign = (put_question(session, each).id for each in (poll, poll, other))
        put_into(session, poll, hidden, AskState.HIDDEN)
        with pytest.raises(NotAllowedNowError):
            put_upvotes(session, poll, question, "asker")
        for unknown in (hidden, foreign, 999_999):
            with pytest.raises(NotFoundError):
                put_upvotes(session, poll, unknown, "a")
        put_into(session, poll, question, AskState.ANSWERED)
        with pytest.raises(NotAllowedNowError):
            put_upvotes(session, poll, question, "a")


UNMERGED = [state for state in AskState if state is not AskState.MERGED]


@pytest.mark.parametrize("seen", UNMERGED)
@pytest.mark.parametrize("to", UNMERGED)
def test_moderators_take_only_the_listed_steps_from_what_they_saw(
    write: Opener, seen: AskState, to: AskState
) -> None:
    with write() as session:
        poll = make_sitting(session, review=Review.BEFORE)
        question = put_question(session, poll).id
        path = {AskState.PENDING: (), AskState.SHOWN: (AskState.SHOWN,)}
        put_into(session, poll, question, *path.get(seen, (AskState.SHOWN, seen)))
        if ASK_STEPS.allows(seen, to):
            put_into(session, poll, question, to)
            assert of(session, question).state == to
        else:
            with pytest.raises(NotAllowedNowError):
                put_into(session, poll, question, to)


@pytest.mark.parametrize("seen", AskState)
def test_each_step_has_its_way_back(seen: AskState) -> None:
    for to in ASK_STEPS.steps[seen]:
        assert ASK_STEPS.allows(to, seen) or to is AskState.MERGED or seen is AskState.PENDING


def test_the_second_of_two_moderators_is_told(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        question = put_question(session, poll).id
        put_into(session, poll, question, AskState.ANSWERED)
        with pytest.raises(audience_desk.FasterError):
            audience_desk.move(
                session, None, poll.id, question, seen=AskState.SHOWN, to=AskState.HIDDEN
            )
        assert of(session, question).state == AskState.ANSWERED


def test_calling_the_next_question_answers_the_one_before(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        first, second = (put_question(session, poll).id for _ in range(2))
        put_into(session, poll, first, AskState.NOW)
        put_into(session, poll, second, AskState.NOW)
        assert [of(session, each).state for each in (first, second)] == ["answered", "now"]


def test_every_act_is_audited(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        first, second = (put_question(session, poll).id for _ in range(2))
        put_into(session, poll, first, AskState.NOW)
        put_into(session, poll, second, AskState.NOW)
        found = session.scalars(
            select(AuditEntry.action + " " + AuditEntry.detail)
            .where(AuditEntry.object_kind == "audience_question")
            .order_by(AuditEntry.seq)
        )
        assert found.all() == [
            "audience_question.called from shown",
            "audience_question.answered by the next",
            "audience_question.called from shown",
        ]


def merged(session: Any, *, before: AskState = AskState.SHOWN) -> tuple[Any, int, int]:
    """A poll and two questions, the second merged into the first; b up-voted both."""
    poll = make_sitting(session)
    first, second = (put_question(session, poll, text).id for text in ("When?", "How soon?"))
    put_upvotes(session, poll, first, "a", "b")
    put_upvotes(session, poll, second, "b", "c", "d")
    audience_desk.merge(session, None, poll.id, second, seen=before, into=first)
    return poll, first, second


def test_a_merged_question_counts_each_device_once(write: Opener) -> None:
    with write() as session:
        poll, first, second = merged(session)
        assert (of(session, first).upvotes, of(session, second).state) == (4, "merged")
        asks = public_asks(session, poll.id, somebody(poll, "c"))
        assert [(ask.number, ask.is_upvoted) for ask in asks.all] == [(1, True)]


def test_upvotes_after_merging_go_to_the_whole(write: Opener) -> None:
    with write() as session:
        poll, first, second = merged(session)
        put_upvotes(session, poll, second, "c", "e")
        assert of(session, first).upvotes == 5
        for device in "bc":
            audience.upvote(session, poll.id, first, somebody(poll, device), wanted=False)
        assert [of(session, each).upvotes for each in (first, second)] == [3, 1]


def test_separating_gives_each_its_own_upvotes_back(write: Opener) -> None:
    with write() as session:
        poll, first, second = merged(session)
        put_upvotes(session, poll, first, "e")
        put_into(session, poll, second, AskState.SHOWN)
        assert [of(session, each).upvotes for each in (first, second)] == [3, 3]


def test_merging_refuses_itself_foreigners_hidden_ones_and_chains(write: Opener) -> None:
    with write() as session:
        poll, first, second = merged(session)
        third, gone = (put_question(session, poll).id for _ in range(2))
        foreign = put_question(session, make_sitting(session)).id
        put_into(session, poll, gone, AskState.HIDDEN)
        attempts = [
            (third, third),
            (third, foreign),
            (third, gone),
            (third, second),
            (first, third),
        ]
        for source, into in attempts:
            with pytest.raises(DomainError):
                audience_desk.merge(session, None, poll.id, source, seen=AskState.SHOWN, into=into)
        assert of(session, third).state == AskState.SHOWN


def test_merging_what_somebody_else_moved_is_refused(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        first, second = (put_question(session, poll).id for _ in range(2))
        put_into(session, poll, second, AskState.HIDDEN)
        with pytest.raises(audience_desk.FasterError):
            audience_desk.merge(session, None, poll.id, second, seen=AskState.SHOWN, into=first)


def test_closing_unties_everything_and_keeps_the_counts(write: Opener) -> None:
    with write() as session:
        poll, first, second = merged(session)
        put_question(session, poll, "Who?", device="x", name="Kim")
        before = set(session.scalars(select(Upvote.device)))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        after = session.scalars(select(Upvote.device)).all()
        assert (len(after), set(after) & before) == (4, set())
        assert [of(session, each).upvotes for each in (first, second)] == [4, 0]
        questions = session.scalars(select(AudienceQuestion))
        assert {(q.asker, q.name, q.mark) for q in questions} == {("", "", "")}
        assert session.get_one(Sitting, poll.id).state == SittingState.RESTING


def test_a_closed_poll_is_moderated_but_not_merged_or_opened(write: Opener) -> None:
    with write() as session:
        poll, first, second = merged(session)
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        put_into(session, poll, first, AskState.ANSWERED)
        assert of(session, first).state == AskState.ANSWERED
        with pytest.raises(NotAllowedNowError):
            put_into(session, poll, second, AskState.SHOWN)
        with pytest.raises(NotAllowedNowError):
            configure(session, None, poll.id, SittingSettings(SittingState.OPEN))


def test_closing_a_poll_that_never_took_questions(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session, state=SittingState.OFF)
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        assert session.get_one(Sitting, poll.id).state == SittingState.OFF


def test_settings_changed_by_somebody_else_are_not_overwritten(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        mine = SittingSettings(SittingState.RESTING, event_slug="evening")
        with pytest.raises(ConflictError):
            configure(session, None, poll.id, mine, seen="off/free/before/")
        with pytest.raises(ConflictError):
            configure(session, None, poll.id, mine, seen="")
        configure(session, None, poll.id, mine, seen="open/free/at_once/")
        with pytest.raises(ConflictError):
            configure(
                session, None, poll.id, replace(mine, event_slug=None), seen="open/free/at_once/"
            )
        assert session.get_one(Sitting, poll.id).event_slug == "evening"


def test_lists_by_upvotes_or_newest(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        ids = [put_question(session, poll, f"{n}?").id for n in range(3)]
        put_upvotes(session, poll, ids[1], "a")
        orders = [
            [ask.number for ask in public_asks(session, poll.id, NO_PERSON, newest=newest).all]
            for newest in (False, True)
        ]
        assert orders == [[2, 1, 3], [3, 2, 1]]


def test_the_public_list_holds_nothing_hidden_except_to_its_asker(write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session, review=Review.BEFORE)
        put_question(session, poll, "mine?", device="me")
        put_question(session, poll, "theirs?", device="they")
        mine = public_asks(session, poll.id, somebody(poll, "me"))
        assert (mine.all, [ask.text for ask in mine.own]) == ((), ["mine?"])
        assert public_asks(session, poll.id, NO_PERSON) == public_asks(
            session, poll.id, somebody(poll, "third")
        )
        assert len(desk_asks(session, poll.id).of("pending")) == 2


def test_the_snapshot_tells_counts_and_when_the_list_changed(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_sitting(session)
        code, question = poll.code, put_question(session, poll).id
        listed = version_of(session, poll.id)
        put_upvotes(session, poll, question, "a")
        assert version_of(session, poll.id) == listed
    with read() as session:
        shot = snapshot(session, code)
        assert shot
        assert shot.asks
        assert (shot.asks.version, shot.asks.counts) == (listed, ((question, 1),))
        assert b'"asks":{"version":' in shot.body()


def test_a_poll_without_audience_says_nothing_of_it(write: Opener, read: Opener) -> None:
    with write() as session:
        code = make_sitting(session, state=SittingState.OFF).code
    with read() as session:
        shot = snapshot(session, code)
        assert shot
        assert b"asks" not in shot.body()


def test_each_change_raises_the_version_that_names_snapshots(write: Opener, read: Opener) -> None:
    versions = []
    with write() as session:
        poll = make_sitting(session, review=Review.BEFORE)
    for act in (
        lambda session: put_question(session, poll),
        lambda session: put_into(session, poll, 1, AskState.SHOWN),
        lambda session: put_upvotes(session, poll, 1, "a"),
    ):
        with write() as session:
            act(session)
        with read() as session:
            shot = snapshot(session, poll.code)
            assert shot
            versions.append(shot.version)
    assert versions == [versions[0], versions[0] + 1, versions[0] + 2]
