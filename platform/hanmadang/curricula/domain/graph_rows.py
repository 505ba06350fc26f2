"""Writing the approved graph into its tables."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hanmadang.curricula.graph.specs import (
    COMPETENCIES,
    TOPICS,
    VIEWS,
    CompetencySpec,
    Document,
    Graph,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.vocabulary import Competency, CompetencyNeed, NeedKind, Perspective, Topic


def store_graph(session: Session, places: Document, graph: Graph) -> None:
    """Make the rows at these places what the graph says; the caller has checked it."""
    for code in places.get(TOPICS, {}):
        topic = graph.topics[code]
        row = session.get(Topic, code) or Topic(code=code, name=Bilingual())
        row.position, row.name = topic.position, _said(row.name, topic.name_ko, topic.name_en)
        session.add(row)
    _store_viewpoints(session, places.get(VIEWS, {}), graph)
    session.flush()
    found = {code: graph.competencies[code] for code in places.get(COMPETENCIES, {})}
    merged = {code: each for code, each in found.items() if each.merged_into}
    for each in (*(found[code] for code in found if code not in merged), *merged.values()):
        _store_competency(session, each)
        session.flush()
    _store_edges(session, found)


def _store_viewpoints(session: Session, places: Mapping[str, Any], graph: Graph) -> None:
    for code in places:
        row, view = session.get(Perspective, code), graph.viewpoints.get(code)
        if view is None:
            session.execute(delete(Perspective).where(Perspective.code == code))
            continue
        row = row or Perspective(code=code, name=Bilingual(), description=Bilingual())
        row.name = _said(row.name, view.name_ko, view.name_en)
        row.description = _said(row.description, view.about_ko, view.about_en)
        session.add(row)


def _store_competency(session: Session, each: CompetencySpec) -> None:
    row = session.get(Competency, each.code) or Competency(
        code=each.code, name=Bilingual(), description=Bilingual()
    )
    row.topic_code, row.importance = each.topic, each.importance
    row.name = _said(row.name, each.name_ko, each.name_en)
    row.description = _said(row.description, each.about_ko, each.about_en)
    row.state, row.merged_into = each.state, each.merged_into or None
    session.add(row)


def _store_edges(session: Session, found: Mapping[str, CompetencySpec]) -> None:
    session.execute(delete(CompetencyNeed).where(CompetencyNeed.competency_code.in_(found)))
    for code, each in found.items():
        for number, group in enumerate(each.needs, 1):
            choice = number if len(group) > 1 else 0
            session.add_all(
                CompetencyNeed(competency_code=code, needs_code=need, choice=choice)
                for need in group
            )
        session.add_all(
            CompetencyNeed(competency_code=code, needs_code=need, kind=NeedKind.HELPS.value)
            for need in each.helps
        )
    session.flush()


def _said(before: Bilingual, korean: str, english: str) -> Bilingual:
    if not before:
        return Bilingual.of(ko=korean, en=english)
    after = before.with_text("ko", korean).with_text("en", english)
    return after.confirmed("en" if after.source == "ko" else "ko") if korean and english else after
