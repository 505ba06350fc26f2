"""A person's bookmarks and notes: those of one unit, and all of them with where they lead now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    Mark,
    Module,
    Passage,
    Unit,
    VersionState,
)
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.searching import Word, weight

BEGINNING = 80
"""Letters by which a block is known again."""
_COMPARED = "ko"
"""Beginnings are compared in one language, whichever the reader uses."""


@dataclass(frozen=True, slots=True)
class MarkView:
    """What a person left at one place."""

    bookmarked: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A bookmark or note in the list of all."""

    mark_id: int
    bookmarked: bool
    note: str
    changed_at: datetime
    course_slug: str
    course_title: Bilingual
    module_slug: str
    unit_slug: str
    unit_title: Bilingual | None
    """None where the version read now has no such unit."""
    unit_position: int
    block: int
    anchor: str
    """Where the block stands now; empty for the unit as a whole."""
    heading: str
    """How the block begins, for the reader; empty for the unit as a whole."""


Beginnings = Mapping[int, Mapping[str, Mapping[str, str]]]
"""{unit: {language: {anchor: beginning}}}."""


def marks_in(viewer: Viewer, course_id: int, module: str, unit: str) -> Mapping[int, MarkView]:
    """{block: what the viewer left there} in one unit; one statement."""
    rows = db.session.execute(
        select(Mark.block, Mark.bookmarked, Mark.note).where(
            Mark.account_id == (viewer.account_id or 0),
            Mark.course_id == course_id,
            Mark.module_slug == module,
            Mark.unit_slug == unit,
        )
    )
    return {block: MarkView(bookmarked, note) for block, bookmarked, note in rows}


def beginning_of(session: Session, unit_id: int, block: int) -> str:
    """How that block begins; empty for the unit itself, and where nothing was written down yet."""
    row = session.execute(
        select(_beginning()).where(
            Passage.unit_id == unit_id,
            Passage.anchor == f"block-{block}",
            Passage.language == _COMPARED,
        )
    ).first()
    return "" if row is None else row[0][:BEGINNING]


def my_marks(
    account_id: int, language: str, words: Sequence[Word] = (), session: Session | None = None
) -> list[MarkRow]:
    """All of a person's marks in reading order, those with the words asked for; two statements."""
    reading = session or db.session()
    found = reading.execute(_all_of(account_id)).all()
    rows = [row for row in found if not words or weight(row.search, words)]
    beginnings = _beginnings(reading, {row.unit_id for row in rows if row.unit_id})
    return [_row(row, beginnings.get(row.unit_id, {}), language) for row in rows]


def _all_of(account_id: int) -> Select[*tuple[Any, ...]]:
    read = select(
        Mark.id, Mark.bookmarked, Mark.note, Mark.search, Mark.changed_at, Mark.block,
        Mark.heading, Mark.module_slug, Mark.unit_slug, Course.slug.label("course_slug"),
        Course.title.label("course_title"), Unit.id.label("unit_id"),
        Unit.title.label("unit_title"), Unit.position,
    )  # fmt: skip
    version = and_(
        CourseVersion.course_id == Mark.course_id,
        func.coalesce(
            CourseVersion.id == Enrolment.course_version_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        ),
    )
    mine = and_(Enrolment.course_id == Mark.course_id, Enrolment.account_id == account_id)
    return (
        read.select_from(Mark)
        .join(Course, Course.id == Mark.course_id)
        .outerjoin(Enrolment, mine)
        .outerjoin(CourseVersion, version)
        .outerjoin(
            Module,
            and_(Module.version_id == CourseVersion.id, Module.slug == Mark.module_slug),
        )
        .outerjoin(Unit, and_(Unit.module_id == Module.id, Unit.slug == Mark.unit_slug))
        .where(Mark.account_id == account_id)
        .order_by(Course.position, Course.id, Unit.position, Mark.unit_slug, Mark.block)
    )


def _beginning() -> Any:
    return Passage.title + " " + func.substr(Passage.text, 1, BEGINNING)


def _beginnings(session: Session, units: set[int]) -> Beginnings:
    found: dict[int, dict[str, dict[str, str]]] = {}
    rows = session.execute(
        select(Passage.unit_id, Passage.language, Passage.anchor, _beginning()).where(
            Passage.unit_id.in_(units), Passage.anchor.like("block-%")
        )
    )
    for unit_id, language, anchor, text in rows:
        found.setdefault(unit_id or 0, {}).setdefault(language, {})[anchor] = text[:BEGINNING]
    return found


def _row(row: AnyRow, beginnings: Mapping[str, Mapping[str, str]], language: str) -> MarkRow:
    anchor = _anchor_now(row.block, row.heading, beginnings.get(_COMPARED, {}))
    shown = readable(beginnings.get(language, {}).get(anchor, row.heading))
    if row.unit_title is not None:  # a block without a heading begins with its unit's
        shown = shown.removeprefix(f"{row.unit_title.shown(language).text} ")
    return MarkRow(
        row.id, row.bookmarked, row.note, row.changed_at, row.course_slug, row.course_title,
        row.module_slug, row.unit_slug, row.unit_title, row.position or 0, row.block, anchor,
        shown if row.block else "",
    )  # fmt: skip


def readable(beginning: str) -> str:
    """How a block begins, for people: cut after a word, and said to be."""
    if len(beginning) < BEGINNING:
        return beginning
    return f"{beginning.rpartition(' ')[0] or beginning} …"


def _anchor_now(block: int, heading: str, beginnings: Mapping[str, str]) -> str:
    """Where the block stands: at its place, or where its beginning moved to; else the unit."""
    if not block:
        return ""
    place = f"block-{block}"
    if not heading or beginnings.get(place) == heading:
        return place
    moved = next((anchor for anchor, text in beginnings.items() if text == heading), "")
    return moved or (place if place in beginnings else "")
