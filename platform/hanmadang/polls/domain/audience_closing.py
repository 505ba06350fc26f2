"""What is left of audience questions when their poll closes: texts and counts, nobody's."""

from collections import defaultdict
from typing import cast

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.ids import new_key
from hanmadang.polls.models_audience import AudienceQuestion, Sitting, SittingState, Upvote

_UPVOTE = cast("Table", Upvote.__table__)
_UNSYNCED = {"synchronize_session": False}


def untie_audience(session: Session, poll_id: int) -> None:
    """Empty askers, names and marks, and give each up-vote a random name; the poll's row is locked.

    Up-votes of a merged question are folded into the one that it was merged into.
    """
    sitting = session.get(Sitting, poll_id, populate_existing=True)
    if sitting is None:
        return
    if sitting.state == SittingState.OPEN:
        sitting.state = SittingState.RESTING.value
    sitting.version += 1
    session.flush()
    mine = AudienceQuestion.poll_id == poll_id
    session.execute(
        update(AudienceQuestion).where(mine).values(asker="", name="", mark=""),
        execution_options=_UNSYNCED,
    )
    merged = mine & AudienceQuestion.merged_into.is_not(None)
    _rename(session, poll_id)
    session.execute(
        update(AudienceQuestion).where(merged).values(upvotes=0), execution_options=_UNSYNCED
    )


def _rename(session: Session, poll_id: int) -> None:
    root = func.coalesce(AudienceQuestion.merged_into, AudienceQuestion.id)
    of_poll = select(AudienceQuestion.id).where(AudienceQuestion.poll_id == poll_id)
    kept = session.execute(
        select(root, Upvote.device)
        .join(AudienceQuestion, AudienceQuestion.id == Upvote.question_id)
        .where(AudienceQuestion.poll_id == poll_id)
    )
    devices: dict[int, set[str]] = defaultdict(set)
    for question_id, device in kept:
        devices[question_id].add(device)
    session.execute(delete(_UPVOTE).where(_UPVOTE.c.question_id.in_(of_poll)))
    rows = [
        {"question_id": question_id, "device": new_key()}
        for question_id, known in devices.items()
        for _ in known
    ]
    if rows:
        rows.sort(key=lambda row: str(row["device"]))
        session.connection().execute(insert(_UPVOTE), rows)
