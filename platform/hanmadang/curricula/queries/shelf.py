"""All that can be learned, for the engine and for the pages that name it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit, without_captions
from hanmadang.courses.queries import catalogue as units_on_offer
from hanmadang.curricula.engine.inputs import Catalogue, Competency, Needs, Unit
from hanmadang.kernel import vocabulary
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.vocabulary import CompetencyNeed


@dataclass(frozen=True)
class Shelf:
    """The published lessons and the words they are described with, for readers of a language."""

    language: str
    lessons: Mapping[int, CatalogueUnit]
    competencies: Mapping[str, Bilingual]
    importance: Mapping[str, float]
    needs: Mapping[str, Needs]
    """By competency: of each group one is enough, and each group must be met."""
    topics: Mapping[str, Bilingual]
    unheard: frozenset[int] = frozenset()
    """Lessons that cannot be followed without hearing; looked up only for those who ask."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """The engine's view: minutes and availability in this language."""
        known = tuple(
            Competency(code, self.importance[code], self.needs.get(code, ()))
            for code in sorted(self.competencies)
        )
        return Catalogue(known, tuple(self._unit(lesson) for lesson in self.lessons.values()))

    def minutes(self, lesson: CatalogueUnit) -> int:
        """How long it takes in this language."""
        return lesson.minutes[self.language]

    @cached_property
    def modules(self) -> Mapping[tuple[int, str], tuple[CatalogueUnit, ...]]:
        """The lessons of each module, by course and module slug, in reading order."""
        found = defaultdict(list)
        for lesson in self.lessons.values():
            found[lesson.course_id, lesson.module_slug].append(lesson)
        return {place: tuple(lessons) for place, lessons in found.items()}

    def _unit(self, lesson: CatalogueUnit) -> Unit:
        taught = {code for code, _strength in lesson.teaches}
        groups = {group for code in taught for group in self.needs.get(code, ())}
        groups |= {(code,) for code in lesson.needs}
        view = lesson.perspective
        return Unit(
            lesson.unit_id,
            self.minutes(lesson),
            lesson.topics,
            lesson.teaches,
            tuple(sorted(group for group in groups if taught.isdisjoint(group))),
            perspective=view.get(view.source) if view else "",
            available=bool(lesson.title.get(self.language)),
            captioned=lesson.unit_id not in self.unheard,
        )


def read_shelf(session: Session, language: str, *, captions: bool = False) -> Shelf:
    """Everything on offer; five statements, and one more where `captions` matter."""
    competencies = vocabulary.competencies(session)
    needs = defaultdict(list)
    for row in session.execute(
        select(CompetencyNeed.competency_code, CompetencyNeed.needs_code).order_by(
            CompetencyNeed.needs_code
        )
    ):
        needs[row.competency_code].append((row.needs_code,))
    return Shelf(
        language,
        {lesson.unit_id: lesson for lesson in units_on_offer(session)},
        {found.code: found.name for found in competencies},
        {found.code: found.importance for found in competencies},
        {code: tuple(groups) for code, groups in needs.items()},
        {topic.code: topic.name for topic in vocabulary.topics(session)},
        without_captions(session, language) if captions else frozenset(),
    )
