"""What pages read of audience questions: for everybody, for one device, for moderators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import (
    PUBLIC,
    AskState,
    AudienceQuestion,
    Naming,
    Review,
    Sitting,
    SittingState,
    Upvote,
)
from hanmadang.polls.rules_audience import NO_PERSON, Person, person_of, settings_mark

SHOWN_MOST = 200
DESK_MOST = 1000
EVENT_MOST = 5
"""Polls that an event's page leads to."""
_SETTLED = (AskState.ANSWERED, AskState.HIDDEN, AskState.MERGED)


@dataclass(frozen=True, slots=True)
class SittingPage:
    """How a poll takes questions."""

    poll_id: int
    state: SittingState
    naming: Naming
    review: Review
    event_slug: str
    asked: int
    version: int

    @property
    def is_open(self) -> bool:
        """Whether one may ask and up-vote now."""
        return self.state is SittingState.OPEN

    @property
    def needs_name(self) -> bool:
        """Whether one must give a name."""
        return self.naming is Naming.NAMED

    @property
    def is_reviewed(self) -> bool:
        """Whether a moderator reads each question before it is shown."""
        return self.review is Review.BEFORE

    @property
    def mark(self) -> str:
        """The settings in one word."""
        return settings_mark(self.state, self.naming, self.review, self.event_slug)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question as a page shows it."""

    id: int
    number: int
    text: str
    language: str
    name: str
    state: AskState
    upvotes: int
    merged_into: int | None
    """The number of the question it was merged into."""
    is_mine: bool = False
    is_upvoted: bool = False


@dataclass(frozen=True, slots=True)
class Asks:
    """The questions of a sitting, by where they stand."""

    all: tuple[Ask, ...] = ()
    own: tuple[Ask, ...] = ()
    """This device's questions that others do not see."""
    by_state: dict[AskState, tuple[Ask, ...]] = field(default_factory=dict)

    @property
    def has_mine(self) -> bool:
        """Whether this device asked one of them or up-voted one."""
        return bool(self.own) or any(ask.is_mine or ask.is_upvoted for ask in self.all)

    def of(self, *names: str) -> tuple[Ask, ...]:
        """Those in the states of these names."""
        return tuple(ask for name in names for ask in self.by_state.get(AskState(name), ()))


def entrance(session: Session, poll_id: int, device: str) -> tuple[SittingPage | None, Person]:
    """The sitting, and who the device is in it; one statement."""
    row = session.execute(
        select(*_SITTING, Poll.secret, Poll.state)
        .join(Poll, Poll.id == Sitting.poll_id)
        .where(Sitting.poll_id == poll_id)
    ).first()
    if row is None:
        return None, NO_PERSON
    *values, secret, state = tuple[Any, ...](row)
    page = _sitting(values)
    return page, NO_PERSON if state == PollState.CLOSED else person_of(secret, device)


_SITTING = (
    Sitting.poll_id, Sitting.state, Sitting.naming, Sitting.review, Sitting.event_slug,
    Sitting.asked, Sitting.version,
)  # fmt: skip


def _sitting(values: Sequence[Any]) -> SittingPage:
    poll_id, state, naming, review, event_slug, *counts = values
    return SittingPage(
        poll_id, SittingState(state), Naming(naming), Review(review), event_slug or "", *counts
    )


def public_asks(session: Session, poll_id: int, person: Person, *, newest: bool = False) -> Asks:
    """What one device sees: the public list, and its own questions with what became of them."""
    order = () if newest else (AudienceQuestion.upvotes.desc(),)
    number = AudienceQuestion.number.desc() if newest else AudienceQuestion.number
    public = AudienceQuestion.state.in_([state.value for state in PUBLIC])
    rows = _asks(session, poll_id, person, public, (*order, number), SHOWN_MOST)
    own: tuple[Ask, ...] = ()
    if person.asker:
        hidden = (AudienceQuestion.asker == person.asker) & ~public
        own = _asks(session, poll_id, person, hidden, (number,), SHOWN_MOST)
    return Asks(rows, own, _sorted(rows))


def desk_asks(session: Session, poll_id: int, *, every: bool = False) -> Asks:
    """The questions: the most wanted first, of equals the one that has waited longest.

    At most `DESK_MOST` unless `every` one is wanted; what is settled is left out first.
    """
    settled = AudienceQuestion.state.in_([state.value for state in _SETTLED])
    order = (settled, AudienceQuestion.upvotes.desc(), AudienceQuestion.number)
    rows = _asks(session, poll_id, NO_PERSON, None, order, None if every else DESK_MOST)
    return Asks(rows, (), _sorted(rows))


def _sorted(rows: Iterable[Ask]) -> dict[AskState, tuple[Ask, ...]]:
    found: dict[AskState, list[Ask]] = {}
    for ask in rows:
        found.setdefault(ask.state, []).append(ask)
    return {state: tuple(asks) for state, asks in found.items()}


def _asks(  # noqa: PLR0913, PLR0917  (one private statement, said in its own order)
    session: Session,
    poll_id: int,
    person: Person,
    which: ColumnElement[bool] | None,
    order: Sequence[Any],
    limit: int | None,
) -> tuple[Ask, ...]:
    statement = _statement(person).where(AudienceQuestion.poll_id == poll_id)
    if which is not None:
        statement = statement.where(which)
    rows = session.execute(statement.order_by(*order).limit(limit))
    return tuple(_ask(tuple(row), person) for row in rows)


def _statement(person: Person) -> Select[*tuple[Any, ...]]:
    root = aliased(AudienceQuestion)
    question = AudienceQuestion
    return select(
        question.id, question.number, question.text, question.language, question.name,
        question.state, question.upvotes, root.number, question.asker, _upvoted(person),
    ).join(root, root.id == question.merged_into, isouter=True)  # fmt: skip


def _upvoted(person: Person) -> ColumnElement[bool]:
    if not person.voter:
        return false()
    child = aliased(AudienceQuestion)
    merged = select(child.id).where(child.merged_into == AudienceQuestion.id)
    return exists().where(
        or_(Upvote.question_id == AudienceQuestion.id, Upvote.question_id.in_(merged)),
        Upvote.device == person.voter,
    )


def _ask(row: tuple[Any, ...], person: Person) -> Ask:
    head: tuple[Any, ...] = row[:5]
    state, upvotes, merged, asker, upvoted = row[5:]
    is_mine = bool(person.asker) and asker == person.asker
    values = (*head, AskState(state), upvotes, merged, is_mine, bool(upvoted))
    return Ask(*values)


@dataclass(frozen=True, slots=True)
class AskCounts:
    """What the live snapshot says of a sitting."""

    version: int
    asked: int
    counts: tuple[tuple[int, int], ...]
    """(question, up-votes) of what can be up-voted."""


def ask_counts(session: Session, poll_id: int, version: int, asked: int) -> AskCounts:
    """Up-votes of the public list; texts are for the page alone."""
    live = (AskState.NOW.value, AskState.SHOWN.value)
    rows = session.execute(
        select(AudienceQuestion.id, AudienceQuestion.upvotes)
        .where(AudienceQuestion.poll_id == poll_id, AudienceQuestion.state.in_(live))
        .order_by(AudienceQuestion.upvotes.desc(), AudienceQuestion.number)
        .limit(SHOWN_MOST)
    )
    return AskCounts(version, asked, tuple((row[0], row[1]) for row in rows))


@dataclass(frozen=True, slots=True)
class EventSitting:
    """A poll at which the audience of an event asks."""

    slug: str
    title: Bilingual
    is_open: bool
    questions: int


def sittings_of_event(
    session: Session, event_slug: str, host: ColumnElement[int]
) -> list[EventSitting]:
    """The public sittings attached to an event, open ones first.

    Anybody who moderates a poll may name an event; only polls of the institution that is its
    `host`, and the house's own, which belong to no institution, are taken at their word.
    """
    public = [state.value for state in PUBLIC]
    asked = (
        select(func.count())
        .select_from(AudienceQuestion)
        .where(AudienceQuestion.poll_id == Poll.id, AudienceQuestion.state.in_(public))
        .scalar_subquery()
    )
    rows = session.execute(
        select(Poll.slug, Poll.title, Sitting.state == SittingState.OPEN.value, asked)
        .join(Sitting, Sitting.poll_id == Poll.id)
        .where(
            Sitting.event_slug == event_slug,
            Sitting.state != SittingState.OFF.value,
            Poll.state != PollState.DRAFT.value,
            or_(Poll.institution_id.is_(None), Poll.institution_id == host),
        )
        .order_by((Sitting.state == SittingState.OPEN.value).desc(), Poll.id.desc())
        .limit(EVENT_MOST)
    )
    return [EventSitting(row[0], row[1], bool(row[2]), row[3]) for row in rows]
