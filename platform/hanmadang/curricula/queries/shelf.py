"""All that can be learned, for the engine and for the pages that name it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit, core_for, without_captions
from hanmadang.courses.queries import catalogue as units_on_offer
from hanmadang.curricula.engine.inputs import Catalogue, Competency, Learner, Unit
from hanmadang.kernel import vocabulary
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.vocabulary import NO_PREREQUISITES, Prerequisites


@dataclass(frozen=True)
class Shelf:
    """The published lessons and the words they are described with, for readers of a language."""

    language: str
    lessons: Mapping[int, CatalogueUnit]
    competencies: Mapping[str, Bilingual]
    """Names, of those out of use too: old answers still speak of them."""
    importance: Mapping[str, float]
    """Of those in use."""
    stands_on: Mapping[str, Prerequisites]
    topics: Mapping[str, Bilingual]
    merged: Mapping[str, str] = field(default_factory=dict)
    """For each competency that was merged: the one it counts for."""
    unheard: frozenset[int] = frozenset()
    """Lessons that cannot be followed without hearing; looked up only for those who ask."""
    core: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """For each lesson that partners hold to be core: their names, sorted."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """The engine's view: minutes and availability in this language."""
        known = tuple(self._competency(code) for code in sorted(self.importance))
        return Catalogue(known, tuple(self._unit(lesson) for lesson in self.lessons.values()))

    def counts_for(self, code: str) -> str:
        """The competency that answers on this one count for; empty for one that is retired."""
        code = self.merged.get(code, code)
        return code if code in self.importance else ""

    def told_as(self, code: str) -> str:
        """The same for figures that are told on: one that is retired keeps its own name."""
        return self.counts_for(code) or code

    def as_of_now(self, learner: Learner) -> Learner:
        """The learner with answers on merged competencies as what they are now."""
        knowledge = (
            replace(piece, competency=self.counts_for(piece.competency))
            for piece in learner.knowledge
        )
        claims = {self.counts_for(code) for code in learner.known_claims} - {""}
        return replace(
            learner,
            knowledge=tuple(sorted(piece for piece in knowledge if piece.competency)),
            known_claims=tuple(sorted(claims)),
        )

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

    def _competency(self, code: str) -> Competency:
        found = self.stands_on.get(code, NO_PREREQUISITES)
        return Competency(code, self.importance[code], found.needs, found.helps)

    def _unit(self, lesson: CatalogueUnit) -> Unit:
        taught = {code for code, _strength in lesson.teaches}
        groups = {group for code in taught for group in self._competency(code).needs}
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
            core=self.core.get(lesson.unit_id, ()),
        )


def read_shelf(session: Session, language: str, *, captions: bool = False) -> Shelf:
    """Everything on offer; six statements, and one more where `captions` matter."""
    found = vocabulary.all_competencies(session)
    shelf = Shelf(
        language,
        {},
        {each.code: each.name for each in found},
        {each.code: each.importance for each in found if vocabulary.is_active(each)},
        vocabulary.prerequisites(session),
        {topic.code: topic.name for topic in vocabulary.topics(session)},
        vocabulary.successors(found),
        without_captions(session, language) if captions else frozenset(),
        {
            unit_id: tuple(sorted(name.shown(language).text for name in names))
            for unit_id, names in core_for(session).items()
        },
    )
    lessons = (_in_use(lesson, shelf) for lesson in units_on_offer(session))
    return replace(shelf, lessons={lesson.unit_id: lesson for lesson in lessons})


def _in_use(lesson: CatalogueUnit, shelf: Shelf) -> CatalogueUnit:
    """The lesson with merged competencies as what they are now, without those retired."""
    named = {code for code, _strength in lesson.teaches} | set(lesson.needs)
    if named <= set(shelf.importance):
        return lesson
    teaches: dict[str, float] = {}
    for code, strength in lesson.teaches:
        if now := shelf.counts_for(code):
            teaches[now] = max(strength, teaches.get(now, 0.0))
    needs = {shelf.counts_for(code) for code in lesson.needs} - {""}
    return replace(lesson, teaches=tuple(sorted(teaches.items())), needs=tuple(sorted(needs)))
