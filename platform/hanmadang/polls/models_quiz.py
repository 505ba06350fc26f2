"""What a quiz publishes: how many people had how many answers right."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Scores(Base):
    """The distribution of a quiz, kept once nothing in it can change any more.

    Counted over devices while they still have a name in the ballots; afterwards nobody could.
    """

    __tablename__ = "poll_score"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("questions >= 1", name="questions"),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    questions: Mapped[int]
    """How many knowledge questions there were."""
    people: Mapped[int]
    """Devices that answered any of them."""
    bands: Mapped[list[Any]]
    """[fewest right, most right, people] from the lowest on; empty where too few took part."""
