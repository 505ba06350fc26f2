"""What the room holds about people who write courses: their signatures and remarks.

A signature stays when its account is erased: the institution signed, by a hand that is no longer
named. Remarks lose their author.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    BankEntry,
    CourseDraft,
    DraftUnit,
    ReviewComment,
    VersionReview,
    VersionSignature,
)


def export_of(session: Session, account_id: int) -> dict[str, Any]:
    """Everything of this kind, readable without our ids."""
    signed = session.scalars(
        select(VersionSignature)
        .where(VersionSignature.account_id == account_id)
        .order_by(VersionSignature.version_id)
    )
    said = session.scalars(
        select(ReviewComment)
        .where(ReviewComment.account_id == account_id)
        .order_by(ReviewComment.id)
    )
    return {
        "signatures": [
            {"state": row.state, "content": row.content_hash, "comment": row.comment}
            for row in signed
        ],
        "remarks": [{"text": row.text, "at": row.at.isoformat()} for row in said],
    }


def erase_of(session: Session, account_id: int, _now: datetime | None = None) -> None:
    """Nobody is named any more; the caller commits."""
    columns = (
        (VersionSignature, VersionSignature.account_id), (ReviewComment, ReviewComment.account_id),
        (VersionReview, VersionReview.submitted_by), (CourseDraft, CourseDraft.updated_by),
        (DraftUnit, DraftUnit.updated_by), (BankEntry, BankEntry.created_by),
    )  # fmt: skip
    for table, column in columns:
        session.execute(
            update(table).where(column == account_id).values({column: None}),
            execution_options={"synchronize_session": False},
        )
