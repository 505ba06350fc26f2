"""Reads of the question bank: found by words, competency and kind, with where each is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import BankEntry, BankUse, Course, DraftModule, DraftUnit
from hanmadang.courses.rules_authoring import editable_by
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.text import like_pattern
from hanmadang.kernel.vocabulary import Competency
from hanmadang.people.models import Institution

MOST = 50
MOST_OUT = 1_000
"""Questions in one file that leaves."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in the bank's list."""

    id: int
    kind: str
    text: Bilingual
    competency: Bilingual
    institution: Bilingual | None
    uses: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a unit's question came from."""

    entry_id: int
    changed: bool
    """Whether the entry reads differently now."""


@dataclass(frozen=True, slots=True)
class Use:
    """A unit into which an entry was copied."""

    unit_id: int
    course: Bilingual
    slug: str
    changed: bool


def entries(
    session: Session, words: str = "", competency: str = "", kind: str = ""
) -> list[EntryRow]:
    """Entries that hold these words, the newest first; 50 at most."""
    uses = select(BankUse.entry_id, func.count().label("n")).group_by(BankUse.entry_id).subquery()
    found = (
        select(BankEntry, Competency.name, Institution.name, func.coalesce(uses.c.n, 0))
        .join(Competency, Competency.code == BankEntry.competency_code)
        .outerjoin(Institution, Institution.id == BankEntry.institution_id)
        .outerjoin(uses, uses.c.entry_id == BankEntry.id)
    )
    asked = _asked(words, competency, kind)
    rows = session.execute(found.where(*asked).order_by(BankEntry.id.desc()).limit(MOST))
    return [
        EntryRow(each.id, each.kind, each.text, what, house, used, each.updated_at)
        for each, what, house, used in rows
    ]


def contents(
    session: Session, words: str = "", competency: str = "", kind: str = ""
) -> Sequence[tuple[int, Bilingual, Mapping[str, Any]]]:
    """(id, what it asks for, its file form) of the same entries; `MOST_OUT` at most."""
    found = (
        select(BankEntry.id, Competency.name, BankEntry.content)
        .join(Competency, Competency.code == BankEntry.competency_code)
        .where(*_asked(words, competency, kind))
        .order_by(BankEntry.id.desc())
        .limit(MOST_OUT)
    )
    return [(id_, name, content) for id_, name, content in session.execute(found)]


def _asked(words: str, competency: str, kind: str) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if words:
        asked.append(BankEntry.search.like(like_pattern(words), escape="!"))
    if competency:
        asked.append(BankEntry.competency_code == competency)
    if kind:
        asked.append(BankEntry.kind == kind)
    return asked


def uses_of(session: Session, viewer: Viewer, entry: BankEntry) -> Sequence[Use]:
    """The units that took this entry, of courses this viewer writes."""
    rows = session.execute(
        select(DraftUnit.id, Course.title, DraftUnit.slug, BankUse.content_hash)
        .join(DraftUnit, DraftUnit.id == BankUse.unit_id)
        .join(DraftModule, DraftModule.id == DraftUnit.module_id)
        .join(Course, Course.id == DraftModule.course_id)
        .where(BankUse.entry_id == entry.id, editable_by(viewer))
        .order_by(DraftUnit.id)
    )
    return [Use(id_, title, slug, mark != entry.content_hash) for id_, title, slug, mark in rows]


def origins_of(session: Session, unit_id: int) -> dict[str, Origin]:
    """By question, the entry it was taken from."""
    rows = session.execute(
        select(BankUse.question, BankUse.entry_id, BankUse.content_hash, BankEntry.content_hash)
        .join(BankEntry, BankEntry.id == BankUse.entry_id)
        .where(BankUse.unit_id == unit_id)
    )
    return {slug: Origin(entry, taken != now) for slug, entry, taken, now in rows}
