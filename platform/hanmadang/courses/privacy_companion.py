"""What goes with a learner: marks, reviews and the wish for reminders, handed over or erased."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Course, Mark, Review, ReviewWish

_TABLES = (Mark, Review, ReviewWish)


def export_of(session: Session, account_id: int) -> dict[str, Any]:
    """Everything of it, readable without our ids."""
    wish = session.get(ReviewWish, account_id)
    return {
        "notes": _marks(session, account_id),
        "reviews": _reviews(session, account_id),
        "review_mails_since": wish.since.isoformat() if wish else None,
    }


def erase_of(session: Session, account_id: int) -> None:
    """Remove it all; the caller commits."""
    for table in _TABLES:
        session.execute(
            delete(table).where(table.account_id == account_id),
            execution_options={"synchronize_session": False},
        )


def _marks(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Mark, Course.slug)
        .join(Course, Course.id == Mark.course_id)
        .where(Mark.account_id == account_id)
        .order_by(Mark.id)
    )
    return [
        {
            "place": f"{course}/{mark.module_slug}/{mark.unit_slug}",
            "block": mark.block,
            "bookmark": mark.bookmarked,
            "note": mark.note,
            "since": mark.created_at.isoformat(),
            "changed": mark.changed_at.isoformat(),
        }
        for mark, course in rows
    ]


def _reviews(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Review, Course.slug)
        .join(Course, Course.id == Review.course_id)
        .where(Review.account_id == account_id)
        .order_by(Course.slug, Review.module_slug, Review.unit_slug, Review.question_slug)
    )
    return [
        {
            "question": f"{course}/{each.module_slug}/{each.unit_slug}/{each.question_slug}",
            "passed": each.step,
            "asked": each.asked_on.isoformat(),
            "due": each.due_on.isoformat(),
        }
        for each, course in rows
    ]
