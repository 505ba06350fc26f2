"""Reviewers read texts, never persons; whoever has a conflict of interest does not read at all."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from hanmadang.events.domain import InvalidFieldError
from hanmadang.forums.domain import reviews as verbs
from hanmadang.forums.models import Outcome, Review
from hanmadang.forums.queries import proposals, reviews
from hanmadang.forums.queries.reviews import STRUCK, struck
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Account
from tests.factories.events import make_institution
from tests.factories.forums import (
    NOW,
    admin,
    belong,
    decide,
    make_call,
    make_decided,
    make_draft,
    make_expert,
    make_proposal,
    make_staff,
)
from tests.factories.people import make_account
from tests.forums.conftest import Enter

CANARIES = {
    "name": "Zita Kanarienvogel",
    "affiliation": "Institut Papagei",
    "bio": "Ornithologin aus Wellensittich",
}


def test_a_reviewer_sees_what_was_sent_and_waits(write: Any) -> None:
    with write() as session:
        call, reviewer = make_call(session), make_staff(session, Role.REVIEWER)
        make_draft(session, call, make_expert(session), title="Draft")
        make_decided(session, call, Outcome.REJECTED, title="Told")
        make_proposal(session, call, title="Waiting")
        hidden = make_proposal(session, call, title="Decided in silence")
        decide(session, hidden, Outcome.ACCEPTED)
        found = [each.title for each in reviews.assigned(session, reviewer)]
        assert found == ["Waiting", "Decided in silence"]


def test_no_page_of_a_reviewer_names_the_speaker(app: Flask, write: Any, enter: Enter) -> None:
    with write() as session:
        account = make_account(session, name="Account Kolibri", email="spatz@nest.example")
        expert = make_expert(session, account, **CANARIES)
        proposal = make_proposal(
            session, make_call(session), expert,
            title="What Zita Kanarienvogel learned",
            abstract="ZITA  KANARIENVOGEL (Account Kolibri), Institut\nPapagei, spatz@nest.example",
            notes="Call me at Notizfink",
        )  # fmt: skip
        reviewer = make_staff(session, Role.REVIEWER)
    browser = enter(reviewer)
    pages = [
        browser.get(f"/{language}/desk/reviews{rest}").text
        for language in ("ko", "en")
        for rest in ("", f"/{proposal.key}")
    ]
    secrets = ["kanarienvogel", "papagei", "ornithologin", "kolibri", "spatz", "notizfink"]
    leaks = [word for word in secrets for page in pages if word in page.lower()]
    assert leaks == []
    assert all(STRUCK in page for page in pages)


def test_the_struck_text_keeps_everything_else() -> None:
    assert struck("김민서 드림. 김 민서가 씀.", "김민서") == f"{STRUCK} 드림. 김 민서가 씀."
    assert struck("By anja  winter.", "Anja Winter", "") == f"By {STRUCK}."
    assert struck("A (B) [C]", "(B)") == f"A {STRUCK} [C]"
    assert struck("X is a letter", "X") == "X is a letter"


def test_ones_own_proposal_is_not_ones_to_judge(write: Any) -> None:
    with write() as session:
        reviewer = make_staff(session, Role.REVIEWER)
        call = make_call(session)
        make_expert(session, session.get_one(Account, reviewer.id))
        own = make_proposal(session, call, reviewer)
        assert reviews.assigned(session, reviewer) == []
        with pytest.raises(NotFoundError):
            verbs.score(session, own.key, 5, "", actor=reviewer, now=NOW)


def test_a_colleagues_proposal_is_not_ones_to_judge(write: Any) -> None:
    with write() as session:
        institution = make_institution(session)
        reviewer = make_staff(session, Role.REVIEWER, institution)
        colleague = make_account(session, Role.PARTNER_EDITOR)
        belong(session, colleague, institution)
        call = make_call(session)
        make_proposal(session, call, make_expert(session, colleague), title="Colleague")
        make_proposal(session, call, title="Stranger")
        assert [each.title for each in reviews.assigned(session, reviewer)] == ["Stranger"]


@pytest.mark.parametrize("affiliation", ["하늘연구소", "Sky Institute", "sky institute"])
def test_an_affiliation_that_reads_like_ones_own_is_a_conflict(
    write: Any, affiliation: str
) -> None:
    with write() as session:
        institution = make_institution(session)
        institution.name = Bilingual.of(ko="하늘연구소", en="Sky Institute")
        reviewer = make_staff(session, Role.REVIEWER, institution)
        expert = make_expert(session, affiliation=affiliation)
        proposal = make_proposal(session, make_call(session), expert)
        assert reviews.assigned(session, reviewer) == []
        with pytest.raises(NotFoundError):
            reviews.assigned_one(session, proposal.key, reviewer)


def test_a_score_is_given_and_changed_but_stays_one(write: Any) -> None:
    with write() as session:
        reviewer = make_staff(session, Role.REVIEWER)
        proposal = make_proposal(session, make_call(session))
        verbs.score(session, proposal.key, 2, "Thin.", actor=reviewer, now=NOW)
        verbs.score(session, proposal.key, 4, "Better.", actor=reviewer, now=NOW)
        review = session.scalars(select(Review)).one()
        assert (review.score, review.comment) == (4, "Better.")


@pytest.mark.parametrize("points", [0, 6, -1])
def test_other_points_do_not_exist(write: Any, points: int) -> None:
    with write() as session:
        reviewer = make_staff(session, Role.REVIEWER)
        proposal = make_proposal(session, make_call(session))
        with pytest.raises(InvalidFieldError):
            verbs.score(session, proposal.key, points, "", actor=reviewer, now=NOW)


def test_a_declared_conflict_drops_the_score_and_the_right_to_read(write: Any) -> None:
    with write() as session:
        reviewer = make_staff(session, Role.REVIEWER)
        proposal = make_proposal(session, make_call(session))
        verbs.score(session, proposal.key, 5, "A friend.", actor=reviewer, now=NOW)
        verbs.declare_conflict(session, proposal.key, actor=reviewer, now=NOW)
        review = session.scalars(select(Review)).one()
        assert (review.score, review.comment, review.conflict) == (None, "", True)
        assert reviews.conflicts(session, reviewer) == 1
        with pytest.raises(NotFoundError):
            verbs.score(session, proposal.key, 5, "", actor=reviewer, now=NOW)


def test_the_mean_counts_scores_and_no_conflicts(write: Any) -> None:
    with write() as session:
        proposal = make_proposal(session, make_call(session))
        for points in (2, 5):
            reviewer = make_staff(session, Role.REVIEWER)
            verbs.score(session, proposal.key, points, "", actor=reviewer, now=NOW)
        aside = make_staff(session, Role.REVIEWER)
        verbs.declare_conflict(session, proposal.key, actor=aside, now=NOW)
        found = proposals.desk_one(session, proposal.key, admin(session))
        assert (found.mean, found.reviews) == (3.5, 2)


def test_a_told_decision_ends_the_review(write: Any) -> None:
    with write() as session:
        reviewer = make_staff(session, Role.REVIEWER)
        proposal = make_decided(session, make_call(session))
        with pytest.raises(NotFoundError):
            verbs.score(session, proposal.key, 3, "", actor=reviewer, now=NOW)


@pytest.mark.parametrize(
    "change", ["score = 7", "score = NULL", "conflict = true", "score = 3, conflict = true"]
)
def test_the_database_wants_a_score_or_a_conflict(write: Any, change: str) -> None:
    with write() as session:
        reviewer = make_staff(session, Role.REVIEWER)
        proposal = make_proposal(session, make_call(session))
        verbs.score(session, proposal.key, 3, "", actor=reviewer, now=NOW)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE review SET {change}"))  # noqa: S608  (fixed words)
