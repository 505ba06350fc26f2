"""Registering to speak: an expert's profile, and when they can speak.

Whoever is signed in may register; that grants no role. A role would raise the account's epoch and
sign the person out in the middle of the form, and no route needs one (see `rules.can_propose`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.events.domain.fields import InvalidFieldError
from hanmadang.forums.models import (
    Attendance,
    Availability,
    AvailabilityBlock,
    Block,
    ExpertProfile,
)
from hanmadang.forums.queries import experts
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.clock import zone
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import country_names, lazy
from hanmadang.kernel.permissions import Viewer

_NO_NAME = re.compile(r"://|www\.|[<>\[\]{}@\\`|*]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFields:
    """What an expert says about themselves."""

    name: str
    country: str
    zone: str
    attendance: Attendance
    affiliation: str = ""
    languages: tuple[str, ...] = ()
    bio: str = ""
    bio_language: str = LANGUAGES[0]

    def __post_init__(self) -> None:
        """Check the whole. Raises InvalidFieldError."""
        if not self.name:
            raise InvalidFieldError("name", lazy("Give your name as it should be printed."))
        for field in ("name", "affiliation"):
            if _NO_NAME.search(getattr(self, field)):
                text = lazy("Please write it without links, addresses or special signs.")
                raise InvalidFieldError(field, text)
        if self.country not in {code for code, _name in country_names(LANGUAGES[0])}:
            raise InvalidFieldError("country", lazy("Choose your country or region."))
        if not _is_zone(self.zone):
            raise InvalidFieldError("zone", lazy("Choose your time zone."))


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


def save_profile(
    session: Session, fields: ProfileFields, *, actor: Viewer, now: datetime
) -> ExpertProfile:
    """Register the actor as an expert, or change what they said about themselves."""
    profile = experts.profile_of(session, actor.id)
    if profile is not None and _said(profile) == fields:
        return profile
    if profile is None:
        profile = ExpertProfile(account_id=actor.id)
        session.add(profile)
    profile.name, profile.affiliation = fields.name, fields.affiliation
    profile.country, profile.zone = fields.country, fields.zone
    profile.languages = list(fields.languages)
    profile.bio, profile.bio_language = fields.bio, fields.bio_language
    profile.attendance = fields.attendance.value
    profile.updated_at = now
    session.flush()
    audit.record(session, actor, "expert.saved", kind="expert", id=profile.id, subject_id=actor.id)
    return profile


def _said(profile: ExpertProfile) -> ProfileFields:
    return ProfileFields(
        name=profile.name, country=profile.country, zone=profile.zone,
        attendance=Attendance(profile.attendance), affiliation=profile.affiliation,
        languages=tuple(profile.languages), bio=profile.bio, bio_language=profile.bio_language,
    )  # fmt: skip


def paint(
    session: Session,
    call_id: int,
    halves: Sequence[tuple[date, Block]],
    *,
    actor: Viewer,
    now: datetime,
) -> None:
    """Say on which half days, on one's own wall clock, one can speak; replaces what was said.

    Raises NotFoundError without a profile.
    """
    profile = experts.profile_of(session, actor.id)
    if profile is None:
        raise NotFoundError
    session.get_one(ExpertProfile, profile.id, with_for_update=True)
    painted = _canvas(session, profile, call_id, now)
    session.add_all(
        _block(painted.id, day, block, profile.zone) for day, block in dict.fromkeys(halves)
    )
    session.flush()
    audit.record(
        session, actor, "availability.painted", kind="call", id=call_id, subject_id=actor.id
    )


def _canvas(session: Session, profile: ExpertProfile, call_id: int, now: datetime) -> Availability:
    """This expert's empty table for the call."""
    found = session.scalars(
        select(Availability).where(
            Availability.profile_id == profile.id, Availability.call_id == call_id
        )
    ).first() or Availability(profile_id=profile.id, call_id=call_id)
    found.zone, found.painted_at = profile.zone, now
    session.add(found)
    session.flush()
    session.execute(delete(AvailabilityBlock).where(AvailabilityBlock.availability_id == found.id))
    return found


def _block(availability_id: int, day: date, block: Block, zone_name: str) -> AvailabilityBlock:
    starts, ends = experts.span_of(day, block, zone_name)
    return AvailabilityBlock(
        availability_id=availability_id, day=day, block=block.value, starts_at=starts.instant,
        ends_at=ends.instant,
    )  # fmt: skip
