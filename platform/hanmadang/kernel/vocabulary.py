"""The words that join rooms: topics and competencies.

A poll question *asks for* a competency, a unit *teaches* one, a plan *needs* one. They live
here so that polls and courses can both point at them without knowing each other.
"""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, db


class Topic(Base):
    """What something is about; interests are counted by topic."""

    __tablename__ = "topic"

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Bilingual]


class Competency(Base):
    """Something a person can come to know; mastery is estimated per competency."""

    __tablename__ = "competency"
    __table_args__ = (CheckConstraint("importance > 0 AND importance <= 1", name="importance"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"))
    name: Mapped[Bilingual]
    importance: Mapped[float] = mapped_column(default=0.5)


class CompetencyNeed(Base):
    """`competency` cannot be understood before `needs` (a hard prerequisite)."""

    __tablename__ = "competency_need"

    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"), primary_key=True)
    needs_code: Mapped[str] = mapped_column(ForeignKey("competency.code"), primary_key=True)


def topics(session: Session | None = None) -> Sequence[Topic]:
    """Every topic in its order."""
    return (session or db.session()).scalars(select(Topic).order_by(Topic.position)).all()


def competencies(session: Session | None = None) -> Sequence[Competency]:
    """Every competency, by topic and code."""
    order = (Competency.topic_code, Competency.code)
    return (session or db.session()).scalars(select(Competency).order_by(*order)).all()
