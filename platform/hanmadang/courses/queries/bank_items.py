"""How a bank's question fares in the courses that took it, as the figures' job counted last.

Read from the counts made for everybody, which move only after ten people did: no two looks at
this page tell of one person, so nobody's look has to be recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hanmadang.courses.analysis import shown
from hanmadang.courses.analysis.counts import CourseCounts
from hanmadang.courses.analysis.items import ItemCounts
from hanmadang.courses.analysis.shown import ItemFigures
from hanmadang.courses.models import (
    Audience,
    BankEntry,
    BankUse,
    Course,
    CourseFigures,
    CourseVersion,
    DraftModule,
    DraftUnit,
    Module,
    Question,
    Unit,
    VersionState,
)
from hanmadang.courses.queries.items import options_of
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.rules_authoring import editable_by
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.disclosure import SMALLEST_CELL
from hanmadang.kernel.permissions import Viewer


@dataclass(frozen=True, slots=True)
class EntryItem:
    """The question in one published course."""

    course: Bilingual
    unit: Bilingual
    same: bool
    """Whether it reads there as it does in the bank."""
    figures: ItemFigures


def entry_items(session: Session, viewer: Viewer, entry: BankEntry) -> Sequence[EntryItem]:
    """The entry in each published course this viewer writes; three statements at most."""
    asked = session.execute(_asked(viewer, entry.id)).all()
    if not asked:
        return ()
    counted = _counts(session, {row.version_id for row in asked})
    options = options_of(session, Question.id.in_([row.id for row in asked]))
    return [_item(row, entry, counted.get(row.version_id), options) for row in asked]


def _asked(viewer: Viewer, entry_id: int) -> Any:
    same_module = and_(Module.version_id == CourseVersion.id, Module.slug == DraftModule.slug)
    return (
        select(
            Question.id,
            Question.kind,
            Question.text,
            CourseVersion.id.label("version_id"),
            Course.title.label("course"),
            Unit.title.label("unit"),
        )
        .select_from(BankUse)
        .join(DraftUnit, DraftUnit.id == BankUse.unit_id)
        .join(DraftModule, DraftModule.id == DraftUnit.module_id)
        .join(Course, Course.id == DraftModule.course_id)
        .join(
            CourseVersion,
            and_(
                CourseVersion.course_id == Course.id,
                CourseVersion.state == VersionState.PUBLISHED.value,
            ),
        )
        .join(Module, same_module)
        .join(Unit, and_(Unit.module_id == Module.id, Unit.slug == DraftUnit.slug))
        .join(Question, and_(Question.unit_id == Unit.id, Question.slug == BankUse.question))
        .where(BankUse.entry_id == entry_id, editable_by(viewer))
        .order_by(Course.id, Unit.position)
    )


def _counts(session: Session, version_ids: set[int]) -> Mapping[int, CourseCounts]:
    rows = session.execute(
        select(CourseFigures.version_id, CourseFigures.body).where(
            CourseFigures.version_id.in_(version_ids),
            CourseFigures.audience == Audience.PUBLIC.value,
        )
    )
    return {version_id: CourseCounts.from_json(body) for version_id, body in rows}


def _item(
    row: AnyRow, entry: BankEntry, counts: CourseCounts | None, options: Mapping[int, int]
) -> EntryItem:
    items = counts.items if counts else ()
    counted = next((each for each in items if each.question_id == row.id), None)
    chosen = counts.chosen.get(row.id, {}) if counts else {}
    return EntryItem(
        row.course,
        row.unit,
        (row.kind, row.text) == (entry.kind, entry.text),
        shown.item(
            counted or ItemCounts(row.id, 0, 0), options.get(row.id, 0), chosen, SMALLEST_CELL
        ),
    )
