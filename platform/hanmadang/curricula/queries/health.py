"""Catalogue health: what is missing or stands alone, each with the place where it is mended."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Block,
    BlockKind,
    CourseVersion,
    Question,
    Unit,
    UnitCompetency,
    UnitNeed,
    UnitProgress,
    VersionState,
)
from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.engine.inputs import Catalogue
from hanmadang.curricula.graph.specs import Graph
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.curricula.queries.shelf import Shelf, read_shelf
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual

SETTLED = timedelta(days=30)
"""How long a version must have been on offer before a lesson without readers is worth a look."""
_PUBLISHED = CourseVersion.state == VersionState.PUBLISHED.value


class Ill(StrEnum):
    """What may be wrong, the gravest first."""

    UNREACHABLE = "unreachable"
    UNTAUGHT_NEED = "untaught_need"
    NO_UNIT = "no_unit"
    ONE_SIDED = "one_sided"
    LANGUAGE = "language"
    CAPTIONS = "captions"
    NO_QUESTION = "no_question"
    ONE_UNIT = "one_unit"
    OLD_WORD = "old_word"
    UNLISTED = "unlisted"
    UNTAKEN = "untaken"


@dataclass(frozen=True, slots=True)
class IllRow:
    """One finding: about a competency, or about a lesson."""

    ill: Ill
    competency: str = ""
    unit: CatalogueUnit | None = None
    codes: tuple[str, ...] = ()
    """Competencies it speaks of."""
    languages: tuple[str, ...] = ()
    said: Bilingual | None = None
    """The viewpoint it speaks of."""


@dataclass(frozen=True, slots=True)
class HealthPage:
    """Everything that was found."""

    graph: Graph
    rows: Sequence[IllRow]

    def by_ill(self) -> Mapping[Ill, list[IllRow]]:
        """The findings by kind, the gravest first; kinds without any are left out."""
        found = {ill: [row for row in self.rows if row.ill is ill] for ill in Ill}
        return {ill: rows for ill, rows in found.items() if rows}


def health_page(session: Session, now: datetime) -> HealthPage:
    """Look at everything on offer; sixteen statements, however much there is."""
    graph, shelf = read_graph(session), read_shelf(session, LANGUAGES[0])
    rows = [
        *_of_competencies(session, graph, shelf),
        *_of_needs(shelf),
        *_of_viewpoints(graph, shelf.lessons.values()),
        *_of_texts(session, shelf),
        *_of_old_words(session, graph, shelf),
        *_of_readers(session, shelf, now),
    ]
    return HealthPage(graph, rows)


def _of_competencies(session: Session, graph: Graph, shelf: Shelf) -> Iterator[IllRow]:
    taught = Counter(code for each in shelf.lessons.values() for code, _s in each.teaches)
    asked = {
        shelf.counts_for(code)
        for code in session.scalars(
            select(Question.competency_code).where(Question.unit_id.in_(shelf.lessons)).distinct()
        )
    }
    for code in graph.active():
        if taught[code] < 2:  # noqa: PLR2004 (none, or a single one)
            yield IllRow(Ill.ONE_UNIT if taught[code] else Ill.NO_UNIT, code)
        if code not in asked:
            yield IllRow(Ill.NO_QUESTION, code)


def _of_needs(shelf: Shelf) -> Iterator[IllRow]:
    """Lessons that need what nobody teaches; and those that hang on such lessons."""
    taught = {code for each in shelf.lessons.values() for code, _s in each.teaches}
    reachable = _reachable(shelf.catalogue)
    for unit in shelf.catalogue.units:
        open_groups = [group for group in unit.needs if taught.isdisjoint(group)]
        codes = tuple(sorted({code for group in open_groups for code in group}))
        if codes:
            yield IllRow(Ill.UNTAUGHT_NEED, unit=shelf.lessons[unit.id], codes=codes)
        elif unit.id not in reachable:
            yield IllRow(Ill.UNREACHABLE, unit=shelf.lessons[unit.id])


def _reachable(catalogue: Catalogue) -> set[int]:
    """The lessons that somebody who knows nothing can come to, one after the other."""
    known: set[str] = set()
    passed: set[int] = set()
    grew = True
    while grew:
        ready = [
            unit
            for unit in catalogue.units
            if unit.id not in passed and all(not known.isdisjoint(group) for group in unit.needs)
        ]
        passed |= {unit.id for unit in ready}
        known |= {code for unit in ready for code in unit.taught()}
        grew = bool(ready)
    return passed


def _of_viewpoints(graph: Graph, lessons: Iterable[CatalogueUnit]) -> Iterator[IllRow]:
    """Lessons that argue from one side where no other side speaks, or from one not on the list."""
    arguing = [each for each in lessons if each.perspective]
    for each in arguing:
        mine = viewpoint_of(each, graph)
        others = (
            other
            for other in arguing
            if set(other.topics) & set(each.topics) and viewpoint_of(other, graph) != mine
        )
        if next(others, None) is None:
            yield IllRow(Ill.ONE_SIDED, unit=each, said=each.perspective)
        if mine not in graph.viewpoints:
            yield IllRow(Ill.UNLISTED, unit=each, said=each.perspective)


def viewpoint_of(lesson: CatalogueUnit, graph: Graph) -> str:
    """The code of the viewpoint on the list that the lesson names; else the name itself."""
    named = lesson.perspective
    if named is None:
        return ""
    for code, view in graph.viewpoints.items():
        if named.get("ko") == view.name_ko or named.get("en") == view.name_en:
            return code
    return named.get(named.source)


def units_by_viewpoint(session: Session, graph: Graph) -> Mapping[str, int]:
    """How many lessons on offer argue from each viewpoint."""
    lessons = read_shelf(session, LANGUAGES[0]).lessons.values()
    return Counter(viewpoint_of(each, graph) for each in lessons if each.perspective)


def _of_texts(session: Session, shelf: Shelf) -> Iterator[IllRow]:
    lacking: dict[int, set[str]] = {
        unit_id: set(each.title.missing()) for unit_id, each in shelf.lessons.items()
    }
    uncaptioned: dict[int, set[str]] = {}
    on_offer = Block.unit_id.in_(shelf.lessons)
    for unit_id, kind, content in session.execute(
        select(Block.unit_id, Block.kind, Block.content).where(on_offer)
    ):
        whole = dict(content)
        if kind == BlockKind.VIDEO.value:
            captions = whole.pop("captions", None) or {}
            missing = {name for name in LANGUAGES if not captions.get(name)}
            uncaptioned.setdefault(unit_id, set()).update(missing)
        lacking[unit_id] |= set(_missing(whole))
    for unit_id, text in session.execute(
        select(Question.unit_id, Question.text).where(Question.unit_id.in_(shelf.lessons))
    ):
        lacking[unit_id] |= set(text.missing())
    for ill, found in ((Ill.LANGUAGE, lacking), (Ill.CAPTIONS, uncaptioned)):
        for unit_id, names in found.items():
            if names:
                missing_in = tuple(name for name in LANGUAGES if name in names)
                yield IllRow(ill, unit=shelf.lessons[unit_id], languages=missing_in)


def _missing(content: Any) -> Iterator[str]:
    """The languages in which some text of a block is missing."""
    if isinstance(content, dict):
        if content and set(content) <= set(LANGUAGES):
            yield from (name for name in LANGUAGES if not content.get(name))
        else:
            for each in content.values():
                yield from _missing(each)
    elif isinstance(content, list):
        for each in content:
            yield from _missing(each)


def _of_old_words(session: Session, graph: Graph, shelf: Shelf) -> Iterator[IllRow]:
    """Lessons that name a competency out of use; what was merged counts for its successor."""
    out = [code for code, each in graph.competencies.items() if not each.is_active]
    for model in (UnitCompetency, UnitNeed):
        rows = session.execute(
            select(model.unit_id, model.competency_code).where(
                model.competency_code.in_(out), model.unit_id.in_(shelf.lessons)
            )
        )
        for unit_id, code in rows:
            yield IllRow(Ill.OLD_WORD, unit=shelf.lessons[unit_id], codes=(code,))


def _of_readers(session: Session, shelf: Shelf, now: datetime) -> Iterator[IllRow]:
    begun = exists().where(UnitProgress.unit_id == Unit.id)
    for unit_id in session.scalars(
        select(Unit.id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(_PUBLISHED, CourseVersion.published_at < now - SETTLED, ~begun)
        .order_by(Unit.id)
    ):
        if unit_id in shelf.lessons:
            yield IllRow(Ill.UNTAKEN, unit=shelf.lessons[unit_id])
