"""Saving, sending, editing and taking back, within the call's window and outside it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums.domain import proposals as verbs
from hanmadang.forums.domain.proposals import WindowClosedError
from hanmadang.forums.models import Outcome, Proposal, ProposalState, Talk
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import NOBODY
from hanmadang.reminders.models import OutboxMail
from tests.factories.events import viewer_of
from tests.factories.forums import (
    CLOSES,
    NOW,
    OPENS,
    decide,
    make_call,
    make_confirmed,
    make_decided,
    make_draft,
    make_expert,
    make_forum,
    make_proposal,
    place,
    proposal_fields,
)
from tests.factories.people import make_account

MINUTE = timedelta(minutes=1)
BEFORE, AFTER = OPENS.instant - MINUTE, CLOSES.instant


def test_a_draft_may_be_all_but_empty(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        draft = make_draft(session, call, expert, title="", abstract="", format="", minutes=0)
        assert (draft.state, draft.submitted_at) == (ProposalState.DRAFT, None)


def test_a_complete_draft_is_sent_and_acknowledged(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        draft = make_draft(session, call, expert)
        sent = verbs.submit(session, draft.key, actor=expert, now=NOW)
        assert (sent.state, sent.submitted_at) == (ProposalState.SUBMITTED, NOW)
        mail = session.scalars(select(OutboxMail)).one()
        assert (mail.kind, mail.account_id, mail.locale) == ("forum.received", expert.id, "en")


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("abstract", ""), ("format", "panel"), ("minutes", 30), ("language", "de")],
)
def test_what_the_call_does_not_take_is_not_sent(write: Any, field: str, value: object) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        draft = make_draft(session, call, expert, **{field: value})
        with pytest.raises(InvalidFieldError) as error:
            verbs.submit(session, draft.key, actor=expert, now=NOW)
        assert error.value.field == field
        assert draft.state == ProposalState.DRAFT


@pytest.mark.parametrize("now", [BEFORE, AFTER])
def test_outside_the_window_nothing_is_begun(write: Any, now: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        with pytest.raises(WindowClosedError):
            verbs.start(session, call.id, proposal_fields(), locale="en", actor=expert, now=now)


@pytest.mark.parametrize("now", [BEFORE, AFTER])
def test_outside_the_window_nothing_is_sent(write: Any, now: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        draft = make_draft(session, call, expert)
        with pytest.raises(WindowClosedError):
            verbs.submit(session, draft.key, actor=expert, now=now)


def test_the_last_second_counts_and_the_deadline_itself_does_not(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        draft = make_draft(session, call, expert)
        last = CLOSES.instant - timedelta(seconds=1)
        sent = verbs.submit(session, draft.key, actor=expert, now=last)
        assert sent.state == ProposalState.SUBMITTED


def test_without_a_profile_nobody_proposes(write: Any) -> None:
    with write() as session:
        call, citizen = make_call(session), viewer_of(make_account(session))
        with pytest.raises(NotFoundError):
            verbs.start(session, call.id, proposal_fields(), locale="ko", actor=citizen, now=NOW)


def test_nobody_proposes_without_signing_in(write: Any) -> None:
    with write() as session:
        call = make_call(session)
        with pytest.raises(WindowClosedError):
            verbs.start(session, call.id, proposal_fields(), locale="ko", actor=NOBODY, now=NOW)


def test_nobody_proposes_to_a_forum_that_is_still_a_draft(write: Any) -> None:
    with write() as session:
        call = make_call(session, make_forum(session, published=False))
        with pytest.raises(NotFoundError):
            make_draft(session, call, make_expert(session))


def test_an_edit_raises_the_version(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        edited = verbs.edit(
            session, proposal.key, proposal_fields(title="New"), version=1, actor=expert, now=NOW
        )
        assert (edited.title, edited.version, edited.state) == ("New", 2, ProposalState.SUBMITTED)


def test_an_edit_of_an_older_version_is_refused(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        fields = proposal_fields(title="New")
        verbs.edit(session, proposal.key, fields, version=1, actor=expert, now=NOW)
        with pytest.raises(ConflictError):
            verbs.edit(session, proposal.key, fields, version=1, actor=expert, now=NOW)


def test_what_was_sent_stays_complete(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        fields = proposal_fields(abstract="")
        with pytest.raises(InvalidFieldError):
            verbs.edit(session, proposal.key, fields, version=1, actor=expert, now=NOW)


def test_after_the_deadline_the_text_stands(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        with pytest.raises(WindowClosedError):
            verbs.edit(session, proposal.key, proposal_fields(), version=1, actor=expert, now=AFTER)


def test_a_decision_that_waits_does_not_change_what_the_expert_may_do(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        decide(session, proposal, Outcome.REJECTED)
        fields = proposal_fields(title="Better")
        edited = verbs.edit(session, proposal.key, fields, version=1, actor=expert, now=NOW)
        assert (edited.title, edited.pending_decision) == ("Better", "rejected")


@pytest.mark.parametrize("verb", ["edit", "submit", "withdraw", "take_up_again", "confirm"])
def test_somebody_elses_proposal_does_not_exist(write: Any, verb: str) -> None:
    with write() as session:
        call = make_call(session)
        proposal, other = make_proposal(session, call), make_expert(session)
        more: dict[str, Any] = {} if verb == "withdraw" else {"now": NOW}
        words = (proposal_fields(),) if verb == "edit" else ()
        more |= {"version": 1} if verb == "edit" else {}
        with pytest.raises(NotFoundError):
            getattr(verbs, verb)(session, proposal.key, *words, actor=other, **more)


def test_withdrawing_takes_back_the_mails_and_the_decision_that_waits(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        decide(session, proposal, Outcome.ACCEPTED)
        verbs.withdraw(session, proposal.key, actor=expert)
        assert (proposal.state, proposal.pending_decision) == (ProposalState.WITHDRAWN, None)
        assert session.scalars(select(OutboxMail.state)).all() == ["cancelled"]


def test_withdrawing_takes_the_talk_off_the_programme(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_confirmed(session, call, expert)
        place(session, call, proposal)
        verbs.withdraw(session, proposal.key, actor=expert)
        assert session.scalar(select(func.count()).select_from(Talk)) == 0


def test_a_withdrawn_proposal_is_taken_up_again_while_the_call_is_open(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        verbs.withdraw(session, proposal.key, actor=expert)
        with pytest.raises(WindowClosedError):
            verbs.take_up_again(session, proposal.key, actor=expert, now=AFTER)
        again = verbs.take_up_again(session, proposal.key, actor=expert, now=NOW)
        assert again.state == ProposalState.DRAFT


def test_only_what_was_accepted_is_confirmed(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        proposal = make_proposal(session, call, expert)
        decide(session, proposal, Outcome.ACCEPTED)
        with pytest.raises(NotAllowedNowError):
            verbs.confirm(session, proposal.key, actor=expert, now=NOW)


def test_confirming_is_thanked_for(write: Any) -> None:
    with write() as session:
        call, expert = make_call(session), make_expert(session)
        accepted = make_decided(session, call, expert=expert)
        verbs.confirm(session, accepted.key, actor=expert, now=NOW)
        kinds = session.scalars(select(OutboxMail.kind).order_by(OutboxMail.id)).all()
        assert kinds == ["forum.received", "forum.accepted", "forum.confirmed"]


def test_the_window_is_that_of_the_calls_own_zone(write: Any) -> None:
    """18:00 in Ulaanbaatar is 19:00 in Seoul: at 18:30 in Seoul one may still send."""
    with write() as session:
        opens = Moment.at(OPENS.local, "Asia/Ulaanbaatar")
        closes = Moment.at(CLOSES.local, "Asia/Ulaanbaatar")
        call = make_call(session, opens=opens, closes=closes)
        expert = make_expert(session)
        draft = make_draft(session, call, expert)
        half_past_six = CLOSES.instant + timedelta(minutes=30)
        verbs.submit(session, draft.key, actor=expert, now=half_past_six)
        assert session.scalar(select(Proposal.state)) == ProposalState.SUBMITTED
