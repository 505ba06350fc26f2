"""One-time codes that let people into a poll: only what recognises them is kept."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Code(Base):
    """A code that was given out. Whether it answered is not written here; closing deletes it."""

    __tablename__ = "poll_code"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)
    """`entry.holder_of` the code: an HMAC under the poll's secret."""
    batch: Mapped[str]
    """Keyed hash of the request that made it, so that the same request makes the same codes."""
