"""Leading a poll: one question at a time, locks, the timer, and what the screen is told."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.clock import frozen
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import Accepted, BallotSet, Refusal, Refused, cast_many, change_state
from hanmadang.polls.domain.stage import StageMovedError, Tap, perform
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.models_stage import Stage
from hanmadang.polls.staging import Act, Gate
from tests.conftest import Browser
from tests.factories.polls import INTEREST, NOW, OPINION, both, make_poll
from tests.polls.conftest import Led

Opener = Callable[[], Any]
SECOND = timedelta(seconds=1)
OTHER = replace(OPINION, text=both("교류가 필요할까요?", "Is exchange necessary?"))


class Hall(Led):
    """A poll with three questions, a moderator and a visitor."""

    def seen(self) -> int:
        """The version that a fresh page shows."""
        with self.read() as session:
            stage = session.get(Stage, self.poll_id)
            return stage.version if stage else 0

    def tap(self, act: str, seen: int | None = None) -> Any:
        """Press a button; what the next page says."""
        data = {"act": act, "seen": self.seen() if seen is None else seen}
        url = f"/en/desk/polls/{self.poll_id}/stage"
        answer = self.desk.send(url, data)
        assert answer.status_code == 303
        return self.desk.get(answer.location).text

    def phone(self, language: str = "en") -> str:
        """The poll on the visitor's phone."""
        return str(self.visitor.get(f"/{language}/polls/{self.slug}").text)

    def send(self, place: int, option: int = 0, language: str = "en") -> Any:
        """Answer one question."""
        chosen = dict(enumerate(self.options[place])).get(option, 999_999)
        data = {f"q{self.questions[place]}": chosen}
        return self.visitor.send(f"/{language}/polls/{self.slug}", data)

    def untick(self, place: int) -> Any:
        """Send boxes of which none is ticked."""
        marker = {f"q{self.questions[place]}-asked": "1"}
        return self.visitor.send(f"/en/polls/{self.slug}", marker)

    def answered(self) -> list[int]:
        """How many answered each question."""
        with self.read() as session:
            return [session.get_one(Question, id_).answered for id_ in self.questions]

    def stage(self) -> Any:
        """What the live snapshot says of the stage."""
        return self.visitor.get(f"/live/{self.code}.json").get_json().get("stage")

    def cast(self, place: int, option: int = 0, *, voter: str = "v", after: int = 0) -> Any:
        """Cast past the page, so many seconds after `NOW`."""
        with self.write() as session:
            answers = {self.questions[place]: (self.options[place][option],)}
            ballot = BallotSet(self.poll_id, voter, f"key {voter} {place} {option}", answers)
            return cast_many(session, [ballot], now=NOW + after * SECOND)[0]

    def do(self, act: Act, place: int = 0, seconds: int = 30, *, after: int = 0) -> None:
        """Act past the desk."""
        with self.write() as session:
            tap = Tap(act, self.questions[place], seconds)
            perform(session, None, self.poll_id, tap, seen=self.seen(), now=NOW + after * SECOND)


@pytest.fixture
def hall(client: Browser, sign_in: Any, write: Opener, read: Opener) -> Hall:
    desk = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_poll(session, OPINION, INTEREST, OTHER)
        return Hall(desk=desk, visitor=client, write=write, read=read, poll=poll)


def asked(page: str) -> list[int]:
    """The questions of which a page holds fields."""
    return sorted({int(found) for found in re.findall(r'name="q(\d+)"', page)})


LOCKED = Refused(Refusal.LOCKED)


def test_a_poll_asks_everything_at_once_until_a_moderator_leads(hall: Hall) -> None:
    assert asked(hall.phone()) == hall.questions
    assert hall.stage() is None
    hall.tap("lead")
    assert asked(hall.phone()) == hall.questions[:1]
    hall.tap("together")
    assert asked(hall.phone()) == hall.questions


def test_phones_and_screen_follow_to_the_next_question_and_back(hall: Hall) -> None:
    hall.tap("lead")
    first = hall.stage()
    hall.tap(f"go:{hall.questions[1]}")
    assert hall.stage()["question"] == hall.questions[1]
    assert hall.stage()["phone"] != first["phone"]
    assert asked(hall.phone()) == [hall.questions[1]]
    screen = f"/en/polls/{hall.slug}/screen"
    assert f'data-question-id="{hall.questions[1]}"' in hall.visitor.get(screen).text
    hall.tap(f"go:{hall.questions[0]}")
    assert asked(hall.phone()) == [hall.questions[0]]


def test_a_question_not_yet_asked_is_neither_shown_nor_counted(hall: Hall) -> None:
    hall.do(Act.LEAD)
    assert "Is exchange necessary?" not in hall.visitor.get(f"/en/polls/{hall.slug}/results").text
    assert hall.cast(2) == LOCKED
    hall.do(Act.GO, 2)
    assert "Is exchange necessary?" in hall.visitor.get(f"/en/polls/{hall.slug}/results").text
    assert isinstance(hall.cast(2), Accepted)
    assert isinstance(hall.cast(0), Accepted)


def test_a_locked_question_refuses_in_plain_words_and_keeps_what_counts(hall: Hall) -> None:
    hall.send(0, 1)
    hall.tap(f"lock:{hall.questions[0]}")
    page = hall.phone()
    assert "No more answers are taken to this question." in page
    assert "이 질문에는 더 이상 응답을 받지 않습니다." in hall.phone("ko")
    refused = hall.send(0, 0)
    assert refused.status_code == 409
    assert "No more answers are taken to one of these questions" in refused.text
    assert hall.send(0, 1).status_code == 303
    assert hall.send(1).status_code == 303
    hall.tap(f"unlock:{hall.questions[0]}")
    assert hall.send(0, 0).status_code == 303


@pytest.mark.parametrize("language", ["ko", "en"])
def test_ticked_boxes_stay_when_the_next_question_is_answered(hall: Hall, language: str) -> None:
    hall.tap("lead")
    hall.tap(f"go:{hall.questions[1]}")
    assert hall.send(1, 2, language).status_code == 303
    hall.tap(f"go:{hall.questions[2]}")
    assert asked(hall.phone(language)) == hall.questions[2:]
    assert hall.send(2, 0, language).status_code == 303
    assert hall.answered() == [0, 1, 1]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_locked_boxes_stay_and_stop_nothing_else(hall: Hall, language: str) -> None:
    hall.send(1, 2, language)
    hall.tap(f"lock:{hall.questions[1]}")
    assert hall.send(0, 0, language).status_code == 303
    assert hall.answered() == [1, 1, 0]
    refused = hall.send(2, 9, language)
    assert refused.status_code == 422
    boxes = rf'checked[^>]*name="q{hall.questions[1]}"[^>]*value="{hall.options[1][2]}"'
    assert re.search(boxes, refused.text)  # what is stored is shown, ticked


def test_locked_boxes_cannot_be_unticked(hall: Hall) -> None:
    hall.send(1, 2)
    hall.tap(f"lock:{hall.questions[1]}")
    assert hall.untick(1).status_code == 409
    assert hall.answered() == [0, 1, 0]
    hall.tap(f"unlock:{hall.questions[1]}")
    assert hall.untick(1).status_code == 303
    assert hall.answered() == [0, 0, 0]


def test_an_answer_to_the_question_before_is_told_that_the_moderator_went_on(hall: Hall) -> None:
    hall.tap("lead")
    hall.tap(f"lock:{hall.questions[0]}")
    hall.tap(f"go:{hall.questions[1]}")
    refused = hall.send(0)
    assert "The moderator has gone on" in refused.text
    assert "Please answer at least one question." not in refused.text
    assert asked(refused.text) == [hall.questions[1]]
    empty = hall.visitor.send(f"/en/polls/{hall.slug}", {})
    assert "Please answer at least one question." in empty.text


def test_a_request_that_counted_gets_its_receipt_also_after_the_lock(hall: Hall) -> None:
    first = hall.cast(0)
    hall.do(Act.LOCK)
    again = hall.cast(0)
    assert (again.receipt, again.repeated) == (first.receipt, True)
    assert hall.cast(0, 1) == LOCKED


def test_the_timer_locks_at_zero_and_not_before(hall: Hall) -> None:
    hall.do(Act.LEAD)
    hall.do(Act.START, seconds=30)
    assert isinstance(hall.cast(0, voter="early", after=29), Accepted)
    assert hall.cast(0, voter="late", after=30) == LOCKED


def test_more_time_can_be_given_after_time_was_up(hall: Hall) -> None:
    hall.do(Act.LEAD)
    hall.do(Act.START, seconds=30)
    hall.do(Act.EXTEND, seconds=60, after=40)
    assert isinstance(hall.cast(0, after=99), Accepted)
    assert hall.cast(0, voter="late", after=100) == LOCKED


def test_time_that_ran_out_stays_run_out_when_the_moderator_goes_on(hall: Hall) -> None:
    hall.do(Act.LEAD)
    hall.do(Act.START, seconds=30)
    hall.do(Act.GO, 1, after=31)
    assert hall.cast(0, after=32) == LOCKED
    assert isinstance(hall.cast(1, after=32), Accepted)


def test_a_stopped_timer_locks_nothing(hall: Hall) -> None:
    hall.do(Act.START, seconds=30)
    hall.do(Act.STOP, after=10)
    assert isinstance(hall.cast(0, after=60), Accepted)


def test_without_a_leader_the_timer_is_for_all_questions(hall: Hall) -> None:
    hall.do(Act.START, seconds=60)
    assert [hall.cast(place, voter=f"{place}", after=60) for place in range(3)] == [LOCKED] * 3


def test_phones_and_screen_show_the_servers_clock(hall: Hall) -> None:
    with frozen(NOW) as advance:
        hall.tap("start:60")
        advance(5 * SECOND)
        page = hall.phone()
        assert "0:55" in page
        assert f'data-ends="{hall.stage()["timer"]["ends"]}"' in page
        assert "0:55" in hall.visitor.get(f"/en/polls/{hall.slug}/screen").text
        advance(55 * SECOND)
        assert "시간이 끝났습니다" in hall.phone("ko")


def test_the_screen_goes_blank_and_comes_back(hall: Hall) -> None:
    screen = f"/ko/polls/{hall.slug}/screen"
    hall.tap("blank")
    assert "screen__code" not in hall.visitor.get(screen).text
    assert hall.stage()["blank"]
    hall.tap("show")
    assert "screen__code" in hall.visitor.get(screen).text


def test_held_numbers_are_said_to_be_held(hall: Hall) -> None:
    hall.tap("hold")
    assert hall.stage()["held"]
    assert "data-held" in hall.visitor.get(f"/en/polls/{hall.slug}/screen").text
    hall.tap("release")
    assert not hall.stage()["held"]


@pytest.mark.parametrize("act", ["lead", "lock", "blank", "hold", "start:30"])
def test_every_act_can_be_undone_and_done_again(hall: Hall, act: str) -> None:
    act = f"lock:{hall.questions[0]}" if act == "lock" else act
    with frozen(NOW):
        hall.tap("go:" + str(hall.questions[0]))
        before = hall.stage()
        hall.tap(act)
        after = hall.stage()
        assert "Undo the last act" in hall.tap("undo")
        assert hall.stage() == before | {"version": before["version"] + 2}
        hall.tap("undo")
        assert hall.stage() == after | {"version": after["version"] + 2}


def test_each_act_raises_the_polls_version_and_is_audited(hall: Hall) -> None:
    with hall.read() as session:
        before = session.get_one(Poll, hall.poll_id).version
    for act in ("lead", f"go:{hall.questions[2]}", "extend:120", "undo"):
        hall.tap(act)
    with hall.read() as session:
        assert session.get_one(Poll, hall.poll_id).version == before + 4
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()[-4:]
    assert [(e.action, e.detail) for e in entries] == [
        ("poll.stage", detail)
        for detail in ("lead", f"go question {hall.questions[2]}", "extend 120 s", "undo")
    ]


def test_of_two_moderators_the_slower_is_told_and_changes_nothing(hall: Hall) -> None:
    hall.tap("lead")
    seen = hall.seen()
    hall.tap(f"go:{hall.questions[1]}", seen)
    page = hall.tap(f"go:{hall.questions[2]}", seen)
    assert "Another moderator was faster, so nothing was changed." in page
    assert hall.stage()["question"] == hall.questions[1]


@pytest.mark.parametrize(
    "act", ["dance", "go:0", "go:4711", "lock:x", "start:31", "start:", "undo", "go:99999999999"]
)
def test_an_act_that_makes_no_sense_changes_nothing(hall: Hall, act: str) -> None:
    assert "cannot be done" in hall.tap(act)
    assert hall.stage() is None


def test_before_the_opening_only_the_way_it_runs_is_chosen(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, OTHER, state=PollState.DRAFT)
        first = poll.questions[0].id
        with pytest.raises(NotAllowedNowError):
            perform(session, None, poll.id, Tap(Act.BLANK), seen=0, now=NOW)
        perform(session, None, poll.id, Tap(Act.LEAD), seen=0, now=NOW)
        change_state(session, None, poll.id, PollState.OPEN, now=NOW)
        assert Gate.of(poll.gate).asked == frozenset([first])
        assert session.get_one(Stage, poll.id).question_id == first
        with pytest.raises(StageMovedError):
            perform(session, None, poll.id, Tap(Act.BLANK), seen=1, now=NOW)


def test_after_the_close_only_the_screen_is_led_and_all_is_shown(hall: Hall) -> None:
    hall.do(Act.LEAD)
    with hall.write() as session:
        change_state(session, None, hall.poll_id, PollState.CLOSED, now=NOW)
    hall.do(Act.GO, 2)
    with pytest.raises(NotAllowedNowError):
        hall.do(Act.LOCK)
    assert "Is exchange necessary?" in hall.visitor.get(f"/en/polls/{hall.slug}/results").text


def test_the_remote_control_in_both_languages(hall: Hall) -> None:
    hall.tap("lead")
    english = hall.desk.get(f"/en/desk/polls/{hall.poll_id}/stage").text
    korean = hall.desk.get(f"/ko/desk/polls/{hall.poll_id}/stage").text
    assert ("Question 1 of 3" in english, "Next question" in english) == (True, True)
    assert ("질문 3개 중 1번" in korean, "다음 질문" in korean) == (True, True)


def test_a_phone_without_script_is_told_how_to_go_on(hall: Hall) -> None:
    hall.tap("lead")
    assert "Refresh for the next question" in hall.phone()
    hall.send(0)
    assert (
        "To the question that is on now" in hall.visitor.get(f"/en/polls/{hall.slug}/answered").text
    )


def test_the_remote_control_costs_few_statements(hall: Hall, count_queries: Opener) -> None:
    with count_queries() as statements:
        hall.desk.get(f"/en/desk/polls/{hall.poll_id}/stage")
    assert len([each for each in statements if "poll" in each]) == 3
