"""Files that were read, waiting for whoever sent them to take what came out."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class CourseImport(Base):
    """One file, read as a whole; removed after a while, with all that came out of it."""

    __tablename__ = "course_import"
    __table_args__ = (Index(None, "account_id"), Index(None, "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Who sent it; nobody else sees it."""
    name: Mapped[str]
    """Of the file, as it was sent."""
    format: Mapped[str]
    language: Mapped[str]
    """The one language of the source; empty where it has both."""
    figures: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    """What became of everything in it: `exchange.report.Note.to_json`."""
    archive: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """What was taken over, as an archive of ours."""
    created_at: Mapped[datetime]
