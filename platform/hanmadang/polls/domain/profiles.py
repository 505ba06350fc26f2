"""What people tell of themselves: asked for by the author, kept while the poll runs, then untied.

The profile stands under the key of the device's ballots. A key of its own would keep the two
apart in the stored rows, but tables of a running poll need both together, and after the close
every ballot carries its coarse cell anyway. What protects people is that the levels are coarse
and that the key dies with the poll's secret.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.taking import lock_as_met
from hanmadang.polls.models import Ballot, Poll, PollState, Question
from hanmadang.polls.models_profile import FirstRelease, ProfileAsk, StoredProfile
from hanmadang.polls.profiles import Attribute, Profile, attributes_of, cell_of, is_known

_PROFILE = cast("Table", StoredProfile.__table__)


class UnusableProfileError(DomainError):
    """A level or an attribute that the poll does not ask for (422)."""

    status = 422
    text = lazy("This poll has changed. Please open the page again.")


def asks_anything(session: Session, poll_id: int) -> bool:
    """Whether people may tell anything of themselves in this poll."""
    ask = session.get(ProfileAsk, poll_id)
    return ask is not None and bool(ask.attributes)


def ask_for(
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    attributes: Sequence[Attribute],
    first: FirstRelease,
) -> ProfileAsk:
    """Set what a poll asks for; the attributes only while it is a draft.

    Raises NotFoundError, and NotAllowedNowError for other attributes once it has opened or
    another first release once it has closed.
    """
    state = _lock(session, poll_id)
    ask = session.get(ProfileAsk, poll_id, populate_existing=True)
    if ask is None:
        ask = ProfileAsk(poll_id=poll_id, attributes=[], first_release=FirstRelease.CLOSE.value)
        session.add(ask)
    wanted = [each.value for each in attributes_of(each.value for each in attributes)]
    if wanted != list(ask.attributes) and state is not PollState.DRAFT:
        raise NotAllowedNowError(
            text=lazy("Once a poll has opened, it keeps asking everybody for the same.")
        )
    if first != ask.first_release and state is PollState.CLOSED:
        raise NotAllowedNowError
    ask.attributes, ask.first_release = wanted, first.value
    session.flush()
    detail = f"{' '.join(wanted)} from {first.value}"
    audit.record(session, actor, "poll.profile_asked", kind="poll", id=poll_id, detail=detail)
    return ask


def copy_ask(session: Session, poll_id: int, copy_id: int) -> None:
    """Let a duplicated poll ask for the same."""
    ask = session.get(ProfileAsk, poll_id)
    if ask is not None:
        session.add(
            ProfileAsk(
                poll_id=copy_id,
                attributes=list(ask.attributes),
                first_release=ask.first_release,
                margin_set_id=ask.margin_set_id,
            )
        )


def tell(
    session: Session,
    poll_id: int,
    voter_key: str,
    profile: Profile,
    *,
    now: datetime | None = None,
) -> None:
    """Keep what a device that answered tells; telling nothing removes it.

    Consent is asked by the form and given by calling this. Raises NotAllowedNowError unless the
    poll takes answers and holds one of this device, UnusableProfileError.
    """
    _require_answer(session, poll_id, voter_key, now)
    ask = session.get(ProfileAsk, poll_id)
    asked = attributes_of(ask.attributes) if ask else ()
    if not set(profile) <= set(asked) or not is_known(profile):
        raise UnusableProfileError
    if not profile:
        forget(session, poll_id, voter_key)
        return
    dialect: Any = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(_PROFILE).values(
        poll_id=poll_id, voter_key=voter_key, cell=cell_of(profile)
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["poll_id", "voter_key"], set_={"cell": statement.excluded.cell}
        )
    )


def forget(session: Session, poll_id: int, voter_key: str) -> None:
    """Remove what a device told. Raises NotAllowedNowError once the poll is closed.

    The closing instant alone does not refuse it: a consent may be taken back as long as anybody
    can tell whose it is.
    """
    if _lock(session, poll_id) is PollState.CLOSED:
        raise NotAllowedNowError
    mine = (_PROFILE.c.poll_id == poll_id) & (_PROFILE.c.voter_key == voter_key)
    session.execute(delete(_PROFILE).where(mine))


def cells_by_voter(session: Session, poll_id: int) -> dict[str, str]:
    """What every device told, for the ballots that are about to lose their keys."""
    rows = select(_PROFILE.c.voter_key, _PROFILE.c.cell).where(_PROFILE.c.poll_id == poll_id)
    return {row.voter_key: row.cell for row in session.execute(rows)}


def forget_all(session: Session, poll_id: int) -> None:
    """Remove all profiles of a poll that closes; their cells stand on the ballots by now."""
    session.execute(delete(_PROFILE).where(_PROFILE.c.poll_id == poll_id))


def _lock(session: Session, poll_id: int) -> PollState:
    state = session.scalar(select(Poll.state).where(Poll.id == poll_id).with_for_update())
    if state is None:
        raise NotFoundError
    return PollState(state)


def _require_answer(session: Session, poll_id: int, voter_key: str, now: datetime | None) -> None:
    if lock_as_met(session, poll_id, now).state is not PollState.OPEN:
        raise NotAllowedNowError(
            text=lazy("The poll takes no answers now, so nothing was kept about you.")
        )
    mine = exists().where(
        Ballot.question_id == Question.id,
        Question.poll_id == poll_id,
        Ballot.voter_key == voter_key,
    )
    if not session.scalar(select(mine)):
        raise NotAllowedNowError(text=lazy("Please answer the poll first."))
