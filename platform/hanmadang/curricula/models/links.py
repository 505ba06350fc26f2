"""Which modules belong to which event."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check


class LinkRole(StrEnum):
    """How a module stands to an event."""

    LEAD_IN = "lead_in"
    FOLLOW_UP = "follow_up"


class ModuleLink(Base):
    """A module that prepares for an event, or carries on from it.

    The module is named by course and slug, so that the link outlives a new version of the course.
    """

    __tablename__ = "module_link"
    __table_args__ = (
        UniqueConstraint("event_id", "course_id", "module_slug", "role"),
        state_check("role", LinkRole),
        Index(None, "course_id", "module_slug"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    module_slug: Mapped[str]
    role: Mapped[str]
