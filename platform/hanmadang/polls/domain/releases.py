"""Storing what a job computed: the tables that may be seen, and apart from them what may not."""

import json
import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.models import Poll, Question
from hanmadang.polls.models_profile import Audience, ProfileAsk, Release, ReleaseHeld
from hanmadang.polls.queries.cubes import Due, WeightsDue

Answer = dict[str, Any]
"""What `survey.worker` gave back."""


def packed(held: Answer) -> bytes:
    """What the next release needs, small."""
    return zlib.compress(json.dumps(held, separators=(",", ":")).encode())


def unpacked(stored: bytes) -> Answer:
    """The inverse of `packed`."""
    found: Answer = json.loads(zlib.decompress(stored))
    return found


def store_release(session: Session, found: Due, made: Answer, *, now: datetime) -> bool:
    """Publish the tables, unless another process was quicker; returns whether it was stored.

    Two releases from the same last one would together say more than either: only one is kept.
    """
    session.execute(select(Poll.id).where(Poll.id == found.poll_id).with_for_update())
    key = found.question_id, found.audience.value
    last = session.get(Release, key, populate_existing=True)
    if (last.number if last else 0) != found.number or (last is not None and last.final):
        return False
    if last is None:
        last = Release(question_id=key[0], audience=key[1], number=0, shown={}, weighted=None)
        session.add(last)
    last.n, last.final = made["n"], found.final
    if made["moved"]:
        last.number += 1
        last.shown, last.released_at = made["shown"], now
    _hold(session, key, None if found.final else packed(made["held"]))
    session.flush()
    if made["moved"]:
        _tell(session, found, last)
    return True


def _hold(session: Session, key: tuple[int, str], state: bytes | None) -> None:
    mine = (ReleaseHeld.question_id == key[0]) & (ReleaseHeld.audience == key[1])
    session.execute(delete(ReleaseHeld).where(mine))
    if state is not None:
        session.add(ReleaseHeld(question_id=key[0], audience=key[1], state=state))


def _tell(session: Session, found: Due, release: Release) -> None:
    detail = f"question {found.question_id}, {found.audience.value} {release.number}"
    audit.record(
        session, None, "poll.tables_released", kind="poll", id=found.poll_id, detail=detail
    )
    if found.audience is Audience.PUBLIC:
        announce_after_commit([found.poll_id])


def store_weights(session: Session, found: WeightsDue, made: Answer) -> bool:
    """Keep weighted totals, unless tables or margins changed meanwhile."""
    key = found.question_id, Audience.PUBLIC.value
    release = session.get(Release, key, populate_existing=True, with_for_update=True)
    if release is None or release.number != found.number:
        return False
    asked = select(ProfileAsk.margin_set_id).join(Question, Question.poll_id == ProfileAsk.poll_id)
    if session.scalar(asked.where(Question.id == found.question_id)) != found.margin_set_id:
        return False
    release.weighted = {
        "margin_set": found.margin_set_id,
        "of": found.number,
        "targets": found.order["targets"],
        **made,
    }
    return True
