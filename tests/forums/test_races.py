"""Two organizers press a button in the same moment. Threads, against the real database."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums.domain import add_talk, decisions, proposals
from hanmadang.forums.models import Decision, Outcome, Proposal, Talk
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError
from hanmadang.kernel.permissions import Viewer
from tests.factories.forums import (
    NOW,
    admin,
    decide,
    make_call,
    make_expert,
    make_proposal,
    release,
    talk_fields,
)

CROWD = 8
Act = Callable[[int], Any]


def all_at_once(app: Flask, act: Act, crowd: int = CROWD) -> list[Any]:
    """Everybody acts in a thread of their own, started together; answers and errors."""
    ready, came = Barrier(crowd), list[Any]()

    def run(number: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                came.append(act(number))
            except Exception as error:  # noqa: BLE001  (looked at below, whatever it is)
                came.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def arranged(write: Any) -> tuple[str, int, Viewer]:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        return proposal.key, proposal.desk_version, admin(session)


def outcome_of(number: int) -> Outcome:
    return list(Outcome)[number % len(Outcome)]


def test_of_many_decisions_at_once_one_wins_and_the_others_are_told(
    app: Flask, write: Any, read: Any
) -> None:
    key, version, boss = arranged(write)

    def act(number: int) -> str | None:
        def work(session: Session) -> str | None:
            decided = decisions.decide(
                session, key, outcome_of(number), desk_version=version, actor=boss, now=NOW
            )
            return decided.pending_decision

        return transact(work)

    came = all_at_once(app, act)
    won = [each for each in came if isinstance(each, str)]
    lost = [each for each in came if isinstance(each, ConflictError)]
    assert (len(won), len(lost)) == (1, CROWD - 1)
    with read() as session:
        assert session.scalars(select(Decision.outcome)).all() == won
        assert session.scalar(select(Proposal.desk_version)) == version + 1


def test_the_twin_without_the_condition_tells_nobody_that_somebody_was_faster(
    app: Flask, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, version, boss = arranged(write)
    monkeypatch.setattr(decisions, "_take_turn", lambda session, one, _seen: session.refresh(one))

    def act(_number: int) -> str:
        def work(session: Session) -> str:
            decisions.decide(
                session, key, Outcome.ACCEPTED, desk_version=version, actor=boss, now=NOW
            )
            return "won"

        return transact(work)

    came = all_at_once(app, act)
    assert not any(isinstance(each, ConflictError) for each in came)


def test_a_release_sent_twice_at_once_tells_everybody_once(
    app: Flask, write: Any, read: Any
) -> None:
    with write() as session:
        call = make_call(session)
        for _ in range(3):
            proposal = make_proposal(session, call)
            decisions.decide(
                session, proposal.key, Outcome.ACCEPTED, desk_version=1, actor=admin(session),
                now=NOW,
            )  # fmt: skip
        boss, call_id = admin(session), call.id

    def act(_number: int) -> int:
        return transact(lambda session: release(session, call_id, boss))

    told = [each for each in all_at_once(app, act, 4) if isinstance(each, int)]
    assert sum(told) == 3
    with read() as session:
        released = select(func.count()).where(Decision.released_at.is_not(None))
        assert session.scalar(released) == 3


def test_one_room_is_filled_once(app: Flask, write: Any, read: Any) -> None:
    with write() as session:
        event_id, boss = make_call(session).event_id, admin(session)

    def act(_number: int) -> int:
        return transact(
            lambda session: add_talk(session, event_id, talk_fields(), actor=boss, now=NOW).id
        )

    came = all_at_once(app, act)
    refused = [each for each in came if isinstance(each, InvalidFieldError)]
    assert len(refused) == CROWD - 1
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Talk)) == 1


def test_sending_and_withdrawing_at_once_leaves_one_truth(
    app: Flask, write: Any, read: Any
) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        key = make_proposal(session, call, expert).key

    def act(_number: int) -> str:
        return transact(lambda session: proposals.withdraw(session, key, actor=expert).state)

    came = all_at_once(app, act)
    assert came.count("withdrawn") == 1
    assert sum(isinstance(each, NotAllowedNowError) for each in came) == CROWD - 1
    with read() as session:
        assert session.scalar(select(Proposal.state)) == "withdrawn"


def test_the_database_keeps_one_decision_waiting(write: Any) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        decide(session, proposal, Outcome.ACCEPTED)
        second = Decision(
            proposal_id=proposal.id, outcome="rejected", decided_by=admin(session).id,
            text_version=1, decided_at=NOW,
        )  # fmt: skip
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(second)
