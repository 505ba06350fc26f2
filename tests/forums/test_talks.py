"""The programme: within the forum, one talk at a time in a room, public when promised."""

from datetime import timedelta
from typing import Any

import pytest

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums import queries
from hanmadang.forums.domain import change_talk, talks
from hanmadang.forums.models import Outcome, TalkState
from hanmadang.forums.queries import talks as reading
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Role
from tests.factories.events import make_event, make_institution
from tests.factories.forums import (
    NOW,
    STARTS,
    admin,
    decide,
    make_call,
    make_confirmed,
    make_decided,
    make_expert,
    make_forum,
    make_proposal,
    make_staff,
    make_talk,
    place,
    talk_fields,
)


def at(minutes: int) -> Any:
    return STARTS.local + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("start", "minutes", "fits"),
    [(0, 240, True), (210, 30, True), (-1, 30, False), (211, 30, False), (0, 241, False)],
)
def test_a_talk_lies_within_the_forum(write: Any, start: int, minutes: int, fits: bool) -> None:
    with write() as session:
        forum = make_forum(session)
        if fits:
            assert make_talk(session, forum, starts=at(start), minutes=minutes).id
            return
        with pytest.raises(InvalidFieldError) as error:
            make_talk(session, forum, starts=at(start), minutes=minutes)
        assert error.value.field == "starts"


@pytest.mark.parametrize(
    ("start", "minutes", "room", "free"),
    [
        (30, 30, "A", True),
        (90, 30, "A", True),
        (60, 30, "A", False),
        (31, 30, "A", False),
        (89, 5, "A", False),
        (0, 240, "A", False),
        (60, 30, "B", True),
        (60, 30, "", True),
    ],
)
def test_a_room_holds_one_talk_at_a_time(
    write: Any, start: int, minutes: int, room: str, free: bool
) -> None:
    with write() as session:
        forum = make_forum(session)
        make_talk(session, forum, starts=at(60), minutes=30, room="A")
        if free:
            assert make_talk(session, forum, starts=at(start), minutes=minutes, room=room).id
            return
        with pytest.raises(InvalidFieldError) as error:
            make_talk(session, forum, starts=at(start), minutes=minutes, room=room)
        assert "여는 발표" in str(error.value.text)


def test_a_talk_may_move_within_its_own_time(write: Any) -> None:
    with write() as session:
        forum = make_forum(session)
        talk = make_talk(session, forum)
        fields = talk_fields(starts=at(10))
        moved = change_talk(session, talk.id, fields, actor=admin(session), now=NOW)
        assert (moved.starts.local, moved.sequence) == (at(10), 1)


def test_other_words_do_not_move_it(write: Any) -> None:
    with write() as session:
        talk = make_talk(session, make_forum(session))
        fields = talk_fields(title=Bilingual.of(ko="새 제목"))
        same = change_talk(session, talk.id, fields, actor=admin(session), now=NOW)
        assert (same.title.get("ko"), same.sequence) == ("새 제목", 0)


@pytest.mark.parametrize("outcome", [None, Outcome.RESERVE, Outcome.REJECTED])
def test_only_what_was_accepted_gets_a_place(write: Any, outcome: Outcome | None) -> None:
    with write() as session:
        call = make_call(session)
        proposal = make_proposal(session, call)
        decide(session, proposal, outcome)
        with pytest.raises(InvalidFieldError):
            place(session, call, proposal)


def test_a_proposal_of_another_forum_gets_no_place_here(write: Any) -> None:
    with write() as session:
        call, other = make_call(session), make_call(session)
        proposal = make_decided(session, other)
        with pytest.raises(NotFoundError):
            place(session, call, proposal)


def test_a_proposal_gets_one_place(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        proposal = make_decided(session, call)
        place(session, call, proposal)
        with pytest.raises(NotFoundError):
            place(session, call, proposal, after=60)


def test_publishing_shows_what_was_promised_and_nothing_else(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        make_talk(session, make_forum(session))
        confirmed = place(session, call, make_confirmed(session, call))
        accepted = place(session, call, make_decided(session, call), after=20)
        silent = make_proposal(session, call)
        decide(session, silent, Outcome.ACCEPTED)
        hidden = place(session, call, silent, after=40)
        assert talks.publish(session, call.event_id, actor=admin(session)) == 1
        states = [talk.state for talk in (confirmed, accepted, hidden)]
        assert states == [TalkState.PUBLIC, TalkState.PLANNED, TalkState.PLANNED]
        shown = queries.programme(session, call.event_id)
        assert [each.id for each in shown] == [confirmed.id]


def test_the_programme_prints_speakers_as_they_wish(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        place(session, call, make_confirmed(session, call), after=30)
        make_talk(session, _event(session, call.event_id))
        talks.publish(session, call.event_id, actor=admin(session))
        speakers = [each.speaker.get("en") for each in queries.programme(session, call.event_id)]
        assert speakers == ["City Research Institute", "Anja Winter (City of Lindenfurt)"]


def _event(session: Any, event_id: int) -> Any:
    from_table: Any = type(make_forum(session))
    return session.get_one(from_table, event_id)


def test_a_title_in_one_language_says_so_in_the_other(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        place(session, call, make_confirmed(session, call))
        talks.publish(session, call.event_id, actor=admin(session))
        (talk,) = queries.programme(session, call.event_id)
        assert talk.title.missing() == ("ko",)
        assert talk.title.shown("ko").language == "en"


def test_a_speaker_in_two_rooms_at_once_is_warned_of(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        place(session, call, make_confirmed(session, call, expert), room="A")
        place(session, call, make_confirmed(session, call, expert), after=10, room="B")
        place(session, call, make_confirmed(session, call, expert), after=60, room="A")
        assert [each.twice for each in reading.plan(session, call.event_id)] == [True, True, False]


def test_only_forums_have_a_programme(write: Any) -> None:
    with write() as session:
        concert = make_event(session)
        with pytest.raises(NotFoundError):
            make_talk(session, concert)


def test_another_institutions_organizer_builds_nothing_here(write: Any) -> None:
    with write() as session:
        home, abroad = make_institution(session), make_institution(session)
        forum = make_forum(session, institution=home)
        talk = make_talk(session, forum)
        stranger = make_staff(session, Role.ORGANIZER, abroad)
        with pytest.raises(NotFoundError):
            talks.add_talk(session, forum.id, talk_fields(), actor=stranger, now=NOW)
        with pytest.raises(NotFoundError):
            talks.change_talk(session, talk.id, talk_fields(), actor=stranger, now=NOW)
        with pytest.raises(NotFoundError):
            talks.remove_talk(session, talk.id, actor=stranger)
        with pytest.raises(NotFoundError):
            talks.publish(session, forum.id, actor=stranger)
