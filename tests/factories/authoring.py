"""Two institutions with an editor each, and drafts for them to disagree about."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses.domain import drafts, partners, submitting
from hanmadang.courses.editing.file import unit_content
from hanmadang.courses.models import CourseVersion, DraftUnit
from hanmadang.courses.queries.drafts import modules_of, units_by_module
from hanmadang.courses.specs import CourseSpec
from hanmadang.courses.writing import write_unit
from hanmadang.kernel.permissions import Role, Viewer
from tests.factories import courses as make
from tests.factories.events import make_institution
from tests.factories.people import make_account

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """A course of the first institution that the second answers for as well."""

    course_id: int
    first: Viewer
    second: Viewer

    @property
    def partner_ids(self) -> tuple[int, int]:
        return (self.first.institution_id or 0, self.second.institution_id or 0)


def make_editor(
    session: Session, institution_id: int | None, role: Role = Role.PARTNER_EDITOR
) -> Viewer:
    """An account that writes courses for that institution."""
    account = make_account(session, role)
    account.grants[0].institution_id = institution_id
    session.flush()
    return Viewer(
        account.id, account.name, "ko", frozenset({role}), institution_id, verified=True,
        second_factor=True,
    )  # fmt: skip


def make_house(session: Session, spec: CourseSpec | None = None, *, shared: bool = True) -> House:
    """The course is published; both institutions are its partners unless told otherwise."""
    places = [make_institution(session, name).id for name in ("Institute", "Research")]
    first, second = (make_editor(session, each) for each in places)
    version = make.publish(session, spec, institution_id=places[0])
    if shared:
        for place in places:
            partners.name_partner(session, first, version.course_id, place)
    drafts.open_draft(session, first, version.course_id, now=NOW)
    return House(version.course_id, first, second)


def draft_units(session: Session, course_id: int) -> list[DraftUnit]:
    """The draft's units in reading order."""
    units = units_by_module(session, course_id)
    return [unit for each in modules_of(session, course_id) for unit in units.get(each.id, ())]


def change_title(session: Session, house: House, title: str = "새 제목") -> DraftUnit:
    """The first unit's Korean title reads differently."""
    unit = draft_units(session, house.course_id)[0]
    content: dict[str, Any] = unit.content | {"title": {"ko": title, "en": "A new title"}}
    drafts.save_unit(session, house.first, unit.id, content, revision=unit.revision, now=NOW)
    return unit


def hand_in(session: Session, house: House, **fields: Any) -> CourseVersion:
    """A changed draft, waiting for both signatures."""
    change_title(session, house)
    return submitting.submit(session, house.first, house.course_id, now=NOW, **fields)


def content_of(**fields: Any) -> dict[str, Any]:
    """A unit of the factory as a draft's content."""
    return unit_content(write_unit(make.unit(**fields)))
