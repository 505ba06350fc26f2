"""Secret polls: who took part and what was answered, kept apart until the poll closes.

A participation tells that a voter key took part; an envelope holds answers that nobody can read
before the close. The two share no column. Closing deletes both, and the box with them.
"""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Box(Base):
    """The ballot box of a running secret poll; gone once its envelopes are opened."""

    __tablename__ = "poll_secret_box"
    __table_args__ = (
        CheckConstraint("participants >= 0", name="participants"),
        CheckConstraint("room > 0", name="room"),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    public_key: Mapped[bytes]
    """Closes envelopes. What opens them lies in a file outside the database (`domain/keys.py`)."""
    room: Mapped[int]
    """Bytes of answers in every envelope of this poll, so that none is longer than another."""
    participants: Mapped[int] = mapped_column(default=0)
    """How many took part: the one number that moves while the poll runs; `fsck` recounts it."""


class Participation(Base):
    """That a voter key took part. SQLite keeps no row number for it."""

    __tablename__ = "poll_participation"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll_secret_box.poll_id"), primary_key=True)
    voter_key: Mapped[str] = mapped_column(primary_key=True)
    idem: Mapped[str]
    """Keyed hash of the request's key alone: of the answers not even a hash is kept here."""


class Envelope(Base):
    """Somebody's answers, sealed to the poll's public key, under a random name."""

    __tablename__ = "poll_envelope"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll_secret_box.poll_id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
