"""Known shares of a population: written down once, chosen for a poll, never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.models import Poll, Question
from hanmadang.polls.models_profile import MarginSet, ProfileAsk, Release
from hanmadang.polls.profiles import LEVELS, WEIGHABLE, Attribute

Margins = Mapping[str, Mapping[str, float]]
"""Attribute to level to count or share; a level without a figure is absent."""
FEWEST_LEVELS = 2
LARGEST = 10**10
"""More people than live anywhere."""


class UnusableMarginsError(DomainError):
    """Margins that could weight nothing; `text` says what is wrong (422)."""

    status = 422

    def __init__(self, text: LazyText, attribute: Attribute | None = None) -> None:
        super().__init__(text=text)
        self.attribute = attribute


@dataclass(frozen=True, slots=True)
class MarginDraft:
    """A set as staff write it."""

    name: Bilingual
    source: Bilingual
    margins: Margins
    institution_id: int | None = None


def write_down(
    session: Session, actor: Viewer | None, draft: MarginDraft, *, now: datetime
) -> MarginSet:
    """Keep a new set. Raises UnusableMarginsError."""
    fault = next(_faults(draft), None)
    if fault:
        raise fault
    made = MarginSet(
        institution_id=draft.institution_id,
        name=draft.name,
        source=draft.source,
        margins={name: dict(levels) for name, levels in draft.margins.items() if levels},
        created_at=now,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor, "margins.written", kind="margin set", id=made.id)
    return made


def retire(session: Session, actor: Viewer | None, margin_set: MarginSet) -> None:
    """Offer a set no more. Polls that use it keep it. Doing it twice changes nothing."""
    if not margin_set.retired:
        margin_set.retired = True
        audit.record(session, actor, "margins.retired", kind="margin set", id=margin_set.id)


def choose(
    session: Session, actor: Viewer | None, poll_id: int, margin_set: MarginSet | None
) -> None:
    """Weight a poll's totals to a set, or to none. The job computes them; old ones go at once.

    Raises NotFoundError, and NotAllowedNowError for a poll that asks for nothing or a set that is
    retired or another institution's.
    """
    poll = session.scalars(select(Poll).where(Poll.id == poll_id).with_for_update()).first()
    ask = session.get(ProfileAsk, poll_id, populate_existing=True)
    if poll is None:
        raise NotFoundError
    wanted = margin_set.id if margin_set else None
    if ask is not None and ask.margin_set_id == wanted:
        return
    if ask is None or (margin_set is not None and not _fits(margin_set, poll)):
        raise NotAllowedNowError
    ask.margin_set_id = wanted
    session.flush()
    mine = select(Question.id).where(Question.poll_id == poll_id)
    session.execute(
        update(Release).where(Release.question_id.in_(mine)).values(weighted=None),
        execution_options={"synchronize_session": False},
    )
    audit.record(
        session, actor, "poll.margins_chosen", kind="poll", id=poll_id, detail=str(wanted or "")
    )


def _fits(margin_set: MarginSet, poll: Poll) -> bool:
    """A set of the city fits every poll, an institution's its own."""
    mine = margin_set.institution_id in (None, poll.institution_id)
    return mine and not margin_set.retired


def _faults(draft: MarginDraft) -> Iterator[UnusableMarginsError]:
    if not draft.name:
        yield UnusableMarginsError(lazy("Please give the figures a name."))
    if not draft.source:
        yield UnusableMarginsError(lazy("Please say where the figures come from."))
    given = {Attribute(name): levels for name, levels in draft.margins.items() if levels}
    if not given:
        yield UnusableMarginsError(lazy("Please give the figures of at least one attribute."))
    for attribute, levels in given.items():
        fault = _fault(attribute, levels)
        if fault:
            yield UnusableMarginsError(fault, attribute)


def _fault(attribute: Attribute, levels: Mapping[str, float]) -> LazyText | None:
    if attribute not in WEIGHABLE or not set(levels) <= set(LEVELS[attribute].said):
        return lazy("These figures name a group that we do not ask for.")
    if any(not 0 < value <= LARGEST for value in levels.values()):
        return lazy("Please give numbers above zero; leave a group empty that has no figure.")
    if len(levels) < FEWEST_LEVELS:
        return lazy("Please give figures for at least two groups.")
    return None
