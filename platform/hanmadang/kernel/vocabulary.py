"""The words that join rooms: topics, competencies and viewpoints.

A poll question *asks for* a competency, a unit *teaches* one, a plan *needs* one. They live
here so that polls and courses can both point at them without knowing each other. What stands
here was reviewed: the room of curricula changes it, one editor proposing and another approving.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, db, state_check


class Topic(Base):
    """What something is about; interests are counted by topic."""

    __tablename__ = "topic"

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Bilingual]


class Perspective(Base):
    """A viewpoint that units may argue from; a unit names it by its name in any language."""

    __tablename__ = "perspective"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[Bilingual]
    description: Mapped[Bilingual] = mapped_column(default=Bilingual)


class CompetencyState(StrEnum):
    """Where a competency stands. Its code is never given to another."""

    ACTIVE = "active"
    RETIRED = "retired"
    MERGED = "merged"


class Competency(Base):
    """Something a person can come to know; mastery is estimated per competency."""

    __tablename__ = "competency"
    __table_args__ = (
        CheckConstraint("importance > 0 AND importance <= 1", name="importance"),
        state_check("state", CompetencyState),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_into_known"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"))
    name: Mapped[Bilingual]
    description: Mapped[Bilingual] = mapped_column(default=Bilingual)
    importance: Mapped[float] = mapped_column(default=0.5)
    state: Mapped[str] = mapped_column(default=CompetencyState.ACTIVE.value)
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("competency.code"))
    """The competency that what is said of this one now counts for."""


COUNTS_FOR = func.coalesce(Competency.merged_into, Competency.code)
"""In SQL: the code that counts for a competency which is not retired. The graph sees to it that
nothing is merged into what is out of use."""
IS_USED = Competency.state != CompetencyState.RETIRED.value


class NeedKind(StrEnum):
    """How strongly one competency stands on another."""

    NEEDS = "needs"
    HELPS = "helps"


class CompetencyNeed(Base):
    """`competency` stands on `needs`: it cannot be understood before, or is easier after.

    All hard prerequisites hold together; those that share a `choice` are alternatives.
    """

    __tablename__ = "competency_need"
    __table_args__ = (
        state_check("kind", NeedKind),
        CheckConstraint("choice >= 0 AND (kind = 'needs' OR choice = 0)", name="choice"),
        CheckConstraint("competency_code <> needs_code", name="not_itself"),
    )

    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"), primary_key=True)
    needs_code: Mapped[str] = mapped_column(ForeignKey("competency.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(default=NeedKind.NEEDS.value)
    choice: Mapped[int] = mapped_column(default=0)
    """0: needed by itself; otherwise the number of the group of which one is enough."""


class GraphHead(Base):
    """One row: how often the graph was changed. Whoever changes it holds this row."""

    __tablename__ = "graph_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changes: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """What a competency stands on: one of each inner tuple, and what helps; sorted."""

    needs: tuple[tuple[str, ...], ...] = ()
    helps: tuple[str, ...] = ()


NO_PREREQUISITES = Prerequisites()


def topics(session: Session | None = None) -> Sequence[Topic]:
    """Every topic in its order."""
    return (session or db.session()).scalars(select(Topic).order_by(Topic.position)).all()


def competencies(session: Session | None = None) -> Sequence[Competency]:
    """Every competency in use, by topic and code."""
    active = Competency.state == CompetencyState.ACTIVE.value
    order = (Competency.topic_code, Competency.code)
    return (
        (session or db.session()).scalars(select(Competency).where(active).order_by(*order)).all()
    )


def all_competencies(session: Session) -> Sequence[Competency]:
    """Those retired and merged too: old answers and lessons still name them."""
    return session.scalars(
        select(Competency).order_by(Competency.topic_code, Competency.code)
    ).all()


def is_active(competency: Competency) -> bool:
    """Whether it is in use."""
    return competency.state == CompetencyState.ACTIVE.value


def perspectives(session: Session) -> Sequence[Perspective]:
    """The reviewed viewpoints, by code."""
    return session.scalars(select(Perspective).order_by(Perspective.code)).all()


def prerequisites(session: Session) -> Mapping[str, Prerequisites]:
    """What each competency stands on, by code; one statement. Those on nothing are left out."""
    rows = session.execute(
        select(
            CompetencyNeed.competency_code, CompetencyNeed.needs_code,
            CompetencyNeed.kind, CompetencyNeed.choice,
        ).order_by(CompetencyNeed.competency_code, CompetencyNeed.needs_code)
    )  # fmt: skip
    found: dict[str, list[tuple[str, str, int]]] = {}
    for code, need, kind, choice in rows:
        found.setdefault(code, []).append((need, kind, choice))
    return {code: _grouped(edges) for code, edges in found.items()}


def _grouped(edges: Iterable[tuple[str, str, int]]) -> Prerequisites:
    groups: dict[object, list[str]] = {}
    helps = []
    for need, kind, choice in edges:
        if kind == NeedKind.HELPS.value:
            helps.append(need)
        else:
            groups.setdefault(choice or need, []).append(need)
    return Prerequisites(tuple(sorted(tuple(group) for group in groups.values())), tuple(helps))


def successors(found: Iterable[Competency]) -> Mapping[str, str]:
    """For each competency that was merged: the one it counts for now."""
    into = {each.code: each.merged_into for each in found if each.merged_into}
    return {code: _last(code, into) for code in into}


def _last(code: str, into: Mapping[str, str]) -> str:
    passed = {code}
    while code in into and into[code] not in passed:
        code = into[code]
        passed.add(code)
    return code
