"""Decisions are made in silence and told together; nothing the expert reads betrays them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.forums import privacy
from hanmadang.forums.domain import decisions as verbs
from hanmadang.forums.domain import proposals as proposing
from hanmadang.forums.models import Decision, Outcome, Proposal, ProposalState, Talk
from hanmadang.forums.queries import proposals as reading
from hanmadang.kernel.errors import (
    ConflictError,
    NotAllowedNowError,
    NotFoundError,
    RefusedError,
)
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Account
from hanmadang.reminders.models import OutboxMail
from tests.factories.events import make_institution, viewer_of
from tests.factories.forums import (
    NOW,
    admin,
    decide,
    make_call,
    make_decided,
    make_draft,
    make_expert,
    make_forum,
    make_proposal,
    make_staff,
    place,
    release,
)
from tests.forums.conftest import Enter


def kinds(session: Any) -> list[str]:
    return list(session.scalars(select(OutboxMail.kind).order_by(OutboxMail.id)))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_deciding_tells_nobody(write: Any, outcome: Outcome) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        decide(session, proposal, outcome)
        assert (proposal.state, proposal.pending_decision) == (ProposalState.SUBMITTED, outcome)
        assert kinds(session) == ["forum.received"]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_experts_pages_read_the_same_before_and_after_a_hidden_decision(
    app: Flask, write: Any, enter: Enter, outcome: Outcome
) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
    browser = enter(expert)
    addresses = ("/en/my/proposals", f"/en/my/proposals/{proposal.key}", "/en/forums")
    before = [_without_keys(browser.get(address).text) for address in addresses]
    with write() as session:
        found = session.get_one(Proposal, proposal.id)
        decide(session, found, outcome)
        if outcome is Outcome.ACCEPTED:
            place(session, session.merge(call), found)
    assert [_without_keys(browser.get(address).text) for address in addresses] == before


def _without_keys(page: str) -> list[str]:
    return [line for line in page.splitlines() if "idempotency_key" not in line]


def test_the_experts_own_data_do_not_hold_a_hidden_decision(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        before = privacy.export(session, expert.id)
        decide(session, proposal, Outcome.REJECTED)
        assert privacy.export(session, expert.id) == before


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.ACCEPTED, "forum.accepted"),
        (Outcome.RESERVE, "forum.reserve"),
        (Outcome.REJECTED, "forum.rejected"),
    ],
)
def test_a_release_moves_the_proposal_and_writes(write: Any, outcome: Outcome, kind: str) -> None:
    with write() as session:
        call = make_call(session)
        proposal = make_decided(session, call, outcome)
        assert (proposal.state, proposal.pending_decision) == (outcome, None)
        assert kinds(session) == ["forum.received", kind]
        decision = session.scalars(select(Decision)).one()
        assert (decision.outcome, decision.released_at) == (outcome, NOW)


def test_a_release_tells_every_decision_of_its_call_and_of_no_other(write: Any) -> None:
    with write() as session:
        call, other = make_call(session), make_call(session)
        for outcome in Outcome:
            decide(session, make_proposal(session, call), outcome)
        undecided = make_proposal(session, call)
        elsewhere = make_proposal(session, other)
        decide(session, elsewhere, Outcome.ACCEPTED)
        assert release(session, call.id) == 3
        session.expire_all()
        assert undecided.state == ProposalState.SUBMITTED
        assert elsewhere.pending_decision == Outcome.ACCEPTED


def test_a_second_release_tells_nobody_twice(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        make_decided(session, call)
        assert release(session, call.id) == 0
        assert kinds(session) == ["forum.received", "forum.accepted"]


def test_a_release_of_something_else_than_was_previewed_is_refused(write: Any) -> None:
    with write() as session:
        call, boss = make_call(session), admin(session)
        proposal = make_proposal(session, call)
        decide(session, proposal, Outcome.REJECTED)
        seen = verbs.fingerprint(reading.on_desk(session, call.id, boss))
        decide(session, proposal, Outcome.ACCEPTED)
        session.expire_all()
        waiting = reading.on_desk(session, call.id, boss)
        with pytest.raises(ConflictError):
            verbs.release(session, waiting, seen, actor=boss, now=NOW)


def test_a_decision_can_be_taken_back_until_it_is_told(write: Any) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        decide(session, proposal, Outcome.REJECTED)
        decide(session, proposal, None)
        assert proposal.pending_decision is None
        assert session.scalars(select(Decision)).all() == []


def test_the_second_of_two_organizers_is_told_so(write: Any) -> None:
    with write() as session:
        proposal, boss = make_proposal(session, make_call(session)), admin(session)
        seen = proposal.desk_version
        decide(session, proposal, Outcome.ACCEPTED)
        with pytest.raises(ConflictError):
            verbs.decide(
                session, proposal.key, Outcome.REJECTED, desk_version=seen, actor=boss, now=NOW
            )
        assert proposal.pending_decision == Outcome.ACCEPTED


def test_a_decision_about_a_text_that_changed_is_marked(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        decide(session, proposal, Outcome.ACCEPTED)
        fields = proposing.fields_of(proposal)
        proposing.edit(session, proposal.key, fields, version=1, actor=expert, now=NOW)
        assert reading.desk_one(session, proposal.key, admin(session)).changed_since is True


def test_from_the_reserve_list_somebody_is_called_in(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        proposal = make_decided(session, call, Outcome.RESERVE)
        decide(session, proposal, Outcome.ACCEPTED)
        assert proposal.state == ProposalState.RESERVE
        release(session, call.id)
        session.refresh(proposal)
        assert proposal.state == ProposalState.ACCEPTED
        assert kinds(session) == ["forum.received", "forum.reserve", "forum.accepted"]


def test_a_place_kept_for_a_hidden_acceptance_goes_when_it_became_none(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        proposal = make_proposal(session, call)
        decide(session, proposal, Outcome.ACCEPTED)
        place(session, call, proposal)
        decide(session, proposal, Outcome.REJECTED)
        release(session, call.id)
        assert session.scalars(select(Talk)).all() == []


def test_changes_are_asked_for_made_and_sent_again_after_the_deadline(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        verbs.ask_for_changes(
            session, proposal.key, "Shorter, please.", desk_version=1, actor=admin(session), now=NOW
        )
        assert (proposal.state, proposal.request) == ("changes_requested", "Shorter, please.")
        late = call.closes.instant
        fields = proposing.fields_of(proposal)
        proposing.edit(session, proposal.key, fields, version=1, actor=expert, now=late)
        again = proposing.submit(session, proposal.key, actor=expert, now=late)
        assert again.state == ProposalState.SUBMITTED
        assert kinds(session) == ["forum.received", "forum.changes", "forum.received"]


def test_changes_are_not_asked_for_while_a_decision_waits(write: Any) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        decide(session, proposal, Outcome.ACCEPTED)
        with pytest.raises(NotAllowedNowError):
            verbs.ask_for_changes(
                session, proposal.key, "?", desk_version=2, actor=admin(session), now=NOW
            )


def test_cancelling_tells_the_speaker_and_frees_the_place(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        proposal = make_decided(session, call)
        place(session, call, proposal)
        verbs.cancel(
            session, proposal.key, desk_version=proposal.desk_version, actor=admin(session), now=NOW
        )
        assert proposal.state == ProposalState.CANCELLED
        assert session.scalars(select(Talk)).all() == []
        states = dict(session.execute(select(OutboxMail.kind, OutboxMail.state)).all())
        assert states["forum.cancelled"] == "due"
        assert states["forum.accepted"] == "cancelled"


@pytest.mark.parametrize("state", [Outcome.ACCEPTED, Outcome.REJECTED])
def test_what_was_told_is_not_decided_again(write: Any, state: Outcome) -> None:
    with write() as session:
        proposal = make_decided(session, make_call(session), state)
        with pytest.raises(NotAllowedNowError):
            decide(session, proposal, Outcome.RESERVE)


def test_nobody_decides_about_their_own_proposal(write: Any) -> None:
    with write() as session:
        call, boss = make_call(session), admin(session)
        own = make_proposal(session, call, make_expert(session, session.get_one(Account, boss.id)))
        with pytest.raises(RefusedError):
            decide(session, own, Outcome.ACCEPTED)


def test_drafts_are_not_on_the_desk(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        draft = make_draft(session, call, make_expert(session))
        assert reading.on_desk(session, call.id, admin(session)) == []
        with pytest.raises(NotFoundError):
            decide(session, draft, Outcome.REJECTED)


def test_another_institutions_organizer_finds_nothing_to_decide(write: Any) -> None:
    with write() as session:
        home, abroad = make_institution(session), make_institution(session)
        call = make_call(session, make_forum(session, institution=home))
        proposal = make_proposal(session, call)
        stranger = make_staff(session, Role.ORGANIZER, abroad)
        host = make_staff(session, Role.ORGANIZER, home)
        for actor, found in ((stranger, 0), (host, 1)):
            assert len(reading.on_desk(session, call.id, actor)) == found
        with pytest.raises(NotFoundError):
            verbs.decide(
                session, proposal.key, Outcome.ACCEPTED, desk_version=1, actor=stranger, now=NOW
            )
        decided = verbs.decide(
            session, proposal.key, Outcome.ACCEPTED, desk_version=1, actor=host, now=NOW
        )
        assert decided.pending_decision == Outcome.ACCEPTED


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.EXPERT, Role.REVIEWER, Role.PARTNER_EDITOR])
def test_other_roles_decide_nothing(write: Any, role: Role) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        from_them = viewer_of(session.get_one(Account, make_staff(session, role).id))
        with pytest.raises(NotFoundError):
            verbs.decide(
                session, proposal.key, Outcome.ACCEPTED, desk_version=1, actor=from_them, now=NOW
            )
