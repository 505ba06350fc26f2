"""Opinions never reach a path: not by type, not by data, not by any page of this room."""

import ast
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import hanmadang.curricula
from hanmadang.curricula.engine import inputs
from hanmadang.curricula.models import Evidence, EvidenceKind
from hanmadang.curricula.offers import brought_from
from hanmadang.kernel.permissions import Role
from hanmadang.polls import domain as polls_domain
from hanmadang.polls.domain.evidence import derive
from hanmadang.polls.models import Ballot, Poll, PollState, Question, QuestionKind
from tests.curricula.conftest import House, Opener
from tests.factories import polls
from tests.factories.curricula import add_words, bring, brought

ROOM = Path(hanmadang.curricula.__file__).parent


def test_the_engine_has_types_for_knowledge_and_interest_and_for_nothing_else() -> None:
    evidence = [name for name in vars(inputs) if name.endswith("Evidence")]
    assert evidence == ["KnowledgeEvidence", "InterestEvidence"]
    names = {field.name for field in fields(inputs.Learner)}
    assert names == {
        "budget", "knowledge", "interests", "done", "evenings", "pinned", "skipped", "kept",
        "longest", "needs_captions", "deadline", "today", "known_claims", "follow_ups",
    }  # fmt: skip


def test_the_evidence_polls_hand_over_knows_no_stance() -> None:
    assert set(get_args(polls_domain.Evidence)) == {
        polls_domain.KnowledgeEvidence, polls_domain.InterestEvidence,
    }  # fmt: skip
    assert {kind.value for kind in EvidenceKind} == {"knowledge", "interest"}


def test_a_stance_handed_over_by_mistake_is_an_error_and_no_evidence() -> None:
    stance: Any = polls_domain.StanceChoice(1, frozenset({4}))
    with pytest.raises(AttributeError):
        derive([stance])
    with pytest.raises(AttributeError):
        brought_from(1, [stance])


def test_the_table_refuses_a_third_kind(house_with_poll: House, write: Opener) -> None:
    with write() as session:
        bring(session, house_with_poll.account_id, brought(house_with_poll.poll_id, ("war", 0, 1)))
    with write() as session:
        session.scalars(select(Evidence)).one().kind = "opinion"
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_no_file_of_the_room_names_a_ballot_or_a_tally() -> None:
    for file in ROOM.rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not names & {"Ballot", "Tally", "answers_of", "cast_many", "StanceChoice"}, file


def _vote(session: Session, poll: Poll, people: int) -> None:
    """Everybody answers everything; half of them each way, stances in another rhythm."""
    for number in range(people):
        for question in poll.questions:
            opinion = question.kind == QuestionKind.OPINION
            place = number % 3 % 2 if opinion else number % 2
            polls.cast(session, polls.ballot(question, place, voter=f"voter-{number}"))


def test_changing_every_opinion_in_the_database_changes_no_byte_of_any_plan(
    house_with_poll: House, write: Opener, plan: Callable[..., Any]
) -> None:
    with write() as session:
        poll = session.get_one(Poll, house_with_poll.poll_id)
        _vote(session, poll, 6)
        what = brought(poll.id, ("armistice-contents", 0, 1), topics=("culture",))
        bring(session, house_with_poll.account_id, what)
    before = _bytes(plan, house_with_poll.account_id)
    with write() as session:
        changed = _turn_every_opinion(session)
    assert changed == 6
    assert _bytes(plan, house_with_poll.account_id) == before


def test_the_twin_changing_the_knowledge_a_person_brought_does_change_the_plan(
    house_with_poll: House, write: Opener, plan: Callable[..., Any]
) -> None:
    with write() as session:
        what = brought(house_with_poll.poll_id, ("armistice-contents", 0, 1))
        bring(session, house_with_poll.account_id, what)
    before = _bytes(plan, house_with_poll.account_id)
    with write() as session:
        session.scalars(select(Evidence)).one().right = 1
    assert _bytes(plan, house_with_poll.account_id) != before


def test_public_demand_is_the_same_whatever_people_think(
    write: Opener, sign_in: Callable[..., Any]
) -> None:
    with write() as session:
        add_words(session)
        poll = polls.make_poll(session)
        _vote(session, poll, 32)
        polls_domain.change_state(session, None, poll.id, PollState.CLOSED, now=polls.NOW)
    desk = sign_in(Role.ORGANIZER)
    before = desk.get("/en/desk/demand.csv").data
    with write() as session:
        assert _turn_every_opinion(session) == 32
    after = desk.get("/en/desk/demand.csv").data
    assert b"released" in before
    assert (after, b"reunification" in before) == (before, False)


def _turn_every_opinion(session: Session) -> int:
    """Give every opinion ballot the other answer, and keep the counters right."""
    questions = session.scalars(
        select(Question).where(Question.kind == QuestionKind.OPINION.value)
    ).all()
    turned = 0
    for question in questions:
        first, second, *_rest = question.options
        other = {first.id: second.id, second.id: first.id}
        for ballot in session.scalars(select(Ballot).filter_by(question_id=question.id)):
            ballot.choices = [other[choice] for choice in ballot.choices]
            turned += 1
        first.tally.count, second.tally.count = second.tally.count, first.tally.count
    return turned


def _bytes(plan: Callable[..., Any], account_id: int) -> str:
    return json.dumps(
        [plan(account_id, language).plan.to_json() for language in ("ko", "en")], sort_keys=True
    )
