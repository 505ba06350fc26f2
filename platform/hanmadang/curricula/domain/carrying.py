"""What was decided and shown on a device, moving into the account that signs in on it."""

from datetime import datetime

from sqlalchemy.orm import Session

from hanmadang.curricula.brought import PRETEST as PRETEST_KEY
from hanmadang.curricula.brought import Device, Shown
from hanmadang.curricula.domain.choices import choose, place_of
from hanmadang.curricula.domain.showing import PRETEST, Whence, keep_shown
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.models import Choice, Pretest
from hanmadang.curricula.queries.choices import decided_by
from hanmadang.curricula.queries.lessons import lesson_title
from hanmadang.curricula.wishes import Decided
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer


def carry_decisions(session: Session, account_id: int, device: Device, *, now: datetime) -> None:
    """Move decisions about lessons, and what checks and a pre-test showed.

    The account's own decisions, its own pre-test and what it showed to know stand. Lessons that
    are no longer on offer are passed over.
    """
    actor = Viewer(account_id)
    own = decided_by(session, [account_id]).get(account_id, Decided())
    taken = {*own.pinned, *own.skipped, *own.known}
    for choice, unit_ids in (
        (Choice.PINNED, device.decided.pinned),
        (Choice.SKIPPED, device.decided.skipped),
        (Choice.KNOWN, device.decided.known),
    ):
        for unit_id in unit_ids:
            if unit_id not in taken and _is_on_offer(session, unit_id):
                choose(session, actor, unit_id, choice, now=now)
    stands = {f"{Source.CHECK.value}{unit_id}" for unit_id in own.known}
    if session.get(Pretest, account_id) is not None:
        stands.add(PRETEST_KEY)
    for shown in device.shown:
        if shown.key not in stands:
            _carry(session, actor, shown)


def _carry(session: Session, actor: Viewer, shown: Shown) -> None:
    if shown.source == Source.PRETEST:
        keep_shown(session, actor, PRETEST, shown)
    elif _is_on_offer(session, shown.unit_id):
        title = lesson_title(session, shown.unit_id)
        about = Whence(Source.CHECK, title, place_of(session, shown.unit_id).ref)
        keep_shown(session, actor, about, shown)


def _is_on_offer(session: Session, unit_id: int) -> bool:
    try:
        place_of(session, unit_id)
    except NotFoundError:
        return False
    return True
