"""The graph as it stands, and what its desk shows of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Answer, Question
from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.graph.specs import CompetencySpec, Graph, TopicSpec, ViewSpec
from hanmadang.curricula.models import ChangeState, GraphChange
from hanmadang.curricula.queries.shelf import Shelf, read_shelf
from hanmadang.kernel import vocabulary
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual

FEWEST_SHOWN = 10
"""A smaller number of answers is not told."""


def read_graph(session: Session) -> Graph:
    """Everything that was approved; four statements."""
    found = vocabulary.prerequisites(session)
    return Graph(
        {
            each.code: TopicSpec(each.code, each.position, *_pair(each.name))
            for each in vocabulary.topics(session)
        },
        {
            each.code: ViewSpec(each.code, *_pair(each.name), *_pair(each.description))
            for each in vocabulary.perspectives(session)
        },
        {
            each.code: _spec(each, found.get(each.code, vocabulary.NO_PREREQUISITES))
            for each in sorted(vocabulary.all_competencies(session), key=lambda row: row.code)
        },
    )


def _spec(each: vocabulary.Competency, stands_on: vocabulary.Prerequisites) -> CompetencySpec:
    return CompetencySpec(
        each.code, each.topic_code, *_pair(each.name), *_pair(each.description),
        each.importance, stands_on.needs, stands_on.helps, each.state, each.merged_into or "",
    )  # fmt: skip


def _pair(text: Bilingual) -> tuple[str, str]:
    return text.get("ko"), text.get("en")


@dataclass(frozen=True, slots=True)
class GraphRow:
    """A competency on the desk."""

    spec: CompetencySpec
    lessons: Sequence[CatalogueUnit] = ()
    """Those on offer that teach it, the strongest first."""
    questions: int = 0
    """In the lessons on offer."""
    answers: int = 0
    open_changes: Sequence[int] = ()
    """Proposals that wait for a decision and touch it."""

    @property
    def answers_shown(self) -> int | None:
        """None for a number under 10 that is not 0."""
        return None if 0 < self.answers < FEWEST_SHOWN else self.answers


@dataclass(frozen=True)
class GraphPage:
    """What the desk shows."""

    graph: Graph
    rows: Mapping[str, GraphRow] = field(default_factory=dict)

    def by_topic(self) -> list[tuple[TopicSpec, list[GraphRow]]]:
        """The competencies in use under their topics, in the topics' order."""
        topics = sorted(self.graph.topics.values(), key=lambda each: (each.position, each.code))
        found = [
            (topic, [row for row in self.rows.values()
                     if row.spec.topic == topic.code and row.spec.is_active])
            for topic in topics
        ]  # fmt: skip
        return [(topic, rows) for topic, rows in found if rows]

    def out_of_use(self) -> list[GraphRow]:
        """Those retired or merged."""
        return [row for row in self.rows.values() if not row.spec.is_active]


def graph_page(session: Session) -> GraphPage:
    """The graph with what teaches, asks and proposes; thirteen statements."""
    graph, shelf = read_graph(session), read_shelf(session, LANGUAGES[0])
    lessons, waiting = lessons_by_competency(shelf), open_changes(session)
    answers, questions = _answers(session, shelf), _questions(session, shelf)
    rows = {
        code: GraphRow(
            spec, lessons.get(code, ()), questions[code], answers[code], waiting.get(code, ())
        )
        for code, spec in graph.competencies.items()
    }
    return GraphPage(graph, rows)


def lessons_by_competency(shelf: Shelf) -> Mapping[str, Sequence[CatalogueUnit]]:
    """The lessons on offer that teach each competency, the strongest first."""
    found: dict[str, list[tuple[float, CatalogueUnit]]] = {}
    for unit in shelf.lessons.values():
        for code, strength in unit.teaches:
            found.setdefault(code, []).append((-strength, unit))
    return {
        code: [unit for _strength, unit in sorted(pairs, key=lambda pair: pair[0])]
        for code, pairs in found.items()
    }


def _answers(session: Session, shelf: Shelf) -> Counter[str]:
    rows = session.execute(
        select(Question.competency_code, func.count())
        .join(Answer, Answer.question_id == Question.id)
        .group_by(Question.competency_code)
    )
    return _counted(rows, shelf)


def _questions(session: Session, shelf: Shelf) -> Counter[str]:
    rows = session.execute(
        select(Question.competency_code, func.count())
        .where(Question.unit_id.in_(shelf.lessons))
        .group_by(Question.competency_code)
    )
    return _counted(rows, shelf)


def _counted(rows: Iterable[Any], shelf: Shelf) -> Counter[str]:
    """By the competency that each counts for."""
    found: Counter[str] = Counter()
    for code, number in rows:
        found[shelf.counts_for(code)] += number
    return found


def open_changes(session: Session) -> Mapping[str, Sequence[int]]:
    """Proposals that wait, by the competency they touch."""
    rows = session.execute(
        select(GraphChange.id, GraphChange.after)
        .where(GraphChange.state == ChangeState.PROPOSED.value)
        .order_by(GraphChange.id)
    )
    found: dict[str, list[int]] = {}
    for change_id, after in rows:
        for code in touched(after):
            found.setdefault(code, []).append(change_id)
    return found


def touched(after: Mapping[str, Any]) -> list[str]:
    """The codes of the competencies that a change is about."""
    return sorted(after.get("competencies", {}))
