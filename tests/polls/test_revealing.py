"""Results by the moderator's hand: shown, hidden again, each time audited."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from sqlalchemy import Table, select, update

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import change_state, reveal
from hanmadang.polls.models import Poll, PollState, ResultsShown
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
BY_HAND = replace(OPINION, results_shown=ResultsShown.MODERATOR)


@dataclass
class Hall:
    """A poll with one question by hand and one live, a moderator and a visitor who answered."""

    desk: Browser
    visitor: Browser
    slug: str
    code: str
    poll_id: int
    question_id: int

    def turn(self, shown: str, question_id: int | None = None) -> int:
        """Press the button."""
        data = {"question": question_id or self.question_id, "shown": shown}
        return self.desk.send(f"/en/desk/polls/{self.poll_id}/reveal", data).status_code

    def page(self, path: str = "results", language: str = "en") -> str:
        """What the visitor sees."""
        return self.visitor.get(f"/{language}/polls/{self.slug}/{path}").text

    def bars(self) -> int:
        """How many bars the live snapshot holds for the question by hand."""
        found = self.visitor.get(f"/live/{self.code}.json").get_json()
        return len(found["questions"][0]["options"])


def test_a_reveal_counts_on_from_the_version_that_is_stored(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = make_poll(session, BY_HAND)
        stale, question_id = session.get_one(Poll, poll.id), poll.questions[0].id
        version = stale.version
        session.connection().execute(
            update(cast("Table", Poll.__table__)).values(version=version + 7)
        )
        reveal(session, None, stale.id, question_id, revealed=True)
    with read() as session:
        assert session.scalars(select(Poll.version)).one() == version + 8


@pytest.fixture
def hall(client: Browser, sign_in: Any, write: Opener) -> Hall:
    desk = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_poll(session, BY_HAND, OPINION)
        question = poll.questions[0]
        hall = Hall(desk, client, poll.slug, poll.code, poll.id, question.id)
        option = question.options[0].id
    client.send(f"/en/polls/{hall.slug}", {f"q{hall.question_id}": option})
    return hall


def test_nobody_sees_the_results_before_they_are_shown(hall: Hall) -> None:
    assert hall.bars() == 0
    for path in ("results", "answered"):
        assert "The moderator will show the result." in hall.page(path)
        assert "결과는 진행자가 공개합니다." in hall.page(path, "ko")
    assert "data-option-id" not in hall.page("screen")


def test_the_moderator_shows_them_and_hides_them_again(hall: Hall) -> None:
    assert hall.turn("yes") == 303
    assert hall.bars() == 3
    assert 'data-count="1"' in hall.page()
    assert 'data-revealed="yes"' in hall.page("screen")
    assert hall.turn("no") == 303
    assert hall.bars() == 0
    assert 'data-revealed="no"' in hall.page("screen")


def test_each_turn_is_audited_and_raises_the_version_once(hall: Hall, read: Opener) -> None:
    with read() as session:
        before = session.get_one(Poll, hall.poll_id).version
    for shown in ("yes", "yes", "no"):
        hall.turn(shown)
    with read() as session:
        assert session.get_one(Poll, hall.poll_id).version == before + 2
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()[-2:]
        assert [(e.action, e.detail) for e in entries] == [
            ("poll.revealed", f"question {hall.question_id}"),
            ("poll.hidden", f"question {hall.question_id}"),
        ]
        assert {entry.actor_id for entry in entries} == {hall.desk.account_id}  # type: ignore[attr-defined]


def test_the_desk_offers_the_act_that_is_next(hall: Hall) -> None:
    desk = f"/ko/desk/polls/{hall.poll_id}"
    assert hall.desk.get(desk).text.count("1번 질문 결과 공개하기") == 1
    assert "2번 질문 결과" not in hall.desk.get(desk).text
    hall.turn("yes")
    assert "1번 질문 결과 숨기기" in hall.desk.get(desk).text
    assert "data-revealed" not in hall.desk.get(desk).text


def test_a_question_of_another_mode_or_poll_is_refused(hall: Hall, write: Opener) -> None:
    with write() as session:
        live = session.get_one(Poll, hall.poll_id).questions[1].id
        other = make_poll(session, BY_HAND).questions[0].id
    for question_id in (live, other, 4711):
        assert hall.turn("yes", question_id) == 409


@pytest.mark.parametrize("state", [PollState.DRAFT, PollState.CLOSED])
def test_only_a_running_poll_can_be_turned(write: Opener, state: PollState) -> None:
    with write() as session:
        poll = make_poll(session, BY_HAND, state=state)
        with pytest.raises(NotAllowedNowError):
            reveal(session, None, poll.id, poll.questions[0].id, revealed=True)


def test_closing_shows_everything(hall: Hall, write: Opener) -> None:
    with write() as session:
        change_state(session, None, hall.poll_id, PollState.CLOSED, now=NOW)
    assert hall.bars() == 3
    assert 'data-count="1"' in hall.page()
