"""What reviewers do: score, or declare a conflict of interest."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events.domain.fields import InvalidFieldError
from hanmadang.forums.models import Proposal, Review
from hanmadang.forums.queries import reviews
from hanmadang.kernel import audit
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer

SCORES = range(1, 6)


def score(  # noqa: PLR0913  (who, when and in which version are named at each call)
    session: Session, key: str, points: int, comment: str, *, actor: Viewer, now: datetime
) -> Review:
    """Give 1 to 5 points, or change them.

    Raises NotFoundError for what the reviewer must not judge, InvalidFieldError for other points.
    """
    if points not in SCORES:
        raise InvalidFieldError("score", lazy("Choose from 1 to 5."))
    review = _review(session, key, actor)
    review.score, review.comment, review.updated_at = points, comment, now
    return _kept(session, review, actor, "review.scored")


def declare_conflict(session: Session, key: str, *, actor: Viewer, now: datetime) -> Review:
    """Step aside for good: a score given before is dropped, the proposal is not shown again.

    Raises NotFoundError for what the reviewer does not see.
    """
    review = _review(session, key, actor)
    review.score, review.comment, review.conflict = None, "", True
    review.updated_at = now
    return _kept(session, review, actor, "review.conflict_declared")


def _review(session: Session, key: str, actor: Viewer) -> Review:
    proposal = reviews.assigned_one(session, key, actor)
    session.get_one(Proposal, proposal.id, with_for_update=True)
    found = session.scalars(
        select(Review).where(Review.proposal_id == proposal.id, Review.reviewer_id == actor.id)
    ).first()
    return found or Review(proposal_id=proposal.id, reviewer_id=actor.id, conflict=False)


def _kept(session: Session, review: Review, actor: Viewer, act: str) -> Review:
    session.add(review)
    session.flush()
    audit.record(session, actor, act, kind="proposal", id=review.proposal_id)
    return review
