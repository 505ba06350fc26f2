"""Topics, viewpoints and competencies as values, and their stored form in proposals and files."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from hanmadang.kernel.vocabulary import CompetencyState

ACTIVE = CompetencyState.ACTIVE.value
RETIRED = CompetencyState.RETIRED.value
MERGED = CompetencyState.MERGED.value
Groups = tuple[tuple[str, ...], ...]
Document = Mapping[str, Mapping[str, dict[str, Any] | None]]
"""Some of the graph, as stored: `{part: {code: fields, or null where there is none}}`."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic."""

    code: str
    position: int = 0
    name_ko: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A viewpoint that lessons may argue from."""

    code: str
    name_ko: str = ""
    name_en: str = ""
    about_ko: str = ""
    about_en: str = ""


@dataclass(frozen=True, slots=True)
class CompetencySpec:
    """A competency with everything that was reviewed of it."""

    code: str
    topic: str = ""
    name_ko: str = ""
    name_en: str = ""
    about_ko: str = ""
    about_en: str = ""
    importance: float = 0.5
    needs: Groups = ()
    """One of each inner tuple must be known before."""
    helps: tuple[str, ...] = ()
    """What makes it easier."""
    state: str = ACTIVE
    merged_into: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it is in use."""
        return self.state == ACTIVE

    def before(self) -> Iterator[str]:
        """Every competency it stands on, hard or soft."""
        for group in self.needs:
            yield from group
        yield from self.helps

    def tidy(self) -> "CompetencySpec":
        """The same in one order, without groups that another one meets; none where out of use."""
        if not self.is_active:
            return replace(self, needs=(), helps=())
        groups = {frozenset(group) for group in self.needs if group}
        least = {tuple(sorted(g)) for g in groups if not any(other < g for other in groups)}
        return replace(self, needs=tuple(sorted(least)), helps=tuple(sorted(set(self.helps))))

    def without(self, code: str, instead: str = "") -> "CompetencySpec":
        """The same with `instead` wherever it stood on `code`; without it, where that is empty."""

        def swap(codes: tuple[str, ...]) -> tuple[str, ...]:
            found = (instead if each == code else each for each in codes)
            return tuple(each for each in found if each and each != self.code)

        needs = tuple(swap(group) for group in self.needs)
        hard = {each for group in needs for each in group}
        helps = tuple(each for each in swap(self.helps) if each not in hard)
        return replace(self, needs=needs, helps=helps).tidy()


Spec = TypeVar("Spec", TopicSpec, ViewSpec, CompetencySpec)
TOPICS, VIEWS, COMPETENCIES = "topics", "viewpoints", "competencies"
PARTS = (TOPICS, VIEWS, COMPETENCIES)


@dataclass(frozen=True)
class Graph:
    """The whole vocabulary, each part by code."""

    topics: Mapping[str, TopicSpec] = field(default_factory=dict)
    viewpoints: Mapping[str, ViewSpec] = field(default_factory=dict)
    competencies: Mapping[str, CompetencySpec] = field(default_factory=dict)

    def active(self) -> Mapping[str, CompetencySpec]:
        """The competencies in use."""
        return {code: each for code, each in self.competencies.items() if each.is_active}

    def part(self, named: Document) -> Document:
        """What stands at the places that `named` names."""
        return {
            part: {code: _stored(getattr(self, part).get(code)) for code in codes}
            for part, codes in named.items()
            if codes
        }

    def whole(self) -> Document:
        """Everything, as stored."""
        return {
            part: {code: stored_form(each) for code, each in getattr(self, part).items()}
            for part in PARTS
        }

    def after(self, change: Document) -> "Graph":
        """The graph with these places filled anew; null takes one away."""
        return Graph(
            _after(self.topics, change.get(TOPICS, {}), topic_of),
            _after(self.viewpoints, change.get(VIEWS, {}), view_of),
            _after(self.competencies, change.get(COMPETENCIES, {}), competency_of),
        )

    def users_of(self, code: str) -> list[CompetencySpec]:
        """The competencies in use that stand on this one."""
        return [each for each in self.active().values() if code in each.before()]


def topic_of(stored: Mapping[str, Any]) -> TopicSpec:
    """A topic from its stored form."""
    return TopicSpec(**stored)


def view_of(stored: Mapping[str, Any]) -> ViewSpec:
    """A viewpoint from its stored form."""
    return ViewSpec(**stored)


def competency_of(stored: Mapping[str, Any]) -> CompetencySpec:
    """A competency from its stored form, where groups are lists."""
    needs = tuple(tuple(group) for group in stored.get("needs", ()))
    lists = {"needs": needs, "helps": tuple(stored.get("helps", ()))}
    return CompetencySpec(**{**stored, **lists}).tidy()


def stored_form(each: TopicSpec | ViewSpec | CompetencySpec) -> dict[str, Any]:
    """The fields as JSON keeps them: lists instead of tuples."""
    fields = asdict(each)
    if isinstance(each, CompetencySpec):
        fields |= {"needs": [list(group) for group in each.needs], "helps": list(each.helps)}
    return fields


def mark_of(document: Document) -> str:
    """The same for the same contents: forms carry it, to notice what changed meanwhile."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _stored(each: TopicSpec | ViewSpec | CompetencySpec | None) -> dict[str, Any] | None:
    return None if each is None else stored_form(each)


def _after(now: Mapping[str, Spec], change: Mapping[str, Any], read: Any) -> dict[str, Spec]:
    found = {**now, **{code: read(each) for code, each in change.items() if each is not None}}
    gone = {code for code, each in change.items() if each is None}
    return {code: found[code] for code in sorted(found) if code not in gone}
