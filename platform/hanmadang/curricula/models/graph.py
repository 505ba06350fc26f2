"""Proposed changes of the competency graph, and what counted answers suggest about its edges."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.curricula.graph.figures import FEWEST_IN_CELL, FEWEST_PEOPLE, Doubt
from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class ChangeState(StrEnum):
    """Where a proposed change stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


CHANGE_STEPS = Machine(
    {
        ChangeState.PROPOSED: frozenset(
            {ChangeState.APPROVED, ChangeState.REJECTED, ChangeState.WITHDRAWN}
        )
    }
)
"""Only a proposal can be decided, and only once."""


class ChangeKind(StrEnum):
    """What a change does, for those who read the history."""

    ADD = "add"
    EDIT = "edit"
    MERGE = "merge"
    RETIRE = "retire"
    RESTORE = "restore"
    VIEWPOINTS = "viewpoints"
    IMPORT = "import"
    UNDO = "undo"


class GraphChange(Base):
    """A change that one editor proposed; it counts once another has approved it."""

    __tablename__ = "graph_change"
    __table_args__ = (
        state_check("state", ChangeState),
        state_check("kind", ChangeKind),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_at_known"),
        CheckConstraint(
            "state <> 'approved' OR author_id IS NULL OR decided_by IS NULL"
            " OR author_id <> decided_by",
            name="four_eyes",
        ),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=ChangeState.PROPOSED.value)
    before: Mapped[dict[str, Any]]
    """What stood there when it was proposed: `{part: {code: fields, or null}}`."""
    after: Mapped[dict[str, Any]]
    note: Mapped[str]
    """Why, in the author's words."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """None once the account is erased."""
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    """The reviewer's words."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("graph_change.id"))


class SuggestionState(StrEnum):
    """Where a suggestion stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


SUGGESTION_STEPS = Machine(
    {SuggestionState.OPEN: frozenset({SuggestionState.ACCEPTED, SuggestionState.DISMISSED})}
)
"""A dismissed suggestion is never made again."""


class EdgeSuggestion(Base):
    """An edge that answers speak for or against. Numbers under 10 are never stored."""

    __tablename__ = "edge_suggestion"
    __table_args__ = (
        UniqueConstraint("doubt", "competency_code", "needs_code"),
        state_check("doubt", Doubt),
        state_check("state", SuggestionState),
        CheckConstraint(
            f"missed_of >= {FEWEST_PEOPLE} AND knew_of >= {FEWEST_PEOPLE}", name="people"
        ),
        CheckConstraint(
            f"missed_right BETWEEN {FEWEST_IN_CELL} AND missed_of - {FEWEST_IN_CELL}",
            name="missed_cells",
        ),
        CheckConstraint(
            f"knew_right BETWEEN {FEWEST_IN_CELL} AND knew_of - {FEWEST_IN_CELL}",
            name="knew_cells",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doubt: Mapped[str]
    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"))
    needs_code: Mapped[str] = mapped_column(ForeignKey("competency.code"))
    state: Mapped[str] = mapped_column(default=SuggestionState.OPEN.value)
    missed_right: Mapped[int | None]
    missed_of: Mapped[int]
    missed_is_most: Mapped[bool]
    knew_right: Mapped[int | None]
    knew_of: Mapped[int]
    knew_is_most: Mapped[bool]
    """`figures.Share` twice: of those who missed the earlier one, and of those who knew it."""
    computed_at: Mapped[datetime]
