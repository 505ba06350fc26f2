"""What the room holds about a person is shown whole and ends whole; the self-check finds lies."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hanmadang.forums import checks, privacy
from hanmadang.forums.domain import reviews, talks
from hanmadang.forums.domain.experts import paint
from hanmadang.forums.models import (
    Availability,
    AvailabilityBlock,
    Block,
    Decision,
    ExpertProfile,
    Outcome,
    Proposal,
    Review,
    Talk,
)
from hanmadang.kernel.permissions import Role
from hanmadang.people import privacy_registry
from tests.factories.forums import (
    NOW,
    admin,
    decide,
    make_call,
    make_confirmed,
    make_decided,
    make_expert,
    make_proposal,
    make_staff,
    place,
)


def test_the_room_is_registered(app: Any) -> None:
    assert "forums" in privacy_registry.names()


def test_the_export_holds_profile_times_and_proposals(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        make_proposal(session, call, expert)
        paint(session, call.id, [(date(2026, 12, 20), Block.MORNING)], actor=expert, now=NOW)
        found = privacy.export(session, expert.id)
        assert found["profile"]["name"] == "Anja Winter"
        assert found["availability"] == [
            {"day": "2026-12-20", "block": "morning", "zone": "Europe/Berlin"}
        ]
        assert [each["title"] for each in found["proposals"]] == ["Twinned towns before 1989"]


def test_the_export_holds_nobody_else(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        make_proposal(session, call)
        found = privacy.export(session, expert.id)
        assert (found["proposals"], found["reviews"]) == ([], [])


def test_erasing_leaves_no_word_of_the_person(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_confirmed(session, call, expert)
        place(session, call, proposal)
        talks.publish(session, call.event_id, actor=admin(session))
        paint(session, call.id, [(date(2026, 12, 20), Block.MORNING)], actor=expert, now=NOW)
        privacy.erase(session, expert.id, NOW)
        session.expire_all()
        for table in (ExpertProfile, Availability, AvailabilityBlock, Talk):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        left = session.scalars(select(Proposal)).one()
        assert (left.title, left.abstract, left.notes, left.state) == ("", "", "", "withdrawn")


def test_erasing_a_reviewer_keeps_the_mean_and_drops_the_words(write: Any) -> None:
    with write() as session:
        reviewer = make_staff(session, Role.REVIEWER)
        proposal = make_proposal(session, make_call(session))
        reviews.score(session, proposal.key, 4, "Mine.", actor=reviewer, now=NOW)
        privacy.erase(session, reviewer.id, NOW)
        session.expire_all()
        review = session.scalars(select(Review)).one()
        assert (review.score, review.comment) == (4, "")


def test_erasing_does_not_touch_anybody_else(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        other = make_proposal(session, call)
        make_proposal(session, call, expert)
        privacy.erase(session, expert.id, NOW)
        session.expire_all()
        assert (other.title, other.state) == ("Twinned towns before 1989", "submitted")


def found(session: Session) -> list[str]:
    session.flush()
    return list(checks.proposals(session))


def test_a_sound_database_has_no_differences(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        for outcome in Outcome:
            make_decided(session, call, outcome)
        decide(session, make_proposal(session, call), Outcome.RESERVE)
        place(session, call, make_confirmed(session, call))
        talks.publish(session, call.event_id, actor=admin(session))
        assert found(session) == []


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (delete(Decision), "decided, but no decision was released"),
        (update(Decision).values(released_at=None), "decided, but no decision was released"),
        (update(Proposal).values(state="accepted"), "public, but its speaker has not confirmed"),
    ],
)
def test_the_self_check_finds_what_does_not_agree(write: Any, lie: Any, words: str) -> None:
    with write() as session, session.begin_nested() as undo:
        call = make_call(session)
        place(session, call, make_confirmed(session, call))
        talks.publish(session, call.event_id, actor=admin(session))
        session.execute(lie)
        assert any(words in line for line in found(session))
        undo.rollback()


def test_the_self_check_finds_a_decision_that_nobody_made(write: Any) -> None:
    with write() as session, session.begin_nested() as undo:
        make_proposal(session, make_call(session))
        session.execute(update(Proposal).values(pending_decision="accepted"))
        number = session.scalar(select(Proposal.id))
        words = "the decision that waits is not the one on record"
        assert found(session) == [f"proposal {number}: {words}"]
        undo.rollback()
