"""What reviewers read: the text, never the person.

Of the speaker only names, affiliation and address are selected, and those only to strike them out
of the text.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from hanmadang.events.models import Event
from hanmadang.forums import rules
from hanmadang.forums.models import Call, ExpertProfile, Proposal, Review
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account, Institution

STRUCK = "▒▒▒"
"""Stands where a text named its author."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Anonymous:
    """A proposal without its author, and the reviewer's own word on it."""

    id: int
    key: str
    language: str
    title: str
    abstract: str
    format: str
    minutes: int
    forum_title: Bilingual
    score: int | None
    comment: str
    version: int


def _anonymous(viewer: Viewer, names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Proposal.id, Proposal.key, Proposal.language, Proposal.title, Proposal.abstract,
            Proposal.format, Proposal.minutes, Proposal.version, Event.title.label("forum_title"),
            Review.score, Review.comment, ExpertProfile.name, ExpertProfile.affiliation,
            Account.name.label("account_name"), Account.email,
        )
        .join(Call, Call.id == Proposal.call_id)
        .join(Event, Event.id == Call.event_id)
        .join(Account, Account.id == Proposal.account_id)
        .outerjoin(ExpertProfile, ExpertProfile.account_id == Proposal.account_id)
        .outerjoin(
            Review, (Review.proposal_id == Proposal.id) & (Review.reviewer_id == viewer.id)
        )
        .where(rules.reviewable_by(viewer, names))
    )  # fmt: skip


def _view(row: Row[*tuple[Any, ...]]) -> Anonymous:
    names = (row.name or "", row.affiliation or "", row.account_name, row.email)
    return Anonymous(
        row.id, row.key, row.language, struck(row.title, *names), struck(row.abstract, *names),
        row.format, row.minutes, row.forum_title, row.score, row.comment or "", row.version,
    )  # fmt: skip


def struck(text: str, *names: str) -> str:
    """The text without these names, however they are capitalised or spaced."""
    for name in sorted(filter(_tells, names), key=len, reverse=True):
        words = r"\s*".join(re.escape(word) for word in name.split())
        text = re.sub(words, STRUCK, text, flags=re.IGNORECASE)
    return text


def _tells(name: str) -> bool:
    return len(name.strip()) >= _SHORTEST


def assigned(session: Session, viewer: Viewer) -> list[Anonymous]:
    """What waits for this reviewer's word, the unread first."""
    rows = session.execute(
        _anonymous(viewer, institution_names(session, viewer)).order_by(
            Review.score.is_not(None), Call.closes_at, Proposal.id
        )
    )
    return [_view(row) for row in rows]


def assigned_one(session: Session, key: str, viewer: Viewer) -> Anonymous:
    """One proposal to review. Raises NotFoundError for anything the reviewer must not judge."""
    names = institution_names(session, viewer)
    row = session.execute(_anonymous(viewer, names).where(Proposal.key == key)).first()
    if row is None:
        raise NotFoundError
    return _view(row)


def institution_names(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """The names, in every language, of the reviewer's institution."""
    if viewer.institution_id is None:
        return ()
    name = session.scalar(select(Institution.name).where(Institution.id == viewer.institution_id))
    return tuple(filter(None, (name.get(language) for language in LANGUAGES))) if name else ()


def conflicts(session: Session, viewer: Viewer) -> int:
    """How many conflicts of interest the reviewer declared."""
    mine = select(func.count()).where(Review.reviewer_id == viewer.id, Review.conflict.is_(True))
    return session.scalar(mine) or 0
