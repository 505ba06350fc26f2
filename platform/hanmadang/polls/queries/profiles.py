"""What a poll asks people about themselves, and what this device told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.polls.models_profile import FirstRelease, MarginSet, ProfileAsk, StoredProfile
from hanmadang.polls.profiles import Attribute, attributes_of, profile_of


@dataclass(frozen=True, slots=True)
class AskPage:
    """What a poll asks for."""

    attributes: tuple[Attribute, ...] = ()
    first: FirstRelease = FirstRelease.CLOSE
    margin_set_id: int | None = None


def ask_of(session: Session, poll_id: int) -> AskPage:
    """What the poll asks for; nothing where its author asked for nothing."""
    ask = session.get(ProfileAsk, poll_id)
    if ask is None:
        return AskPage()
    first = FirstRelease(ask.first_release)
    return AskPage(attributes_of(ask.attributes), first, ask.margin_set_id)


def told_by(session: Session, poll_id: int, voter_key: str) -> dict[Attribute, str]:
    """What this device told; nothing for no device."""
    mine = (StoredProfile.poll_id == poll_id) & (StoredProfile.voter_key == voter_key)
    cell = session.scalar(select(StoredProfile.cell).where(mine)) if voter_key else None
    return profile_of(cell or "")


def margin_sets(session: Session, viewer: Viewer) -> Sequence[MarginSet]:
    """The sets that this viewer may use: the city's and their institution's; the newest first."""
    mine = select(MarginSet).where(_usable_by(viewer), MarginSet.retired.is_(False))
    return session.scalars(mine.order_by(MarginSet.id.desc()).limit(100)).all()


def find_margin_set(session: Session, viewer: Viewer, set_id: int) -> MarginSet | None:
    """One set that this viewer may use."""
    mine = select(MarginSet).where(MarginSet.id == set_id, _usable_by(viewer))
    return session.scalars(mine).first()


def may_retire(viewer: Viewer, margin_set: MarginSet) -> bool:
    """The house retires every set, an institution its own."""
    return _for_the_house(viewer) or margin_set.institution_id == viewer.institution_id


def _usable_by(viewer: Viewer) -> ColumnElement[bool]:
    if _for_the_house(viewer):
        return true()
    mine = MarginSet.institution_id == viewer.institution_id
    return or_(MarginSet.institution_id.is_(None), mine)


def _for_the_house(viewer: Viewer) -> bool:
    return viewer.institution_id is None or Role.ADMINISTRATOR in viewer.roles
